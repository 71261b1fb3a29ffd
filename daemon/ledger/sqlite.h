#pragma once
// SQLite as the ledger uses it: one connection and its statements, errors sorted by what can be
// done about them.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace deskd::ledger {

enum class SqlResult : std::uint8_t {
  done,
  row,
  locked,   // another connection has the file open
  no_room,  // of the disk, a quota, a file size limit or max_page_count; can be rolled back
  damaged,  // no database, or one with broken pages
  failed,   // anything else, a failed sync above all
};

/// A prepared statement, used again and again. Must end before its Database.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
  explicit operator bool() const { return handle_ != nullptr; }

  /// Parameters count from 1. Bytes must live until `reset`.
  void bind(int parameter, std::int64_t value);
  void bind(int parameter, std::string_view bytes);
  SqlResult step();
  void reset();
  /// Steps a statement that gives no row, and resets it.
  SqlResult run();

  /// Columns of the row stepped to, from 0; bytes live until the next `step` or `reset`.
  std::int64_t number(int column) const;
  std::string_view bytes(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// An open database file. One thread at a time.
class Database {
 public:
  /// Opens the file at `path`, which must exist. A lock of somebody else shows at the first use.
  static std::expected<std::unique_ptr<Database>, std::string> open(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  SqlResult run(const std::string& sql);  // one or several statements; rows are dropped
  std::optional<std::int64_t> number(const char* sql);  // the first column of the first row
  std::expected<Statement, SqlResult> prepare(const char* sql);

  /// Moves all pages of the WAL into the database and syncs it.
  SqlResult checkpoint();
  /// Pages in the WAL after the last commit.
  int wal_pages() const { return wal_pages_; }
  /// Makes the WAL's file at least as long as `bytes`, by zeros behind what is in it, and syncs
  /// that: a commit that makes a file longer costs twice as much as one that writes over what is
  /// there. On `no_room` it is as long as before.
  SqlResult extend_wal(std::int64_t bytes);
  /// After a fault: leaves the WAL to the next start, which reads it afresh.
  void keep_wal_on_close();

  bool in_transaction() const;
  std::string error() const;  // why the last call failed, in words

 private:
  explicit Database(sqlite3* handle);
  static int on_wal_commit(void* self, sqlite3* handle, const char* name, int pages);

  sqlite3* handle_;
  int wal_pages_ = 0;
};

}  // namespace deskd::ledger

#include "daemon/ledger/sqlite.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace deskd::ledger {
namespace {

enum class Written : std::uint8_t { wal, database };

/// One of the two files; nullptr while it is not open.
sqlite3_file* file_of(sqlite3* handle, Written written) {
  const int which =
      written == Written::wal ? SQLITE_FCNTL_JOURNAL_POINTER : SQLITE_FCNTL_FILE_POINTER;
  sqlite3_file* file = nullptr;
  sqlite3_file_control(handle, "main", which, &file);
  return file != nullptr && file->pMethods != nullptr ? file : nullptr;
}

/// The errno of the last write to the file. sqlite3_system_errno does not know it when a COMMIT
/// fails.
int write_error(sqlite3* handle, Written written) {
  int error = 0;
  if (sqlite3_file* const file = file_of(handle, written)) {
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error);
  }
  return error;
}

bool says_no_room(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

/// Sorts a result code of a call that wrote to no other file than `written`. SQLite itself knows
/// ENOSPC only (SQLITE_FULL). A failed sync is never "no room", whatever its errno: what the kernel
/// dropped then is unknown.
SqlResult sorted(sqlite3* handle, int code, Written written = Written::wal) {
  switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
      return SqlResult::done;
    case SQLITE_ROW:
      return SqlResult::row;
    case SQLITE_BUSY:
      return SqlResult::locked;
    case SQLITE_FULL:
      return SqlResult::no_room;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return SqlResult::damaged;
    default:
      return code == SQLITE_IOERR_WRITE && says_no_room(write_error(handle, written))
                 ? SqlResult::no_room
                 : SqlResult::failed;
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

void Statement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(handle_.get(), parameter, value);
}

// A null pointer would bind NULL; no bytes are an empty blob.
void Statement::bind(int parameter, std::string_view bytes) {
  sqlite3_bind_blob64(handle_.get(), parameter, bytes.empty() ? "" : bytes.data(), bytes.size(),
                      SQLITE_STATIC);
}

SqlResult Statement::step() {
  return sorted(sqlite3_db_handle(handle_.get()), sqlite3_step(handle_.get()));
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
}

SqlResult Statement::run() {
  const SqlResult result = step();
  reset();
  return result;
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return data == nullptr ? std::string_view{}
                         : std::string_view{data, static_cast<std::size_t>(size)};
}

std::expected<std::unique_ptr<Database>, std::string> Database::open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) return std::unexpected(database->error());
  return database;
}

// Checkpoints are made by `checkpoint` alone: SQLite's own swallow their errors.
Database::Database(sqlite3* handle) : handle_(handle) {
  if (handle_ == nullptr) return;  // no memory for a connection
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_wal_hook(handle_, &Database::on_wal_commit, this);
}

Database::~Database() { sqlite3_close_v2(handle_); }

int Database::on_wal_commit(void* self, sqlite3*, const char*, int pages) {
  static_cast<Database*>(self)->wal_pages_ = pages;
  return SQLITE_OK;
}

SqlResult Database::run(const std::string& sql) {
  return sorted(handle_, sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

std::optional<std::int64_t> Database::number(const char* sql) {
  auto statement = prepare(sql);
  if (!statement || statement->step() != SqlResult::row) return std::nullopt;
  return statement->number(0);
}

std::expected<Statement, SqlResult> Database::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return std::unexpected(sorted(handle_, code));
  return Statement(statement);
}

SqlResult Database::checkpoint() {
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code == SQLITE_OK) wal_pages_ = 0;
  return sorted(handle_, code, Written::database);
}

// SQLite never looks at how long the file is, and takes zeros for the end of what is in it
// (sqlite.org/fileformat2.html, section 4.4).
SqlResult Database::extend_wal(std::int64_t bytes) {
  static constexpr std::array<char, 64 * 1024> zeros{};
  sqlite3_file* const file = file_of(handle_, Written::wal);
  sqlite3_int64 before = 0;
  if (file == nullptr || file->pMethods->xFileSize(file, &before) != SQLITE_OK) {
    return SqlResult::failed;
  }
  if (before >= bytes) return SqlResult::done;
  for (std::int64_t at = before; at < bytes; at += zeros.size()) {
    const auto part = std::min<std::int64_t>(zeros.size(), bytes - at);
    if (file->pMethods->xWrite(file, zeros.data(), static_cast<int>(part), at) != SQLITE_OK) {
      file->pMethods->xTruncate(file, before);  // where that fails too the next commit tells
      return SqlResult::no_room;
    }
  }
  return sorted(handle_, file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY));
}

void Database::keep_wal_on_close() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

std::string Database::error() const {
  if (handle_ == nullptr) return "out of memory";
  const int code = sqlite3_extended_errcode(handle_);
  if ((code & 0xff) == SQLITE_CANTOPEN) {
    return fmt::format("{} ({})", sqlite3_errmsg(handle_),
                       std::generic_category().message(sqlite3_system_errno(handle_)));
  }
  // The extended code says which call failed: 778 a write, 1034 a sync (sqlite.org/rescode.html).
  return (code & 0xff) == SQLITE_IOERR
             ? fmt::format("{}, SQLite's code {}", sqlite3_errmsg(handle_), code)
             : std::string(sqlite3_errmsg(handle_));
}

}  // namespace deskd::ledger

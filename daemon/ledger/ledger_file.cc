#include "daemon/ledger/ledger_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "config/limits.h"

namespace deskd::ledger {
namespace {

constexpr std::int64_t application_id = 0x6465736b;  // "desk"

using Failure = std::unexpected<std::string>;
using Done = std::expected<void, std::string>;

std::string cause() { return std::generic_category().message(errno); }

/// A file descriptor that is closed at the end.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags, mode_t mode = 0)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  explicit operator bool() const { return descriptor_ >= 0; }
  bool sync() const { return ::fsync(descriptor_) == 0; }

 private:
  int descriptor_;
};

// A new name is durable only once the folder that holds it is synced (fsync(2)).
Done sync_folder(const std::string& folder) {
  const OpenFile opened(folder, O_RDONLY | O_DIRECTORY);
  if (!opened || !opened.sync()) {
    return Failure(fmt::format("cannot sync the folder {}: {}", folder, cause()));
  }
  return {};
}

Done make_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0) return sync_folder(folder + "/..");
  if (errno == EEXIST) return {};
  return Failure(
      fmt::format("cannot make the folder {}: {}; make it yourself, or point ledger.path elsewhere",
                  folder, cause()));
}

// Made here and not by SQLite, which would leave it readable to others.
Done make_file(const std::string& folder, const std::string& path) {
  const OpenFile made(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (made) return sync_folder(folder);
  if (errno == EEXIST) return {};
  return Failure(
      fmt::format("cannot make {}: {}; deskd must be able to write in that folder", path, cause()));
}

std::string why_not(SqlResult result, const Database& database, const std::string& path) {
  switch (result) {
    case SqlResult::locked:
      return fmt::format(
          "{} is in use by another process: stop the other deskd, or give this one a ledger.path "
          "of its own",
          path);
    case SqlResult::damaged:
      return fmt::format("{} is not a ledger of deskd, or it is damaged ({}): restore a copy of it",
                         path, database.error());
    case SqlResult::no_room:
      return fmt::format("there is no room to open {} ({}): free some, or raise ledger.size_max",
                         path, database.error());
    default:
      return fmt::format("cannot open {}: {}; deskd must be able to read and write it", path,
                         database.error());
  }
}

PageBudget page_budget(std::uint64_t size_max, std::int64_t page_bytes) {
  const auto pages =
      static_cast<std::int64_t>(std::min(size_max, std::uint64_t{1} << 46)) / page_bytes;
  const auto at_most = [&](std::size_t bytes) {
    return static_cast<std::int64_t>(bytes) / page_bytes;
  };
  const std::int64_t wal =
      std::clamp(pages / 4, std::int64_t{1}, at_most(limits::ledger_wal_bytes));
  const std::int64_t wal_idle = std::min(wal, at_most(limits::ledger_wal_idle_bytes));
  return {page_bytes, std::max(pages - wal, std::int64_t{1}), wal, wal_idle};
}

// page_size must come before the first page is written, locking_mode before the WAL is opened: only
// then SQLite keeps the WAL's index in memory of its own and holds the lock for good.
SqlResult lock_and_prepare(Database& database) {
  return database.run(
      fmt::format("PRAGMA locking_mode=EXCLUSIVE;"
                  "PRAGMA cell_size_check=ON;"
                  "PRAGMA page_size={};"
                  "PRAGMA journal_mode=WAL;"
                  "PRAGMA synchronous=FULL;"
                  "PRAGMA journal_size_limit={};"  // it may have grown on a full disk
                  "PRAGMA cache_size=-8192;"
                  "BEGIN IMMEDIATE; ROLLBACK;",
                  page_bytes, 2 * limits::ledger_wal_bytes));
}

// Small columns first: a row's later columns lie behind the pages of the blobs before them.
SqlResult make_tables(Database& database) {
  return database.run(
      fmt::format("BEGIN IMMEDIATE;"
                  "CREATE TABLE record("
                  " number INTEGER PRIMARY KEY,"
                  " at INTEGER NOT NULL,"  // nanoseconds since the epoch
                  " states_sum INTEGER NOT NULL,"
                  " alerts_sum INTEGER NOT NULL,"
                  " states BLOB NOT NULL,"
                  " alerts BLOB NOT NULL) STRICT;"
                  "PRAGMA application_id={};"
                  "PRAGMA user_version={};"
                  "COMMIT;",
                  application_id, schema_version));
}

Done check_owner(Database& database, const std::string& path) {
  const auto id = database.number("PRAGMA application_id");
  const auto version = database.number("PRAGMA user_version");
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!id || !version || !tables) {
    return Failure(why_not(SqlResult::damaged, database, path));
  }
  if (*id == 0 && *version == 0 && *tables == 0) {
    const SqlResult made = make_tables(database);
    if (made != SqlResult::done) return Failure(why_not(made, database, path));
    return {};
  }
  if (*id != application_id) {
    return Failure(fmt::format(
        "{} is a database, but not a ledger of deskd: point ledger.path at another folder", path));
  }
  if (*version > schema_version) {
    return Failure(fmt::format(
        "{} was written by a newer deskd (schema {}, and this one knows up to {}): start that "
        "version, or point ledger.path at another folder",
        path, *version, schema_version));
  }
  if (*version < 1) return Failure(fmt::format("{} is damaged: it names no schema version", path));
  return {};
}

}  // namespace

std::string ledger_file_path(const std::string& folder) { return folder + "/ledger.db"; }

std::int64_t blob_sum(std::string_view blob, std::int64_t number, std::int64_t at) {
  const std::array<std::int64_t, 2> row{number, at};
  const XXH64_hash_t seed = XXH3_64bits(row.data(), sizeof row);
  return static_cast<std::int64_t>(XXH3_64bits_withSeed(blob.data(), blob.size(), seed));
}

std::expected<LedgerFile, std::string> open_ledger_file(const std::string& folder,
                                                        std::uint64_t size_max) {
  const std::string path = ledger_file_path(folder);
  if (auto made = make_folder(folder); !made) return Failure(std::move(made.error()));
  if (auto made = make_file(folder, path); !made) return Failure(std::move(made.error()));

  auto database = Database::open(path);
  if (!database) {
    return Failure(fmt::format("cannot open {}: {}; deskd must be able to read and write it", path,
                               database.error()));
  }
  const SqlResult prepared = lock_and_prepare(**database);
  if (prepared != SqlResult::done) return Failure(why_not(prepared, **database, path));
  if (auto ours = check_owner(**database, path); !ours) return Failure(std::move(ours.error()));
  const auto bytes_each = (*database)->number("PRAGMA page_size");
  if (!bytes_each) return Failure(why_not(SqlResult::damaged, **database, path));
  return LedgerFile{std::move(*database), page_budget(size_max, *bytes_each)};
}

}  // namespace deskd::ledger

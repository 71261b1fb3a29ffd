#include "daemon/ledger/sqlite.h"

#include <fmt/core.h>
#include <sqlite3.h>

#include <cerrno>
#include <system_error>

namespace deskd::ledger {
namespace {

bool says_no_room(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

// A failed sync is never "no room", whatever its errno: what the kernel dropped then is unknown.
bool is_sync(int extended) {
  return extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC;
}

SqlResult sorted(sqlite3* handle, int code) {
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
    case SQLITE_IOERR:
      return !is_sync(sqlite3_extended_errcode(handle)) &&
                     says_no_room(sqlite3_system_errno(handle))
                 ? SqlResult::no_room
                 : SqlResult::failed;
    default:
      return SqlResult::failed;
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
  return sorted(handle_, code);
}

void Database::keep_wal_on_close() {
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

std::string Database::error() const {
  if (handle_ == nullptr) return "out of memory";
  const int code = sqlite3_errcode(handle_) & 0xff;
  const bool of_system = code == SQLITE_IOERR || code == SQLITE_CANTOPEN;
  const int cause = of_system ? sqlite3_system_errno(handle_) : 0;
  return cause == 0 ? std::string(sqlite3_errmsg(handle_))
                    : fmt::format("{} ({})", sqlite3_errmsg(handle_),
                                  std::generic_category().message(cause));
}

}  // namespace deskd::ledger

#include "daemon/ledger/ledger.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "config/check.h"
#include "config/limits.h"
#include "daemon/ledger/compression.h"
#include "daemon/ledger/frames.h"
#include "daemon/ledger/ledger_file.h"
#include "daemon/ledger/relay.h"
#include "daemon/ledger/sqlite.h"
#include "daemon/ledger/states.h"

namespace deskd::ledger {
namespace {

using Failure = std::unexpected<std::string>;

/// The columns of a row, in the order of the statements below.
enum Column : int { number, at, states_sum, alerts_sum, states, alerts };

constexpr const char* insert_sql =
    "INSERT INTO record(number, at, states_sum, alerts_sum, states, alerts) "
    "VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
constexpr const char* last_sql = "SELECT number, at FROM record ORDER BY number DESC LIMIT 1";

/// In the order of rules::Contradiction::Entity.
constexpr std::array<std::string_view, 5> entity_names{
    "alarm", "origin", "incident", "the membership of alarm", "the timeline of incident"};

rules::Time time_of(std::int64_t nanoseconds) { return rules::Time{rules::Duration{nanoseconds}}; }

std::int64_t nanoseconds_of(rules::Time time) { return time.time_since_epoch().count(); }

/// Puts every record into `relay`, as far as they are wanted. Why they end early, in words.
std::string read_all(RecordReader& reader, Relay& relay) {
  Relay::Batch batch;
  std::size_t bytes = 0;
  const auto put = [&] {
    bytes = 0;
    return batch.empty() || relay.put(std::exchange(batch, {}));
  };
  std::string fault;
  bool is_wanted = true;
  while (is_wanted) {
    auto record = reader.next();
    if (!record) fault = std::move(record.error());
    if (!record || !*record) break;
    bytes += sizeof(Record) + (*record)->bytes();
    batch.push_back(std::move(**record));
    if (bytes >= limits::replay_batch_bytes) is_wanted = put();
  }
  put();
  relay.end();
  return fault;
}

void apply_all(Relay& relay, std::size_t taker, const Ledger::Apply& apply) {
  while (const auto batch = relay.take(taker)) {
    for (const Record& record : *batch) {
      if (!apply(record)) return relay.refuse(taker, record.number);
    }
  }
}

std::uint64_t file_bytes(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

struct Ledger::Impl {
  // Fixed after opening. The statements end before their database.
  std::string path;
  PageBudget budget;
  std::unique_ptr<Database> database;
  Statement begin, insert, commit, rollback, page_count;

  Compression compression;
  std::string packed_alerts, packed_states;
  std::uint64_t last_number = 0;
  rules::Time last_at;
  std::int64_t pages_most = 0;   // the database has no more
  std::int64_t left_in_wal = 0;  // pages for which the database had no room
  bool wal_has_room = false;     // its file was made as long as it gets, or could not be
  std::string last_error;
  bool at_size_max = false;  // what the last commit without room ran against
  bool broken = false;

  bool prepare();
  bool read_last();
  SqlResult write(const Record& record);
  SqlResult write_all(std::span<const Record> records);
  std::int64_t pages_used();
  bool is_nearly_full(std::int64_t pages) const;
  bool fits_size_max();
  void empty_wal(std::int64_t enough);
  void make_room_in_wal();
  CommitResult give_up(SqlResult result);
  CommitResult break_off(std::string why);
  std::string no_room_reason();
};

bool Ledger::Impl::prepare() {
  const std::array<std::pair<Statement*, const char*>, 5> wanted{
      {{&begin, "BEGIN IMMEDIATE"},
       {&insert, insert_sql},
       {&commit, "COMMIT"},
       {&rollback, "ROLLBACK"},
       {&page_count, "PRAGMA page_count"}}};
  for (const auto& [statement, sql] : wanted) {
    auto prepared = database->prepare(sql);
    if (!prepared) return false;
    *statement = std::move(*prepared);
  }
  return true;
}

bool Ledger::Impl::read_last() {
  auto last = database->prepare(last_sql);
  if (!last) return false;
  const SqlResult result = last->step();
  if (result == SqlResult::row) {
    last_number = static_cast<std::uint64_t>(last->number(Column::number));
    last_at = time_of(last->number(Column::at));
  }
  return result == SqlResult::row || result == SqlResult::done;
}

std::expected<std::unique_ptr<Ledger>, std::string> Ledger::open(const std::string& folder,
                                                                 std::uint64_t size_max) {
  auto impl = std::make_unique<Impl>();
  impl->path = ledger_file_path(folder);
  auto file = open_ledger_file(folder, size_max);
  if (!file) return Failure(std::move(file.error()));
  impl->database = std::move(file->database);
  impl->budget = file->budget;
  if (!impl->prepare() || !impl->read_last()) {
    return Failure(fmt::format("{} is damaged ({}): restore a copy of it", impl->path,
                               impl->database->error()));
  }
  impl->pages_most = impl->pages_used();
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

std::uint64_t Ledger::last_number() const { return impl_->last_number; }
rules::Time Ledger::last_at() const { return impl_->last_at; }
const std::string& Ledger::last_error() const { return impl_->last_error; }

std::expected<void, std::string> Ledger::replay(const Apply& each) {
  return replay({&each, 1}, AlertsWanted{});
}

std::expected<void, std::string> Ledger::replay(std::span<const Apply> all,
                                                const AlertsWanted& alerts) {
  RecordReader reader(*impl_->database, impl_->path, impl_->last_number, alerts);
  Relay relay(all.size());
  std::string fault;
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] { fault = read_all(reader, relay); });
    for (std::size_t taker = 1; taker < all.size(); ++taker) {
      threads.emplace_back([&, taker] { apply_all(relay, taker, all[taker]); });
    }
    apply_all(relay, 0, all[0]);
  }
  if (const auto refused = relay.refused()) {
    return Failure(
        fmt::format("record {} of {} holds what this deskd cannot apply", *refused, impl_->path));
  }
  if (!fault.empty()) return Failure(std::move(fault));
  return {};
}

std::string Ledger::problem_with(const rules::Contradiction& contradiction) {
  const auto& [entity, id, what] = contradiction;
  std::uint64_t last_told = 0;
  const Apply look = [&](const Record& record) {
    if (tells_of(record.states, entity, id)) last_told = record.number;
    return true;
  };
  const auto found = replay({&look, 1}, {.records = 1, .bytes = 1});
  if (!found) return found.error();
  return fmt::format(
      "record {} of {} contradicts others, so it is damaged: {} {} {}; restore a copy "
      "of the ledger",
      last_told, impl_->path, entity_names[static_cast<std::size_t>(entity)], desk::shown_id(id),
      what);
}

CommitResult Ledger::commit(std::span<const Record> records) {
  if (records.empty()) return CommitResult::synced;
  if (!impl_->broken) impl_->empty_wal(impl_->budget.wal);
  if (impl_->broken) return CommitResult::broken;

  const SqlResult result = impl_->write_all(records);
  keep_room(impl_->packed_states);
  keep_room(impl_->packed_alerts);
  if (result != SqlResult::done) return impl_->give_up(result);
  impl_->last_number = records.back().number;
  impl_->last_at = records.back().at;
  impl_->last_error.clear();
  return CommitResult::synced;
}

SqlResult Ledger::Impl::write_all(std::span<const Record> records) {
  if (const SqlResult begun = begin.run(); begun != SqlResult::done) return begun;
  std::uint64_t expected = last_number + 1;
  for (const Record& record : records) {
    DESKD_CHECK(record.number == expected++);
    if (const SqlResult written = write(record); written != SqlResult::done) return written;
  }
  return commit.run();
}

SqlResult Ledger::Impl::write(const Record& record) {
  DESKD_CHECK(std::max(record.alerts.size(), record.states.size()) <= limits::record_bytes_max);
  const auto number = static_cast<std::int64_t>(record.number);
  const std::int64_t at = nanoseconds_of(record.at);
  compression.pack(record.states, packed_states);
  compression.pack(record.alerts, packed_alerts);
  at_size_max = !fits_size_max();
  if (at_size_max) return SqlResult::no_room;

  insert.bind(Column::number + 1, number);
  insert.bind(Column::at + 1, at);
  insert.bind(Column::states_sum + 1, blob_sum(packed_states, number, at));
  insert.bind(Column::alerts_sum + 1, blob_sum(packed_alerts, number, at));
  insert.bind(Column::states + 1, packed_states);
  insert.bind(Column::alerts + 1, packed_alerts);
  return insert.run();
}

std::int64_t Ledger::Impl::pages_used() {
  const std::int64_t pages = page_count.step() == SqlResult::row ? page_count.number(0) : 0;
  page_count.reset();
  return pages;
}

bool Ledger::Impl::is_nearly_full(std::int64_t pages) const {
  return static_cast<double>(pages) >=
         limits::ledger_slow_from * static_cast<double>(budget.database);
}

// SQLite reads a PRAGMA anew each time it runs, so pages are counted only where it may matter;
// before that a bound will do. A record takes pages for its blobs (each begins with the number of
// the next), and a few for the row and the tree above it.
bool Ledger::Impl::fits_size_max() {
  const auto bytes = static_cast<std::int64_t>(packed_states.size() + packed_alerts.size());
  const std::int64_t wanted = bytes / (budget.page_bytes - 4) + 4;
  if (is_nearly_full(pages_most + wanted)) pages_most = pages_used();
  pages_most += wanted;
  return pages_most <= budget.database;
}

// What is not known to be rolled back is an unknown outcome.
CommitResult Ledger::Impl::give_up(SqlResult result) {
  if (result != SqlResult::no_room) return break_off(database->error());
  last_error = no_room_reason();
  if (database->in_transaction() && rollback.run() != SqlResult::done) {
    return break_off(database->error());
  }
  return CommitResult::no_room;
}

CommitResult Ledger::Impl::break_off(std::string why) {
  last_error = fmt::format("{}: {}", path, why);
  broken = true;
  database->keep_wal_on_close();
  return CommitResult::broken;
}

std::string Ledger::Impl::no_room_reason() {
  return at_size_max
             ? fmt::format("{} has reached ledger.size_max: raise it and restart deskd", path)
             : fmt::format("{} cannot grow ({}): free some room on its disk", path,
                           database->error());
}

void Ledger::tidy() {
  if (impl_->broken) return;
  impl_->empty_wal(impl_->budget.wal_idle);
  impl_->make_room_in_wal();
}

/// When `enough` pages have gathered since it was tried last.
void Ledger::Impl::empty_wal(std::int64_t enough) {
  const std::int64_t waiting = database->wal_pages();
  if (waiting < left_in_wal + enough) return;
  switch (database->checkpoint()) {
    case SqlResult::done:
      left_in_wal = 0;
      return;
    case SqlResult::no_room:
      left_in_wal = waiting;
      return;
    default:
      break_off(database->error());
  }
}

// Without room commits go on as they can.
void Ledger::Impl::make_room_in_wal() {
  if (broken || wal_has_room) return;
  wal_has_room = true;
  if (database->extend_wal(budget.wal_bytes()) == SqlResult::failed) {
    break_off("its WAL, made longer, could not be synced");
  }
}

std::uint64_t Ledger::bytes() const {
  return file_bytes(impl_->path) + file_bytes(impl_->path + "-wal");
}

bool Ledger::may_be_nearly_full() const { return impl_->is_nearly_full(impl_->pages_most); }

double Ledger::fullness() const {
  return static_cast<double>(impl_->pages_used()) / static_cast<double>(impl_->budget.database);
}

}  // namespace deskd::ledger

#include "daemon/ledger/ledger.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "config/limits.h"
#include "daemon/ledger/alert_log.h"
#include "daemon/ledger/sqlite.h"
#include "tests/daemon/ledger/journal.h"
#include "tests/support/sample_alerts.h"

namespace deskd {
namespace {

using ledger::CommitResult;
using ledger::Record;
using test::mentions;
using test::numbered_record;
using test::numbered_records;
using test::opened;

unsigned mode_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

/// A ledger with the records 1 to 3, changed by `sql` behind its back.
struct Tampered {
  test::TemporaryFolder folder;

  explicit Tampered(const std::string& sql) {
    const auto records = numbered_records(1, 3);
    REQUIRE(opened(folder.path())->commit(records) == CommitResult::synced);
    auto database = ledger::Database::open(folder.path("ledger.db"));
    REQUIRE(database);
    const auto result = (*database)->run(sql);
    INFO((*database)->error());
    REQUIRE(result == ledger::SqlResult::done);
  }
  std::string replay_error() const { return test::replay_error(*opened(folder.path())); }
  std::string opening_error() const { return test::opening_error(folder.path()); }
};

}  // namespace

TEST_CASE("a fresh ledger is empty and nobody else's business") {
  const test::TemporaryFolder parent;
  const std::string folder = parent.path("data");
  const auto ledger = opened(folder);
  CHECK(mode_of(folder) == 0700);
  CHECK(mode_of(folder + "/ledger.db") == 0600);
  CHECK(mode_of(folder + "/ledger.db-wal") == 0600);
  CHECK(ledger->last_number() == 0);
  CHECK(ledger->last_at() == rules::Time{});
  CHECK(test::replayed(*ledger).empty());
  CHECK(ledger->bytes() > 0);
}

TEST_CASE("what was committed comes back whole and in order, after a restart too") {
  const test::TemporaryFolder folder;
  auto records = numbered_records(1, 20, 40'000);
  ledger::AlertWriter alerts;
  for (const auto& sample : test::sample_alerts(200, 1)) {
    alerts.put(sample.alert, sample.verdict, 1, rules::Outcome::raised, 5);
  }
  records[3].alerts = alerts.take();
  records[4].states.clear();
  {
    const auto ledger = opened(folder.path());
    const std::span<const Record> all(records);
    REQUIRE(ledger->commit(all.first(1)) == CommitResult::synced);
    REQUIRE(ledger->commit(all.subspan(1)) == CommitResult::synced);
    CHECK(ledger->commit({}) == CommitResult::synced);
    CHECK(ledger->last_number() == 20);
    CHECK(ledger->last_at() == records.back().at);
    CHECK(ledger->last_error().empty());
  }
  const auto ledger = opened(folder.path());
  CHECK(ledger->last_number() == 20);
  CHECK(ledger->last_at() == records.back().at);
  const auto found = test::replayed(*ledger);
  REQUIRE(found.size() == records.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(test::same(found[i], records[i]));
  }
  CHECK(ledger->commit(std::vector{numbered_record(21)}) == CommitResult::synced);
}

TEST_CASE("times of any size come back exactly") {
  const test::TemporaryFolder folder;
  auto records = numbered_records(1, 3);
  records[0].at = rules::Time::min();
  records[1].at = rules::Time{rules::Duration{-1}};
  records[2].at = rules::Time::max();
  const auto ledger = opened(folder.path());
  REQUIRE(ledger->commit(records) == CommitResult::synced);
  const auto found = test::replayed(*ledger);
  for (std::size_t i = 0; i < 3; ++i) CHECK(found.at(i).at == records[i].at);
}

TEST_CASE("a second deskd on the same folder is refused at once, and the first goes on") {
  const test::TemporaryFolder folder;
  const auto first = opened(folder.path());
  const std::string error = test::opening_error(folder.path());
  CHECK(mentions(error, "ledger.db is in use by another process"));
  CHECK(first->commit(std::vector{numbered_record(1)}) == CommitResult::synced);
  CHECK(mentions(test::opening_error(folder.path()), "in use"));
}

TEST_CASE("what is no ledger of ours is refused with a remedy") {
  struct Row {
    const char* name;
    const char* sql;
    const char* says;
  };
  for (const Row& row : {
           Row{"newer", "PRAGMA user_version=2", "newer deskd (schema 2, and this one knows up"},
           Row{"foreign", "PRAGMA application_id=77", "not a ledger of deskd"},
           Row{"versionless", "PRAGMA user_version=0", "names no schema version"},
           Row{"tableless", "DROP TABLE record", "damaged"},
       }) {
    CAPTURE(row.name);
    const std::string error = Tampered(row.sql).opening_error();
    CAPTURE(error);
    CHECK(mentions(error, row.says));
    CHECK(mentions(error, "ledger.db"));
  }
}

TEST_CASE("a file that is no database is refused, an empty one is a fresh ledger") {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path("ledger.db")) << std::string(100'000, 'x');
  CHECK(mentions(test::opening_error(folder.path()), "not a ledger of deskd, or it is damaged"));

  const test::TemporaryFolder other;
  std::ofstream(other.path("ledger.db")).flush();
  CHECK(test::opening_error(other.path()).empty());
}

TEST_CASE("a folder that cannot be made is named") {
  const test::TemporaryFolder folder;
  CHECK(mentions(test::opening_error(folder.path("a/b")), "cannot make the folder"));
  std::ofstream(folder.path("file")).flush();
  CHECK(mentions(test::opening_error(folder.path("file")), "Not a directory"));
}

TEST_CASE("replay names the record that is missing or damaged") {
  struct Row {
    const char* name;
    const char* sql;
    const char* says;
  };
  for (const Row& row : {
           Row{"gap", "DELETE FROM record WHERE number = 2", "record 2 of"},
           Row{"head lost", "DELETE FROM record WHERE number = 1", "record 1 of"},
           Row{"moved", "UPDATE record SET number = 4 WHERE number = 2", "record 2 of"},
           Row{"swapped blobs",
               "UPDATE record SET states = (SELECT states FROM record WHERE number = 3) "
               "WHERE number = 2",
               "record 2 of"},
           Row{"blob changed",
               "UPDATE record SET states = CAST(substr(states, 1, 20) || x'00' || "
               "substr(states, 22) AS BLOB) WHERE number = 3",
               "checksum does not match"},
           Row{"blob emptied", "UPDATE record SET states = x'' WHERE number = 1", "checksum"},
           Row{"other blob", "UPDATE record SET alerts = x'01' WHERE number = 1", "checksum"},
           Row{"time changed", "UPDATE record SET at = at + 1 WHERE number = 3", "checksum"},
           Row{"sum changed", "UPDATE record SET alerts_sum = 0 WHERE number = 3", "checksum"},
       }) {
    CAPTURE(row.name);
    const std::string error = Tampered(row.sql).replay_error();
    CAPTURE(error);
    CHECK(mentions(error, row.says));
    CHECK(mentions(error, "ledger.db"));
  }
}

TEST_CASE("a record of a newer deskd is refused by its version") {
  const test::TemporaryFolder folder;
  const auto ledger = opened(folder.path());
  Record newer = numbered_record(1);
  newer.states[0] = 2;
  REQUIRE(ledger->commit(std::span(&newer, 1)) == CommitResult::synced);
  const std::string error = test::replay_error(*ledger);
  CHECK(mentions(error, "record 1 of"));
  CHECK(mentions(error, "format version 2"));
}

TEST_CASE("a record that cannot be applied ends the replay, and is named") {
  const test::TemporaryFolder folder;
  const auto ledger = opened(folder.path());
  REQUIRE(ledger->commit(numbered_records(1, 5)) == CommitResult::synced);
  std::uint64_t seen = 0;
  const auto result = ledger->replay([&](const Record&) { return ++seen < 3; });
  REQUIRE_FALSE(result);
  CHECK(seen == 3);
  CHECK(mentions(result.error(), "record 3 of"));
}

TEST_CASE("size_max bounds the ledger; a greater one lets it go on") {
  const test::TemporaryFolder folder;
  constexpr std::uint64_t size_max = 4 << 20;
  std::uint64_t synced = 0;
  {
    const auto ledger = opened(folder.path(), size_max);
    const auto commit_next = [&] {
      return ledger->commit(std::vector{numbered_record(synced + 1, 50'000)});
    };
    double fullness = 0;
    while (commit_next() == CommitResult::synced) {
      ++synced;
      CHECK(ledger->fullness() > fullness);
      fullness = ledger->fullness();
    }
    CHECK(synced > 40);
    CHECK(fullness > 0.9);
    CHECK(fullness <= 1.0);
    CHECK(mentions(ledger->last_error(), "has reached ledger.size_max"));
    CHECK(commit_next() == CommitResult::no_room);
    CHECK(ledger->last_number() == synced);
    ledger->tidy();
    CHECK(ledger->bytes() < size_max + (1 << 20));
    CHECK(test::replayed(*ledger).size() == synced);
  }
  const auto ledger = opened(folder.path(), 2 * size_max);
  CHECK(ledger->commit(std::vector{numbered_record(synced + 1, 50'000)}) == CommitResult::synced);
  CHECK(test::replayed(*ledger).size() == synced + 1);
}

TEST_CASE("a ledger made with larger pages goes on, within its bounds") {
  const test::TemporaryFolder folder;
  constexpr std::uint64_t size_max = 4 << 20;
  REQUIRE(opened(folder.path())->commit(numbered_records(1, 3)) == CommitResult::synced);
  {
    auto database = ledger::Database::open(folder.path("ledger.db"));
    REQUIRE(database);
    REQUIRE((*database)->run("PRAGMA journal_mode=DELETE; PRAGMA page_size=16384; VACUUM") ==
            ledger::SqlResult::done);
  }
  std::uint64_t synced = 3;
  const auto ledger = opened(folder.path(), size_max);
  while (ledger->commit(std::vector{numbered_record(synced + 1, 50'000)}) == CommitResult::synced) {
    ++synced;
  }
  CHECK(synced > 40);
  CHECK(mentions(ledger->last_error(), "has reached ledger.size_max"));
  CHECK(ledger->fullness() > 0.9);
  CHECK(ledger->fullness() <= 1.0);
  CHECK(test::replayed(*ledger).size() == synced);
  CHECK(std::filesystem::file_size(folder.path("ledger.db")) % 16'384 == 0);
  CHECK(ledger->bytes() < size_max + (1 << 20));
}

TEST_CASE("records without room are rolled back together") {
  const test::TemporaryFolder folder;
  const auto ledger = opened(folder.path(), 4 << 20);
  std::vector<Record> group{numbered_record(1, 1'000), numbered_record(2, 8 << 20)};
  CHECK(ledger->commit(group) == CommitResult::no_room);
  CHECK(ledger->last_number() == 0);
  CHECK(test::replayed(*ledger).empty());
  group[1] = numbered_record(2, 1'000);
  CHECK(ledger->commit(group) == CommitResult::synced);
  CHECK(test::replayed(*ledger).size() == 2);
}

TEST_CASE("the WAL's file has its size before the commits need it") {
  const test::TemporaryFolder folder;
  const auto ledger = opened(folder.path());
  const auto wal = [&] { return std::filesystem::file_size(folder.path("ledger.db-wal")); };
  REQUIRE(ledger->commit(numbered_records(1, 1)) == CommitResult::synced);
  CHECK(wal() < (1 << 20));
  ledger->tidy();
  const auto size = wal();
  CHECK(size > limits::ledger_wal_bytes);
  CHECK(size < limits::ledger_wal_bytes + (1 << 20));
  REQUIRE(ledger->commit(numbered_records(2, 30)) == CommitResult::synced);
  ledger->tidy();
  CHECK(wal() == size);
  // What a killed process leaves: zeros behind the last commit.
  const test::TemporaryFolder copy;
  std::filesystem::copy(folder.path(), copy.path(), std::filesystem::copy_options::recursive);
  CHECK(test::replayed(*opened(copy.path())).size() == 30);
}

TEST_CASE("the WAL stays bounded, and what left it is still there") {
  constexpr std::uint64_t size_max = 64 << 20;
  for (const bool busy : {true, false}) {
    CAPTURE(busy);
    const test::TemporaryFolder folder;
    const auto database_bytes = [&] {
      return std::filesystem::file_size(folder.path("ledger.db"));
    };
    int grown = 0;
    {
      const auto ledger = opened(folder.path(), size_max);
      for (std::uint64_t number = 1; number <= 300; ++number) {
        const auto before = database_bytes();
        REQUIRE(ledger->commit(std::vector{numbered_record(number, 150'000)}) ==
                CommitResult::synced);
        if (!busy) ledger->tidy();
        grown += database_bytes() > before ? 1 : 0;
        REQUIRE(std::filesystem::file_size(folder.path("ledger.db-wal")) <
                limits::ledger_wal_bytes + (1 << 20));
      }
      CHECK(database_bytes() > (20 << 20));
    }
    // 300 records in the database, by 1 MiB or by 4 at once.
    CHECK(grown >= (busy ? 5 : 20));
    CHECK(grown <= (busy ? 15 : 50));
    CHECK(test::replayed(*opened(folder.path(), size_max)).size() == 300);
  }
}

TEST_CASE("large records come back") {
  const test::TemporaryFolder folder;
  const auto ledger = opened(folder.path());
  const auto large = numbered_record(1, 40 << 20);
  REQUIRE(ledger->commit(std::span(&large, 1)) == CommitResult::synced);
  CHECK(test::same(test::replayed(*ledger).at(0), large));
}

}  // namespace deskd

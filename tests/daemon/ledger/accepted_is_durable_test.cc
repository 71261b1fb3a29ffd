// What `commit` called synced survives: a power cut or a fault at every single write and sync, and
// kill -9 at any moment.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "tests/daemon/ledger/journal.h"
#include "tests/daemon/ledger/simulated_disk.h"
#include "tests/support/random_values.h"

namespace deskd {
namespace {

using ledger::CommitResult;
using ledger::Record;
using test::SimulatedDisk;
using Fault = SimulatedDisk::Fault;

constexpr std::uint64_t records_written = 30;
constexpr std::uint64_t size_max = 512 << 10;  // so that the WAL empties itself several times

/// What one life of a ledger reported to the outside.
struct Life {
  std::uint64_t synced = 0;     // the last number that was called synced
  std::uint64_t attempted = 0;  // the last number that was handed over
  std::uint64_t no_room = 0;
  bool broken = false;
  std::string why;
};

/// Commits all records in groups of 1 to 3, each again when there was no room, until something
/// breaks.
Life live(ledger::Ledger& ledger, const std::vector<Record>& records) {
  Life life;
  life.synced = life.attempted = ledger.last_number();
  while (life.synced < records.size()) {
    const std::uint64_t count = std::min(1 + life.synced % 3, records.size() - life.synced);
    life.attempted = life.synced + count;
    switch (ledger.commit(std::span(records).subspan(life.synced, count))) {
      case CommitResult::synced:
        life.synced = life.attempted;
        ledger.tidy();
        break;
      case CommitResult::no_room:
        REQUIRE(++life.no_room < 5);
        break;
      case CommitResult::broken:
        REQUIRE_FALSE(ledger.last_error().empty());
        life.broken = true;
        life.why = ledger.last_error();
        return life;
    }
  }
  return life;
}

/// The ledger holds what was synced; of what was under way all or nothing.
void check_after(const Life& life, ledger::Ledger& ledger, const std::vector<Record>& records) {
  const auto found = test::replayed(ledger);
  REQUIRE((found.size() == life.synced || found.size() == life.attempted));
  for (std::size_t i = 0; i < found.size(); ++i) REQUIRE(test::same(found[i], records[i]));
}

struct Walk {
  std::uint64_t rooms_lost = 0;
  std::uint64_t breaks = 0;
};

/// Lives through the fault at every operation, each time on a new disk, then cuts the power.
Walk walk(Fault fault) {
  const auto records = test::numbered_records(1, records_written, 9'000);
  Walk walked;
  for (std::uint64_t operation = 0;; ++operation) {
    CAPTURE(operation);
    const test::TemporaryFolder folder;
    SimulatedDisk disk;
    test::opened(folder.path(), size_max);
    disk.fail(operation, fault);
    Life life;
    if (const auto ledger = ledger::Ledger::open(folder.path(), size_max)) {
      life = live(**ledger, records);
    }
    if (!disk.has_failed()) {
      REQUIRE(life.synced == records_written);
      return walked;
    }
    CAPTURE(life.why);
    walked.rooms_lost += life.no_room > 0 ? 1 : 0;
    walked.breaks += life.broken ? 1 : 0;

    disk.cut_power(operation);
    const auto ledger = test::opened(folder.path(), size_max);
    check_after(life, *ledger, records);
    REQUIRE(live(*ledger, records).synced == records_written);
  }
}

}  // namespace

TEST_CASE("a power cut at any write or sync loses nothing that was synced") {
  CHECK(walk(Fault::dead).breaks > 100);
}

TEST_CASE("an I/O error or a failed sync breaks the ledger, and nothing synced is lost") {
  const Walk walked = walk(Fault::io_error);
  CHECK(walked.breaks > 100);
  CHECK(walked.rooms_lost == 0);
}

TEST_CASE("a full disk at any write only makes the same records be tried again") {
  const Walk walked = walk(Fault::full);
  CHECK(walked.rooms_lost > 50);
  CHECK(walked.breaks == 0);
}

namespace {

/// Commits for ever, and tells each synced number.
[[noreturn]] void commit_until_killed(const std::string& folder, int tell) {
  auto ledger = ledger::Ledger::open(folder, std::uint64_t{64} << 20);
  if (!ledger) ::_exit(1);
  for (std::uint64_t synced = (*ledger)->last_number();;) {
    const auto records = test::numbered_records(synced + 1, synced + 1 + synced % 3, 20'000);
    if ((*ledger)->commit(records) != CommitResult::synced) ::_exit(2);
    synced = records.back().number;
    if (::write(tell, &synced, sizeof synced) != sizeof synced) ::_exit(3);
    (*ledger)->tidy();
  }
}

/// The last number that a child told before it was killed, somewhere after `reports` reports.
std::uint64_t killed_after(const std::string& folder, std::uint64_t reports,
                           std::uint64_t microseconds) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) commit_until_killed(folder, ends[1]);
  ::close(ends[1]);

  std::uint64_t last = 0;
  for (std::uint64_t told = 0; ::read(ends[0], &last, sizeof last) == sizeof last; ++told) {
    if (told != reports) continue;
    ::usleep(static_cast<useconds_t>(microseconds));
    ::kill(child, SIGKILL);
  }
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  return last;
}

}  // namespace

TEST_CASE("kill -9 at any moment loses nothing that was reported as synced") {
  test::RandomValues random(7);
  for (int life = 0; life < 8; ++life) {
    const test::TemporaryFolder folder;
    for (int kill = 0; kill < 5; ++kill) {
      const std::uint64_t reported =
          killed_after(folder.path(), random.below(60), random.below(2'000));
      const auto ledger = test::opened(folder.path());
      CHECK(ledger->last_number() >= reported);
      const auto found = test::replayed(*ledger);
      REQUIRE(found.size() == ledger->last_number());
      for (const Record& record : found) {
        REQUIRE(test::same(record, test::numbered_record(record.number, 20'000)));
      }
    }
  }
}

}  // namespace deskd

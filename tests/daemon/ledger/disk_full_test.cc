// Without room a commit is rolled back and may be tried again, on a real file system.

#include <doctest/doctest.h>
#include <sys/mount.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/daemon/ledger/file_size_limit.h"
#include "tests/daemon/ledger/journal.h"

namespace deskd {
namespace {

using ledger::CommitResult;
using test::numbered_record;

/// A file system of its own, of the given size.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& options)
      : mounted_(::mount("deskd-test", folder_.path().c_str(), "tmpfs", 0, options.c_str()) == 0) {}
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const test::TemporaryFolder& folder() const { return folder_; }

 private:
  test::TemporaryFolder folder_;
  bool mounted_;
};

/// Commits records of 50 kB until there is no room; the last number that was synced.
std::uint64_t fill(ledger::Ledger& ledger) {
  while (true) {
    const auto record = numbered_record(ledger.last_number() + 1, 50'000);
    const CommitResult result = ledger.commit(std::span(&record, 1));
    if (result == CommitResult::no_room) return ledger.last_number();
    CAPTURE(ledger.last_error());
    REQUIRE(result == CommitResult::synced);
    REQUIRE(ledger.last_number() < 10'000);
  }
}

}  // namespace

TEST_CASE("a full disk says no room, and when there is room again all goes on") {
  const SmallDisk disk("size=24m");
  if (!disk.mounted()) {
    MESSAGE("SKIPPED: cannot mount a small tmpfs (" << std::strerror(errno) << "); run as root");
    return;
  }
  const std::string ballast = disk.folder().path("ballast");
  std::ofstream(ballast) << std::string(6 << 20, 'x');
  const std::string folder = disk.folder().path("data");
  std::uint64_t synced = 0;
  {
    const auto ledger = test::opened(folder);
    synced = fill(*ledger);
    CHECK(synced > 50);
    CHECK(test::mentions(ledger->last_error(), "free some room on its disk"));
    for (int again = 0; again < 3; ++again) CHECK(fill(*ledger) == synced);

    std::filesystem::remove(ballast);
    const auto record = numbered_record(synced + 1, 50'000);
    CHECK(ledger->commit(std::span(&record, 1)) == CommitResult::synced);
    synced = fill(*ledger);
  }
  // Reopened on a disk that is full.
  CHECK(test::replayed(*test::opened(folder)).size() == synced);
}

TEST_CASE("a file that may not grow says no room, and goes on when it may") {
  const test::TemporaryFolder folder;
  const auto ledger = test::opened(folder.path());
  std::uint64_t synced = 0;
  {
    const test::FileSizeLimit limit(2 << 20);
    synced = fill(*ledger);
    CHECK(synced > 20);
    CHECK(test::mentions(ledger->last_error(), "cannot grow"));
  }
  const auto record = numbered_record(synced + 1, 50'000);
  CHECK(ledger->commit(std::span(&record, 1)) == CommitResult::synced);
  CHECK(test::replayed(*ledger).size() == synced + 1);
}

TEST_CASE("a WAL that cannot be emptied for want of room does not fail the commit") {
  const test::TemporaryFolder folder;
  const auto commit = [](ledger::Ledger& ledger) {
    const auto record = numbered_record(ledger.last_number() + 1, 500'000);
    return ledger.commit(std::span(&record, 1));
  };
  {
    const auto ledger = test::opened(folder.path());
    while (ledger->last_number() < 60) REQUIRE(commit(*ledger) == CommitResult::synced);
    ledger->tidy();
  }
  const auto size = std::filesystem::file_size(folder.path("ledger.db"));
  REQUIRE(size > (28 << 20));
  const auto ledger = test::opened(folder.path());
  {
    // The database may not grow, the WAL may until it is as large.
    const test::FileSizeLimit limit(size);
    while (ledger->last_number() < 60 + 45) {
      REQUIRE(commit(*ledger) == CommitResult::synced);
      ledger->tidy();
    }
    CHECK(std::filesystem::file_size(folder.path("ledger.db")) == size);
    CHECK(std::filesystem::file_size(folder.path("ledger.db-wal")) > (20 << 20));
  }
  for (int i = 0; i < 40; ++i) REQUIRE(commit(*ledger) == CommitResult::synced);
  CHECK(std::filesystem::file_size(folder.path("ledger.db")) > size);
  CHECK(test::replayed(*ledger).size() == 60 + 45 + 40);
}

}  // namespace deskd

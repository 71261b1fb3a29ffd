// Damage to the file: a sentence, never a crash, and never a record that is not what was written.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/ledger/ledger_file.h"
#include "tests/daemon/ledger/journal.h"
#include "tests/support/random_values.h"

namespace deskd {
namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// A ledger of 12 records as bytes, closed in good order.
std::string sample_file() {
  const test::TemporaryFolder folder;
  const auto records = test::numbered_records(1, 12, 6'000);
  REQUIRE(test::opened(folder.path())->commit(records) == ledger::CommitResult::synced);
  return contents(folder.path("ledger.db"));
}

enum class Fate { intact, refused };

/// What becomes of a ledger with these bytes; every record that it gives must be as it was written.
Fate fate_of(const std::string& bytes) {
  const test::TemporaryFolder folder;
  write(folder.path("ledger.db"), bytes);
  const auto ledger = ledger::Ledger::open(folder.path(), test::roomy);
  if (!ledger) {
    CHECK(ledger.error().size() > 20);
    return Fate::refused;
  }
  std::uint64_t seen = 0;
  const auto replayed = (*ledger)->replay([&](const ledger::Record& record) {
    CHECK(test::same(record, test::numbered_record(++seen, 6'000)));
    return true;
  });
  if (!replayed) CHECK(replayed.error().size() > 20);
  return replayed && seen == 12 ? Fate::intact : Fate::refused;
}

}  // namespace

TEST_CASE("a changed byte is noticed wherever it changes what is read") {
  const std::string whole = sample_file();
  REQUIRE(fate_of(whole) == Fate::intact);
  test::RandomValues random(1);
  int refused = 0;
  for (int round = 0; round < 400; ++round) {
    std::string bytes = whole;
    const std::size_t at = round % 2 == 0 ? random.below(bytes.size()) : random.below(2'000);
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
    CAPTURE(at);
    refused += fate_of(bytes) == Fate::refused ? 1 : 0;
  }
  CHECK(refused > 100);
}

TEST_CASE("pages of garbage are noticed") {
  const std::string whole = sample_file();
  test::RandomValues random(2);
  const auto page = static_cast<std::size_t>(ledger::page_bytes);
  for (int round = 0; round < 60; ++round) {
    std::string bytes = whole;
    const std::size_t first = random.below(bytes.size() / page) * page;
    const bool zeros = random.flag();
    for (std::size_t i = first; i < first + page; ++i) {
      bytes[i] = zeros ? '\0' : static_cast<char>(random.number());
    }
    CAPTURE(first);
    CHECK(fate_of(bytes) == Fate::refused);
  }
}

TEST_CASE("a file cut short is noticed") {
  const std::string whole = sample_file();
  for (std::size_t size = 1; size < whole.size(); size += 3'331) {
    CAPTURE(size);
    CHECK(fate_of(whole.substr(0, size)) == Fate::refused);
  }
}

}  // namespace deskd

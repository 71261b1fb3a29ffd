#pragma once
// What the tests of the ledger share: records that can be told apart, and the sentences they look
// for.

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "daemon/ledger/ledger.h"
#include "daemon/ledger/states.h"
#include "tests/support/temporary_folder.h"

namespace deskd::test {

constexpr std::uint64_t roomy = std::uint64_t{1} << 30;

/// A record whose contents follow from its number; `bytes` of them do not compress.
inline ledger::Record numbered_record(std::uint64_t number, std::size_t bytes = 100) {
  std::mt19937_64 random(number);
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; i += sizeof(std::uint64_t)) {
    const std::uint64_t word = random();
    std::memcpy(text.data() + i, &word, std::min(sizeof word, bytes - i));
  }
  ledger::StateWriter writer;
  writer.put(ledger::SourceName{static_cast<rules::SourceNumber>(number), std::move(text)});
  return {.number = number,
          .at = rules::Time{rules::Duration{static_cast<std::int64_t>(number) * 1'000'000'007}},
          .alerts = {},
          .states = writer.take()};
}

inline std::vector<ledger::Record> numbered_records(std::uint64_t first, std::uint64_t last,
                                                    std::size_t bytes = 100) {
  std::vector<ledger::Record> records;
  for (std::uint64_t number = first; number <= last; ++number) {
    records.push_back(numbered_record(number, bytes));
  }
  return records;
}

inline std::unique_ptr<ledger::Ledger> opened(const std::string& folder,
                                              std::uint64_t size_max = roomy) {
  auto ledger = ledger::Ledger::open(folder, size_max);
  if (!ledger) FAIL("the ledger does not open: " << ledger.error());
  return std::move(*ledger);
}

/// Why the ledger does not open; empty when it does.
inline std::string opening_error(const std::string& folder) {
  const auto ledger = ledger::Ledger::open(folder, roomy);
  return ledger ? std::string{} : ledger.error();
}

/// Why the ledger cannot be replayed; empty when it can.
inline std::string replay_error(ledger::Ledger& ledger) {
  const auto replayed = ledger.replay([](const ledger::Record&) { return true; });
  return replayed ? std::string{} : replayed.error();
}

/// Every record, which all must be numbered ones.
inline std::vector<ledger::Record> replayed(ledger::Ledger& ledger) {
  std::vector<ledger::Record> records;
  const auto done = ledger.replay([&](ledger::Record record) {
    records.push_back(std::move(record));
    return true;
  });
  if (!done) FAIL("the ledger cannot be replayed: " << done.error());
  return records;
}

inline bool same(const ledger::Record& left, const ledger::Record& right) {
  return left.number == right.number && left.at == right.at && left.alerts == right.alerts &&
         left.states == right.states;
}

inline bool mentions(const std::string& sentence, const std::string& part) {
  return sentence.find(part) != std::string::npos;
}

}  // namespace deskd::test

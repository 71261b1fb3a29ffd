// Commit records as hostile bytes: both blobs, and what is read must come back when it is written
// again.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/ledger/alert_log.h"
#include "tests/support/state_entities.h"

namespace deskd {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string written(const test::Collector& collected) {
  ledger::StateWriter writer;
  for (const auto& entity : collected.entities) test::put(writer, entity);
  return writer.take();
}

void states(std::string_view blob) {
  test::Collector first;
  const bool whole = ledger::read_states(blob, first);
  require(!whole || ledger::states_problem(blob).empty());

  const std::string again = written(first);
  // One way to write a thing: what was whole is written as the same bytes, unless it is from before
  // fields that came later. Then they stand behind it, and from there on nothing changes.
  require(!whole || blob.size() <= 1 || again == blob || again.size() > blob.size());
  test::Collector second;
  require(ledger::read_states(again, second));
  require(written(second) == again);
  require(first.entities.size() == second.entities.size());
  for (std::size_t i = 0; i < first.entities.size(); ++i) {
    require(test::same(first.entities[i], second.entities[i]));
  }
}

void alerts(std::string_view blob) {
  ledger::AlertWriter writer;
  const auto write_again = [&](const ledger::LoggedAlert& logged) {
    rules::Verdict verdict;
    verdict.stated = logged.stated;
    verdict.priority = logged.priority;
    writer.put(logged.alert, verdict, logged.setup, logged.outcome, logged.alarm);
    return true;
  };
  const bool whole = ledger::read_alerts(blob, write_again);
  require(!whole || ledger::alerts_problem(blob).empty());
  const std::string again = writer.take();
  require(!whole || blob.size() <= 1 || again == blob);
  require(ledger::read_alerts(again, [](const auto&) { return true; }));
}

}  // namespace
}  // namespace deskd

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view blob(reinterpret_cast<const char*>(data), size);
  deskd::states(blob);
  deskd::alerts(blob);
  return 0;
}

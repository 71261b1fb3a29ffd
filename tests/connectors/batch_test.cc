#include "connectors/batch.h"

#include <doctest/doctest.h>

#include <string>

using namespace deskd::connectors;

TEST_CASE("what a batch keeps outlives the original") {
  Batch batch("{}");
  std::string text = "edge-7";
  const std::string_view kept = batch.keep(text);
  text = "******";
  CHECK(kept == "edge-7");
  CHECK(batch.keep("").empty());
}

TEST_CASE("a batch weighs its body, its alerts and what its arena gave out") {
  Batch batch(std::string(1000, ' '));
  const std::size_t empty = batch.bytes();
  CHECK(empty >= 1000);
  batch.keep(std::string(500, 'x'));
  CHECK(batch.bytes() == empty + 500);
  batch.alerts.reserve(10);
  CHECK(batch.bytes() == empty + 500 + 10 * sizeof(deskd::rules::Alert));
}

// Ends that came before what they end.

#include <doctest/doctest.h>

#include <string>

#include "rules/correlator/tombstones.h"
#include "tests/rules/correlator/sender.h"

using namespace deskd::rules;
using namespace deskd::rules::test;
using Signals = std::vector<std::string>;

TEST_CASE("a firing alert under a tombstone of its origin that is older is stale") {
  for (const std::string_view key : {"", "k"}) {
    CAPTURE(key);
    Sender sender;
    CHECK(sender.resolve({.key = key, .at = 10, .event = 10}) == "unmatched");
    CHECK(sender.fire({.key = key, .at = 11, .event = 9}) == "stale");
    CHECK(sender.fire({.sender = "other", .key = key, .at = 11, .event = 9}) == "raised");
    CHECK(sender.fire({.key = key, .at = 12, .event = 10}) == "merged");
  }
}

TEST_CASE("a tombstone stands for reorder") {
  Sender sender({.reorder = std::chrono::minutes{5}});
  sender.resolve({.at = 10, .event = 10});
  CHECK(sender.correlator.next_deadline() == at_second(310) + Duration{1});
  sender.expire(310);
  CHECK(sender.fire({.at = 310, .event = 9}) == "stale");
  CHECK(sender.fire({.at = 310.001, .event = 9}) == "raised");
  sender.expire(310.001);
  CHECK_FALSE(is_known(sender.correlator.next_deadline()));
}

TEST_CASE("a newer end renews a tombstone, an older one is stale") {
  Sender sender({.reorder = std::chrono::minutes{5}});
  sender.resolve({.at = 10, .event = 10});
  CHECK(sender.resolve({.at = 200, .event = 20}) == "unmatched");
  CHECK(sender.resolve({.at = 201, .event = 15}) == "stale");
  sender.expire(311);
  CHECK(sender.correlator.next_deadline() == at_second(500) + Duration{1});
  CHECK(sender.fire({.at = 400, .event = 19}) == "stale");
  CHECK(sender.fire({.at = 400, .event = 20}) == "raised");
}

TEST_CASE("an end of a key stands for every identity of it") {
  Sender sender;
  sender.resolve({.key = "k", .type = "a", .at = 10, .event = 10});
  CHECK(sender.fire({.key = "k", .type = "b", .at = 11, .event = 9}) == "stale");
}

TEST_CASE("an end without any stamp makes no later alert stale") {
  Sender sender;
  sender.resolve({.at = 10});
  CHECK(sender.fire({.at = 10}) == "raised");
}

TEST_CASE("each changed tombstone is told once, as it is then") {
  Sender sender;
  sender.resolve({.at = 10, .event = 10});
  sender.resolve({.at = 11, .event = 11});
  const CorrelatorChanges changes = sender.correlator.take_changes();
  REQUIRE(changes.tombstones.size() == 1);
  CHECK(changes.tombstones[0].event_at == at_second(11));
  CHECK(changes.tombstones[0].by.empty());
  CHECK(sender.correlator.take_changes().empty());
}

TEST_CASE("when there are too many, the oldest goes") {
  constexpr int max = 100;
  Tombstones tombstones(max);
  const Duration reorder = std::chrono::minutes{5};
  const auto hash = [](int i) { return hash128(std::to_string(i)); };
  for (int i = 0; i <= max; ++i) {
    tombstones.put(hash(i), {}, {at_second(i), at_second(i)});
    if (i == 1) tombstones.put(hash(0), {}, {at_second(i), at_second(1.5)});  // no longer oldest
  }
  const auto stands = [&](int i) {
    return tombstones.covers(hash(i), {at_second(-1), at_second(max)}, at_second(max), reorder);
  };
  CHECK(stands(0));
  CHECK_FALSE(stands(1));
  CHECK(stands(2));
  CHECK(stands(max));
  CHECK(tombstones.take_changed().size() == max);
}

TEST_CASE("an alert that no end is newer than is looked up nowhere") {
  Tombstones tombstones;
  const Duration reorder = std::chrono::minutes{5};
  CHECK(tombstones.are_all_older(at_second(1)));
  tombstones.put(hash128("a"), {}, {at_second(10), at_second(12)});
  tombstones.put(hash128("b"), {}, {at_second(5), at_second(13)});
  CHECK(tombstones.are_all_older(at_second(10)));
  CHECK_FALSE(tombstones.are_all_older(at_second(9)));
  while (tombstones.expire_one(at_second(400), reorder)) {
  }
  CHECK(tombstones.are_all_older(at_second(9)));
  tombstones.put(hash128("c"), {}, {at_second(3), at_second(401)});
  CHECK(tombstones.are_all_older(at_second(9)));
  CHECK_FALSE(tombstones.are_all_older(at_second(2)));
}

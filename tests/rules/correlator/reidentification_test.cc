// A newer setup judges an alert to another identity.

#include <doctest/doctest.h>

#include "tests/rules/correlator/sender.h"

using namespace deskd::rules;
using namespace deskd::rules::test;
using Signals = std::vector<std::string>;

TEST_CASE("a firing repeat judged to another identity by a newer setup moves its origin") {
  Sender sender;
  sender.fire({.key = "k", .at = 1});
  const OriginId origin = sender.only_origin(1).id;
  CHECK(sender.fire({.key = "k", .type = "port", .at = 2, .setup = 2}) == "raised");
  CHECK(sender.signals ==
        Signals{"moved 2 from 1", "raised 2 major x1", "cleared 1 re-identified to 2"});
  CHECK(sender.only_origin(2).id == origin);
  CHECK(sender.only_origin(2).setup == 2);
  CHECK(sender.correlator.origins_of(1).empty());
  CHECK(sender.fire({.key = "k", .type = "port", .at = 3, .setup = 2}) == "merged");
  CHECK(sender.signals == Signals{"repeated 2 major x2"});
  CHECK(sender.resolve({.key = "k", .type = "port", .at = 4, .setup = 2}) == "cleared");
}

TEST_CASE("the alarm that an origin left stays active while another one fires") {
  Sender sender;
  sender.fire({.key = "k", .severity = Severity::critical});
  sender.fire({.key = "l", .severity = Severity::minor});
  sender.fire({.key = "m", .severity = Severity::info, .type = "port", .setup = 2});
  sender.fire({.key = "k", .severity = Severity::critical, .type = "port", .setup = 2});
  CHECK(sender.signals == Signals{"moved 2 from 1", "repeated 2 critical x2", "worsened 2 critical",
                                  "improved 1 minor"});
}

TEST_CASE("a moved origin keeps the greatest endsAt since it began to fire") {
  Sender sender;
  sender.fire({.key = "k", .ends_at = 100});
  sender.fire({.key = "k", .type = "port", .at = 1, .ends_at = 50, .setup = 2});
  sender.expire(60);
  CHECK(sender.signals.empty());
  sender.expire(100);
  CHECK(sender.signals == Signals{"cleared 2 silence"});
}

TEST_CASE("an older setup moves nothing") {
  Sender sender;
  sender.fire({.key = "k", .setup = 2});
  CHECK(sender.fire({.key = "k", .type = "port", .at = 1, .setup = 1}) == "merged");
  CHECK(sender.alarm == 1);
  CHECK(sender.correlator.last_alarm() == 1);
  CHECK(sender.only_origin(1).setup == 2);
  CHECK(sender.correlator.find_text(1)->view().identity[1] == IdentityPart{"type", "linkDown"});
}

TEST_CASE("the origin that moves is the one heard last") {
  Sender sender;
  sender.fire({.key = "k", .type = "a", .at = 1});
  sender.fire({.key = "k", .type = "b", .at = 2});
  sender.fire({.key = "k", .type = "a", .at = 3});
  sender.fire({.key = "k", .type = "c", .at = 4, .setup = 2});
  CHECK(sender.signals ==
        Signals{"moved 3 from 1", "raised 3 major x1", "cleared 1 re-identified to 3"});
  sender.fire({.key = "k", .type = "d", .at = 5, .setup = 2});
  CHECK(sender.signals ==
        Signals{"moved 4 from 2", "raised 4 major x1", "cleared 2 re-identified to 4"});
  CHECK(sender.fire({.key = "k", .type = "e", .at = 6, .setup = 2}) == "raised");
  CHECK(sender.signals == Signals{"raised 5 major x1"});
}

TEST_CASE("an ended origin does not move") {
  Sender sender;
  sender.fire({.key = "k", .at = 1});
  sender.resolve({.key = "k", .at = 2});
  sender.fire({.key = "k", .type = "port", .at = 3, .setup = 2});
  CHECK(sender.signals == Signals{"raised 2 major x1"});
  CHECK(sender.correlator.origins_of(1).size() == 1);
}

TEST_CASE("an alert that is older than what its key said under another setup is stale") {
  Sender sender;
  sender.fire({.key = "k", .at = 1, .event = 1});
  SUBCASE("when that has ended") {
    sender.resolve({.key = "k", .at = 5, .event = 5});
    CHECK(sender.fire({.key = "k", .type = "port", .at = 6, .event = 3, .setup = 2}) == "stale");
    CHECK(sender.correlator.last_alarm() == 1);
  }
  SUBCASE("when that would move") {
    sender.fire({.key = "k", .at = 5, .event = 5});
    CHECK(sender.fire({.key = "k", .type = "port", .at = 6, .event = 3, .setup = 2}) == "stale");
    CHECK(sender.is_active(1));
  }
}

TEST_CASE("a change that is taken back moves the origin back to where one has ended") {
  Sender sender;
  sender.fire({.key = "k", .at = 1});
  sender.resolve({.key = "k", .at = 2});
  sender.fire({.key = "k", .type = "port", .at = 3, .setup = 2});
  CHECK(sender.fire({.key = "k", .at = 4, .setup = 3}) == "raised");
  CHECK(sender.signals ==
        Signals{"moved 1 from 2", "raised 1 major x2", "cleared 2 re-identified to 1"});
  CHECK(sender.resolve({.key = "k", .at = 5, .setup = 3}) == "cleared");
  CHECK_FALSE(sender.is_active(1));
  CHECK_FALSE(sender.is_active(2));
}

TEST_CASE("a resolve under another setup finds its origin by the key") {
  Sender sender;
  SUBCASE("the newer one has not heard it fire") {
    sender.fire({.key = "k", .at = 1});
    CHECK(sender.resolve({.key = "k", .type = "port", .at = 2, .setup = 2}) == "cleared");
    CHECK(sender.alarm == 1);
  }
  SUBCASE("the older one knows an origin that has ended") {
    sender.fire({.key = "k", .at = 1});
    sender.resolve({.key = "k", .at = 2});
    sender.fire({.key = "k", .type = "port", .at = 3, .setup = 2});
    CHECK(sender.resolve({.key = "k", .at = 4, .setup = 1}) == "cleared");
    CHECK(sender.alarm == 2);
  }
}

TEST_CASE("a repeated resolve ends nothing else of its key, whatever setups there were since") {
  // A mapping may take the device as key: all faults of edge-7 have this one.
  struct Row {
    const char* name;
    SetupNumber fault_repeats;  // 0: it says no more
    SetupNumber resolve, again;
  };
  for (const Row& row : {Row{"no reload", 0, 1, 1}, Row{"a reload before the resolve", 0, 2, 2},
                         Row{"a reload before the repeat", 0, 1, 2},
                         Row{"the other fault is told of again before a reload", 1, 1, 2},
                         Row{"the other fault is told of again after a reload", 2, 2, 2}}) {
    CAPTURE(row.name);
    Sender sender;
    sender.fire({.key = "edge-7", .type = "fanFail", .at = 1});
    sender.fire({.key = "edge-7", .type = "linkDown", .at = 2});
    CHECK(sender.resolve({.key = "edge-7", .type = "linkDown", .at = 3, .setup = row.resolve}) ==
          "cleared");
    if (row.fault_repeats != 0) {
      sender.fire({.key = "edge-7", .type = "fanFail", .at = 4, .setup = row.fault_repeats});
    }
    const Said repeat{.key = "edge-7",
                      .status = Status::resolved,
                      .type = "linkDown",
                      .at = 5,
                      .setup = row.again};
    CHECK(sender.preview(repeat).outcome == Outcome::stale);
    CHECK(sender.resolve(repeat) == "stale");
    CHECK(sender.is_active(1));
    CHECK(sender.resolve({.key = "edge-7", .type = "fanFail", .at = 6, .setup = row.again}) ==
          "cleared");
  }
}

TEST_CASE("a resolve under a change that was taken back ends what its key was called meanwhile") {
  Sender sender;
  sender.fire({.key = "k", .at = 1});
  sender.resolve({.key = "k", .at = 2});
  sender.fire({.key = "k", .type = "port", .at = 3, .setup = 2});
  CHECK(sender.resolve({.key = "k", .at = 4, .setup = 3}) == "cleared");
  CHECK_FALSE(sender.is_active(2));
}

TEST_CASE("without a key nothing can be followed: the old alarm stays until its clear") {
  Sender sender;
  sender.fire({.at = 1});
  CHECK(sender.fire({.type = "port", .at = 2, .setup = 2}) == "raised");
  CHECK(sender.signals == Signals{"raised 2 major x1"});
  CHECK(sender.is_active(1));
  CHECK(sender.resolve({.type = "port", .at = 3, .setup = 2}) == "cleared");
  CHECK(sender.is_active(1));
  sender.clear_by_hand(1, 4);
  CHECK_FALSE(sender.is_active(1));
}

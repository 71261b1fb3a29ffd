// Origins: who speaks of what, and which of his alerts count.

#include <doctest/doctest.h>

#include <string>

#include "config/limits.h"
#include "tests/rules/correlator/sender.h"

using namespace deskd::rules;
using namespace deskd::rules::test;
using Signals = std::vector<std::string>;

TEST_CASE("an origin is source, sender, and the sender's key or else the identity") {
  Sender sender;
  sender.fire({.sender = "a", .key = "k", .source = 1});
  sender.fire({.sender = "a", .key = "k", .source = 2});
  sender.fire({.sender = "b", .key = "k", .source = 1});
  sender.fire({.sender = "a", .key = "l", .source = 1});
  sender.fire({.sender = "a", .source = 1});
  sender.fire({.sender = "", .source = 1});
  CHECK(sender.correlator.origins_of(1).size() == 6);
  sender.fire({.sender = "a", .key = "k", .source = 1});
  sender.fire({.sender = "a", .source = 1});
  CHECK(sender.correlator.origins_of(1).size() == 6);
}

TEST_CASE("the parts of an origin can't be shifted into each other") {
  Sender sender;
  sender.fire({.sender = "ab", .key = "c"});
  sender.fire({.sender = "a", .key = "bc"});
  sender.fire({.sender = "", .key = "abc"});
  CHECK(sender.correlator.origins_of(1).size() == 3);
}

TEST_CASE("a resolved alert ends its own origin and nothing else") {
  Sender sender;
  sender.fire({.sender = "a"});
  CHECK(sender.resolve({.sender = "b", .at = 1}) == "unmatched");
  CHECK(sender.is_active(1));
  CHECK(sender.resolve({.sender = "a", .resource = "edge-8", .at = 1}) == "unmatched");
  CHECK(sender.is_active(1));
  CHECK(sender.resolve({.sender = "a", .at = 1}) == "cleared");
}

TEST_CASE("a resolved alert whose origin has ended already is stale") {
  Sender sender;
  sender.fire({.at = 1});
  sender.resolve({.at = 2});
  CHECK(sender.resolve({.at = 3}) == "stale");
  CHECK(sender.alarm == 0);
}

TEST_CASE("a drop does not hold up a resolved alert") {
  Sender sender;
  sender.fire({.at = 1});
  CHECK(sender.resolve({.at = 2, .dropped = true}) == "cleared");
}

TEST_CASE("judged drop: its origin ends with cause dropped") {
  Sender sender;
  CHECK(sender.fire({.at = 1, .dropped = true}) == "dropped");
  CHECK(sender.alarm == 0);
  CHECK(sender.correlator.last_alarm() == 0);
  sender.fire({.at = 2});
  CHECK(sender.fire({.at = 3, .setup = 2, .dropped = true}) == "dropped");
  CHECK(sender.alarm == 1);
  CHECK(sender.signals == Signals{"cleared 1 dropped by a rule"});
  CHECK(sender.only_origin(1).ended_by == ClearCause::dropped);
  CHECK(sender.fire({.at = 4, .setup = 2, .dropped = true}) == "dropped");
  CHECK(sender.signals.empty());
}

TEST_CASE("judged drop by an older setup, or older than what its origin said last: nothing ends") {
  Sender sender;
  sender.fire({.at = 10, .event = 10, .setup = 2});
  CHECK(sender.fire({.at = 11, .event = 11, .setup = 1, .dropped = true}) == "dropped");
  CHECK(sender.is_active(1));
  CHECK(sender.fire({.at = 12, .event = 9, .setup = 2, .dropped = true}) == "dropped");
  CHECK(sender.is_active(1));
}

TEST_CASE("judged drop under another identity: the origin of its key ends") {
  Sender sender;
  sender.fire({.key = "k", .at = 1});
  CHECK(sender.fire({.key = "k", .type = "x", .at = 2, .setup = 2, .dropped = true}) == "dropped");
  CHECK(sender.signals == Signals{"cleared 1 dropped by a rule"});
}

TEST_CASE("an older alert is stale if it comes within reorder of the newer") {
  struct Row {
    const char* name;
    double newer_event, newer_at, older_event, older_at;
    std::string_view outcome;
  };
  const Row rows[] = {
      {"within", 50, 100, 49, 399, "stale"},
      {"at the last moment", 50, 100, 49, 400, "stale"},
      {"later, arrival decides", 50, 100, 49, 400.001, "merged"},
      {"equal ones keep the order of arrival", 50, 100, 50, 101, "merged"},
      {"newer", 50, 100, 51, 101, "merged"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Sender sender({.reorder = std::chrono::minutes{5}});
    sender.fire({.at = row.newer_at, .event = row.newer_event});
    CHECK(sender.fire({.at = row.older_at, .event = row.older_event}) == row.outcome);
  }
}

TEST_CASE("an older resolved alert is stale and ends nothing") {
  Sender sender;
  sender.fire({.at = 10, .event = 10});
  CHECK(sender.resolve({.at = 11, .event = 9}) == "stale");
  CHECK(sender.is_active(1));
  CHECK(sender.resolve({.at = 12, .event = 10}) == "cleared");
}

TEST_CASE("event times are compared within one origin only") {
  Sender sender;
  sender.fire({.sender = "a", .at = 10, .event = 10});
  CHECK(sender.fire({.sender = "b", .at = 11, .event = 5}) == "merged");
  CHECK(sender.resolve({.sender = "b", .at = 12, .event = 6}) == "cleared");
}

TEST_CASE("what a late repeat of an end says is remembered") {
  Sender sender;
  sender.fire({.at = 10, .event = 10});
  sender.resolve({.at = 11, .event = 11});
  CHECK(sender.resolve({.at = 12, .event = 20}) == "stale");
  CHECK(sender.fire({.at = 13, .event = 15}) == "stale");
  CHECK(sender.fire({.at = 14, .event = 21}) == "raised");
}

TEST_CASE("under one setup a key with another identity is a second origin") {
  Sender sender;
  CHECK(sender.fire({.key = "k", .type = "disk"}) == "raised");
  CHECK(sender.fire({.key = "k", .type = "cpu"}) == "raised");
  CHECK(sender.correlator.origins_of(1).size() == 1);
  CHECK(sender.correlator.origins_of(2).size() == 1);

  SUBCASE("a resolve ends the one of its identity") {
    CHECK(sender.resolve({.key = "k", .type = "cpu", .at = 1}) == "cleared");
    CHECK(sender.is_active(1));
    CHECK_FALSE(sender.is_active(2));
    CHECK(sender.resolve({.key = "k", .type = "cpu", .at = 2}) == "stale");
    CHECK(sender.is_active(1));
  }
  SUBCASE("else all of that key") {
    CHECK(sender.resolve({.key = "k", .type = "memory", .at = 1}) == "cleared");
    CHECK(sender.signals == Signals{"cleared 1 resolved", "cleared 2 resolved"});
    CHECK(sender.resolve({.key = "k", .type = "memory", .at = 2}) == "stale");
  }
  SUBCASE("but none that said something newer") {
    sender.fire({.key = "k", .type = "cpu", .at = 9, .event = 9});
    CHECK(sender.resolve({.key = "k", .type = "memory", .at = 10, .event = 5}) == "cleared");
    CHECK(sender.signals == Signals{"cleared 1 resolved"});
    CHECK(sender.is_active(2));
  }
}

TEST_CASE("a key of too many things is not followed") {
  Sender sender;
  std::vector<std::string> types;
  for (std::size_t i = 0; i <= deskd::limits::identities_per_key_max; ++i) {
    types.push_back("type-" + std::to_string(i));
  }
  for (const std::string& type : types) sender.fire({.key = "k", .type = type});
  CHECK(sender.resolve({.key = "k", .type = "other", .at = 1}) == "unmatched");
  CHECK(sender.fire({.key = "k", .type = "another", .at = 1, .setup = 2}) == "raised");
  CHECK(sender.signals.size() == 1);
  CHECK(sender.resolve({.key = "k", .type = types[3], .at = 1}) == "cleared");
  CHECK(sender.fire({.key = "k", .type = types[3], .at = 2}) == "raised");
}

TEST_CASE("where nothing is stamped arrival decides, though receipts crossed on their way here") {
  Sender sender;
  CHECK(sender.fire({.at = 10.002}) == "raised");
  CHECK(sender.fire({.at = 10.001}) == "merged");
  CHECK(sender.resolve({.at = 10}) == "cleared");
  CHECK(sender.fire({.at = 9.999}) == "raised");
}

TEST_CASE("an end that found nothing makes nothing stale that was not stamped either") {
  Sender sender;
  CHECK(sender.resolve({.at = 10.002}) == "unmatched");
  CHECK(sender.fire({.at = 10.001}) == "raised");
}

TEST_CASE("the worst of very many origins counts until the last of them has ended") {
  Sender sender;
  const int many = 600;  // more than a byte counts
  const auto name = [](int n) { return "s" + std::to_string(n); };
  sender.fire({.sender = "minor", .severity = Severity::minor});
  for (int n = 0; n < many; ++n) {
    const std::string from = name(n);
    sender.fire({.sender = from, .severity = Severity::critical});
  }
  for (int n = 0; n < many; ++n) {
    CHECK(sender.correlator.find(1)->severity == Severity::critical);
    const std::string from = name(n);
    const Said said{.sender = from, .status = Status::resolved, .at = 1};
    CHECK_FALSE(sender.preview(said).losses.at(0).clears);
    CHECK(sender.resolve(said) == "cleared");
  }
  CHECK(sender.correlator.find(1)->severity == Severity::minor);
  sender.resolve({.sender = "minor", .at = 2});
  CHECK_FALSE(sender.is_active(1));
}

TEST_CASE("the first origins of an alarm are those with the least ids, and all are counted") {
  Sender sender;
  for (int n = 0; n < 300; ++n) {
    const std::string from = std::to_string(n);
    sender.fire({.sender = from, .source = n == 0 ? 2U : 1U});
  }
  sender.resolve({.sender = "5", .at = 1});
  const auto [first, total] = sender.correlator.first_origins_of(1, 10);
  CHECK(total == 300);
  REQUIRE(first.size() == 10);
  for (std::size_t n = 0; n < first.size(); ++n) CHECK(first[n].id == n + 1);
  CHECK(sender.correlator.origins_of(1).size() == 300);
  CHECK(sender.correlator.first_origins_of(2, 10).second == 0);
  CHECK(sender.correlator.has_source(1, [](SourceNumber source) { return source == 2; }));
  CHECK_FALSE(sender.correlator.has_source(1, [](SourceNumber source) { return source == 3; }));
}

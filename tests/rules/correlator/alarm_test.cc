// Alarms: when they are active, how bad they are, what they say, what they count.

#include <doctest/doctest.h>

#include <string>

#include "tests/rules/correlator/sender.h"

using namespace deskd::rules;
using namespace deskd::rules::test;
using Signals = std::vector<std::string>;

TEST_CASE("an alarm is active while one of its origins fires") {
  Sender sender;
  CHECK(sender.fire({.sender = "a", .at = 1}) == "raised");
  CHECK(sender.signals == Signals{"raised 1 major x1"});
  CHECK(sender.fire({.sender = "b", .at = 2}) == "merged");
  CHECK(sender.signals == Signals{"repeated 1 major x2"});
  CHECK(sender.correlator.origins_of(1).size() == 2);

  CHECK(sender.resolve({.sender = "a", .at = 3}) == "cleared");
  CHECK(sender.alarm == 1);
  CHECK(sender.signals.empty());
  CHECK(sender.is_active(1));
  CHECK(sender.resolve({.sender = "b", .at = 4}) == "cleared");
  CHECK(sender.signals == Signals{"cleared 1 resolved"});
  CHECK_FALSE(sender.is_active(1));
}

TEST_CASE("two sources that speak of one identity share an alarm") {
  Sender sender;
  sender.fire({.source = 1});
  CHECK(sender.fire({.source = 2}) == "merged");
  CHECK(sender.resolve({.source = 3}) == "unmatched");
  CHECK(sender.correlator.last_alarm() == 1);
}

TEST_CASE("identities differ by their fields, their values and their order") {
  Sender sender;
  const std::vector<std::vector<IdentityPart>> identities{
      {{"a", "1"}, {"b", ""}}, {{"a", ""}, {"b", "1"}},
      {{"b", ""}, {"a", "1"}}, {{"a", "1"}},
      {{"a", "1b"}},           {{"a1", "b"}}};
  for (const auto& identity : identities) {
    CHECK(sender.fire({.identity = identity}) == "raised");
  }
  for (const auto& identity : identities) {
    CHECK(sender.fire({.identity = identity}) == "merged");
  }
  CHECK(sender.correlator.last_alarm() == identities.size());
}

TEST_CASE("an alarm that is raised again keeps its id and its count") {
  Sender sender;
  sender.fire({.at = 1});
  sender.resolve({.at = 2});
  CHECK(sender.fire({.at = 3}) == "raised");
  CHECK(sender.signals == Signals{"raised 1 major x2"});
  const AlarmState state = *sender.correlator.find(1);
  CHECK(state.raised_at == at_second(3));
  CHECK_FALSE(is_known(state.cleared_at));
  CHECK(state.cleared_by == ClearCause::none);
}

TEST_CASE("an alarm's severity is the worst of its firing origins, after the clear the last") {
  Sender sender;
  sender.fire({.sender = "a", .severity = Severity::minor, .at = 1});
  sender.fire({.sender = "b", .severity = Severity::critical, .at = 2});
  CHECK(sender.signals == Signals{"repeated 1 critical x2", "worsened 1 critical"});
  sender.fire({.sender = "b", .severity = Severity::warning, .at = 3});
  CHECK(sender.signals == Signals{"repeated 1 minor x3", "improved 1 minor"});
  sender.fire({.sender = "c", .severity = Severity::major, .at = 4});
  CHECK(sender.correlator.active_by_severity()[static_cast<int>(Severity::major)] == 1);
  sender.resolve({.sender = "c", .at = 5});
  CHECK(sender.signals == Signals{"improved 1 minor"});
  sender.resolve({.sender = "b", .at = 6});
  CHECK(sender.signals.empty());
  sender.resolve({.sender = "a", .at = 7});
  CHECK(sender.correlator.find(1)->severity == Severity::minor);
  for (const auto active : sender.correlator.active_by_severity()) CHECK(active == 0);
}

TEST_CASE("unknown ranks lowest") {
  Sender sender;
  sender.fire({.sender = "a", .severity = Severity::unknown});
  CHECK(sender.signals == Signals{"raised 1 unknown x1"});
  sender.fire({.sender = "b", .severity = Severity::info});
  CHECK(sender.signals == Signals{"repeated 1 info x2", "worsened 1 info"});
  sender.resolve({.sender = "b", .at = 1});
  CHECK(sender.signals == Signals{"improved 1 unknown"});
  CHECK(sender.is_active(1));
}

TEST_CASE(
    "the texts are those of the newest firing alert at least as severe as the alarm then is") {
  Sender sender;
  const auto summary = [&] { return std::string(sender.correlator.find_text(1)->view().summary); };
  sender.fire({.sender = "a", .severity = Severity::major, .summary = "first"});
  sender.fire({.sender = "b", .severity = Severity::minor, .summary = "less severe"});
  CHECK(summary() == "first");
  sender.fire({.sender = "b", .severity = Severity::major, .summary = "as severe"});
  CHECK(summary() == "as severe");
  sender.fire({.sender = "a", .severity = Severity::minor, .summary = "improved, b is worse"});
  CHECK(summary() == "as severe");
  sender.resolve({.sender = "b", .summary = "a resolved one says nothing", .at = 1});
  CHECK(summary() == "as severe");
  sender.fire({.sender = "a", .severity = Severity::minor, .summary = "now the worst", .at = 2});
  CHECK(summary() == "now the worst");
}

TEST_CASE("labels and annotations come with the texts") {
  Sender sender;
  sender.fire({.labels = {{"role", "core"}, {"site", "fra"}}});
  const auto text = sender.correlator.find_text(1);
  const AlarmTextView view = text->view();
  CHECK(view.labels == std::vector<Label>{{"role", "core"}, {"site", "fra"}});
  CHECK(view.identity.size() == 3);
  CHECK(view.identity[0] == IdentityPart{"resource", "edge-7"});
}

TEST_CASE("count counts firing alerts, not stale, dropped or resolved ones") {
  Sender sender;
  sender.fire({.at = 10, .event = 10});
  sender.fire({.at = 11, .event = 11});
  CHECK(sender.fire({.at = 12, .event = 5}) == "stale");
  sender.resolve({.at = 13, .event = 13});
  CHECK(sender.fire({.at = 14, .event = 14, .dropped = true}) == "dropped");
  CHECK(sender.correlator.find(1)->count == 2);
}

TEST_CASE("raised_at, last_at and cleared_at are receipt times, event_at stands beside them") {
  Sender sender;
  sender.fire({.at = 100, .event = 90});
  sender.fire({.at = 110, .event = 95});
  sender.resolve({.at = 120, .event = 99});
  const AlarmState state = *sender.correlator.find(1);
  CHECK(state.raised_at == at_second(100));
  CHECK(state.last_at == at_second(110));
  CHECK(state.cleared_at == at_second(120));
  CHECK(state.event_at == at_second(95));
}

TEST_CASE("a person ends all origins of an alarm, and the next firing alert raises") {
  Sender sender;
  sender.fire({.sender = "a", .at = 1});
  sender.fire({.sender = "b", .at = 2});
  sender.clear_by_hand(1, 3);
  CHECK(sender.signals == Signals{"cleared 1 by hand"});
  CHECK(sender.correlator.find(1)->cleared_at == at_second(3));
  std::vector<Signal> none;
  CHECK_FALSE(sender.correlator.clear_by_hand(1, at_second(4), none));
  CHECK_FALSE(sender.correlator.clear_by_hand(2, at_second(4), none));
  CHECK(none.empty());
  CHECK(sender.resolve({.sender = "b", .at = 4}) == "stale");
  CHECK(sender.fire({.sender = "a", .at = 5}) == "raised");
}

TEST_CASE("ten thousand origins of one alarm cost no more than one") {
  Sender sender;
  std::vector<std::string> keys;
  for (int i = 0; i < 10'000; ++i) keys.push_back("key-" + std::to_string(i));
  for (const std::string& key : keys) sender.fire({.key = key});
  CHECK(sender.correlator.find(1)->count == keys.size());
  for (const std::string& key : keys) {
    CHECK(sender.is_active(1));
    REQUIRE(sender.resolve({.key = key, .at = 1}) == "cleared");
  }
  CHECK_FALSE(sender.is_active(1));
}

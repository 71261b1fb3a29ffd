// What time alone does: silence, and forgetting.

#include <doctest/doctest.h>

#include <string>

#include "tests/rules/correlator/sender.h"

using namespace deskd::rules;
using namespace deskd::rules::test;
using Signals = std::vector<std::string>;
using namespace std::chrono_literals;

TEST_CASE("an origin that is not sent again before its endsAt ends by silence") {
  Sender sender;
  sender.fire({.at = 1, .ends_at = 100});
  CHECK(sender.correlator.next_deadline() == at_second(100));
  sender.expire(99.999);
  CHECK(sender.is_active(1));
  sender.expire(100);
  CHECK(sender.signals == Signals{"cleared 1 silence"});
  CHECK(sender.only_origin(1).ended_by == ClearCause::silence);
  CHECK(sender.correlator.find(1)->cleared_at == at_second(100));
  CHECK_FALSE(is_known(sender.correlator.next_deadline()));
}

TEST_CASE("each re-send extends it, and none shortens it") {
  Sender sender;
  sender.fire({.at = 1, .ends_at = 100});
  sender.fire({.at = 50, .ends_at = 200});
  sender.fire({.at = 60, .ends_at = 150});
  sender.fire({.at = 70});
  sender.expire(100);
  CHECK(sender.signals.empty());
  CHECK(sender.correlator.next_deadline() == at_second(200));
  sender.expire(199);
  CHECK(sender.is_active(1));
  sender.expire(200);
  CHECK_FALSE(sender.is_active(1));
}

TEST_CASE("endsAt is the greatest seen since it began to fire, not before") {
  Sender sender;
  sender.fire({.at = 1, .ends_at = 1'000});
  sender.resolve({.at = 2});
  CHECK_FALSE(is_known(sender.correlator.next_deadline()));
  sender.fire({.at = 3, .ends_at = 100});
  CHECK(sender.correlator.next_deadline() == at_second(100));
  sender.resolve({.at = 4});
  sender.fire({.at = 5});
  CHECK_FALSE(is_known(sender.correlator.next_deadline()));
  sender.expire(2'000);
  CHECK(sender.is_active(1));
}

TEST_CASE("an end by silence makes nothing stale") {
  Sender sender;
  sender.fire({.at = 50, .event = 50, .ends_at = 60});
  sender.expire(60);
  CHECK_FALSE(is_known(sender.only_origin(1).event_at));
  SUBCASE("an older alert raises") { CHECK(sender.fire({.at = 61, .event = 10}) == "raised"); }
  SUBCASE("an end of what has ended is one, and is remembered") {
    CHECK(sender.resolve({.at = 61, .event = 30}) == "stale");
    CHECK(sender.fire({.at = 62, .event = 20}) == "stale");
  }
}

TEST_CASE("silence ends in the order of the deadlines, also of those that were put off") {
  Sender sender;
  sender.fire({.resource = "a", .at = 1, .ends_at = 10});
  sender.fire({.resource = "b", .at = 1, .ends_at = 20});
  sender.fire({.resource = "c", .at = 1, .ends_at = 30});
  sender.fire({.resource = "a", .at = 2, .ends_at = 25});
  sender.expire(100);
  CHECK(sender.signals == Signals{"cleared 2 silence", "cleared 1 silence", "cleared 3 silence"});
}

TEST_CASE("one of two origins falls silent") {
  Sender sender;
  sender.fire({.sender = "a", .severity = Severity::critical, .ends_at = 10});
  sender.fire({.sender = "b", .severity = Severity::minor, .ends_at = 20});
  sender.expire(10);
  CHECK(sender.signals == Signals{"improved 1 minor"});
}

TEST_CASE("expire does no more than it is asked for and says whether more is due") {
  Sender sender;
  std::vector<std::string> names;
  for (int i = 0; i < 10; ++i) names.push_back(std::to_string(i));
  for (const std::string& name : names) sender.fire({.resource = name, .ends_at = 10});
  std::vector<Signal> happened;
  CHECK(sender.correlator.expire(at_second(10), 4, happened));
  CHECK(happened.size() == 4);
  CHECK(sender.correlator.expire(at_second(10), 4, happened));
  CHECK_FALSE(sender.correlator.expire(at_second(10), 4, happened));
  CHECK(happened.size() == 10);
  CHECK_FALSE(sender.correlator.expire(at_second(10), 4, happened));
}

TEST_CASE("after expire the next deadline is in the future") {
  Sender sender({.reorder = 5s, .alarm_kept_min = 7s});
  for (int i = 0; i < 50; ++i) {
    const std::string name = std::to_string(i);
    sender.fire({.resource = name, .at = 1, .ends_at = 10.0 + i});
    sender.fire({.resource = name, .at = 2, .ends_at = 60.0 - i});
    sender.resolve({.resource = "x" + name, .at = 2.0 + i});
    sender.correlator.set_released(static_cast<AlarmId>(i + 1), true, at_second(2));
  }
  int wakes = 0;
  for (Time next = sender.correlator.next_deadline(); is_known(next);
       next = sender.correlator.next_deadline()) {
    std::vector<Signal> happened;
    while (sender.correlator.expire(next, 3, happened)) {
    }
    const Time after = sender.correlator.next_deadline();
    REQUIRE((!is_known(after) || after > next));
    REQUIRE(++wakes < 500);
  }
  for (AlarmId id = 1; id <= 50; ++id) CHECK(sender.correlator.find(id)->forgotten);
}

TEST_CASE("after a restart silence waits for its grace") {
  Sender first;
  first.fire({.at = 1, .ends_at = 100});
  Sender second;
  second.correlator.restore(*first.correlator.find(1));
  second.correlator.restore(1, *first.correlator.find_text(1));
  second.correlator.restore(*first.correlator.find_origin(1));
  REQUIRE_FALSE(second.correlator.restored(at_second(500), at_second(800)));
  CHECK(second.correlator.next_deadline() == at_second(800));
  second.expire(799);
  CHECK(second.is_active(1));
  second.expire(800);
  CHECK(second.signals == Signals{"cleared 1 silence"});
}

TEST_CASE("an ended origin stays bound while its alarm is kept: released, and at least an hour") {
  Sender sender({.alarm_kept_min = 1h});
  sender.fire({.key = "k", .at = 0});
  sender.resolve({.key = "k", .at = 100});
  sender.expire(10'000);
  CHECK(sender.correlator.origins_of(1).size() == 1);  // its incident is not closed
  sender.correlator.set_released(1, true, at_second(200));
  CHECK(sender.correlator.next_deadline() == at_second(3'700));

  SUBCASE("then it is forgotten") {
    sender.correlator.take_changes();
    sender.expire(3'700);
    CHECK(sender.correlator.find(1)->forgotten);
    CHECK(sender.correlator.origins_of(1).empty());
    const CorrelatorChanges changes = sender.correlator.take_changes();
    CHECK(changes.states == std::vector<AlarmId>{1});
    CHECK(changes.origins_gone == std::vector<OriginId>{1});
    CHECK(changes.origins.empty());
    CHECK_FALSE(sender.correlator.find_origin(1));
    CHECK(sender.correlator.find_text(1)->view().resource == "edge-7");

    CHECK(sender.fire({.key = "k", .at = 3'701}) == "raised");
    CHECK(sender.alarm == 2);
    CHECK(sender.correlator.find_origin(1)->alarm == 2);  // the lowest free id is given again
  }
  SUBCASE("unless the desk needs it again") {
    sender.correlator.set_released(1, false, at_second(300));
    sender.expire(10'000);
    CHECK_FALSE(sender.correlator.find(1)->forgotten);
    sender.correlator.set_released(1, true, at_second(10'000));
    sender.expire(10'000);
    CHECK(sender.correlator.find(1)->forgotten);
  }
  SUBCASE("unless it is raised again: then it is the desk's until that says otherwise") {
    sender.fire({.key = "k", .at = 400});
    sender.resolve({.key = "k", .at = 500});
    sender.expire(10'000);
    CHECK_FALSE(sender.correlator.find(1)->forgotten);
  }
  SUBCASE("a shorter time holds at once") {
    sender.correlator.adopt({.alarm_kept_min = 10min}, std::vector<ClearsShape>{});
    CHECK(sender.correlator.next_deadline() == at_second(700));
  }
}

TEST_CASE("an alarm that is released while it fires is forgotten after its clear") {
  Sender sender({.alarm_kept_min = 1h});
  sender.fire({.at = 0});
  sender.correlator.set_released(1, true, at_second(1));
  CHECK_FALSE(is_known(sender.correlator.next_deadline()));
  sender.resolve({.at = 10});
  sender.expire(3'610);
  CHECK(sender.correlator.find(1)->forgotten);
  sender.correlator.set_released(1, false, at_second(4'000));  // too late: nothing happens
  CHECK(sender.correlator.find(1)->forgotten);
}

TEST_CASE("the id of an origin that is gone is not given again within one record") {
  Sender sender({.alarm_kept_min = 0s});
  sender.fire({.at = 0});
  sender.resolve({.at = 1});
  sender.correlator.set_released(1, true, at_second(1));
  sender.expire(1);
  sender.fire({.at = 2});
  CHECK(sender.only_origin(2).id == 2);
  const CorrelatorChanges changes = sender.correlator.take_changes();
  CHECK(changes.origins == std::vector<OriginId>{2});
  CHECK(changes.origins_gone == std::vector<OriginId>{1});
}

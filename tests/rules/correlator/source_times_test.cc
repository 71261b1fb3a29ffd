// Origins fall silent by the time of their source.

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>

#include "tests/rules/correlator/sender.h"

using namespace deskd::rules;
using namespace deskd::rules::test;
using namespace std::chrono_literals;

namespace {

constexpr SourceNumber live = 1;
constexpr SourceNumber behind = 2;

/// Source 2 has come to `at`, for the others it is now.
std::array<Time, 3> times(double at) { return {Time{}, Time{}, at_second(at)}; }

bool expire(Sender& sender, double now, double at) {
  std::vector<Signal> happened;
  return sender.correlator.expire(at_second(now), 100, happened, times(at));
}

}  // namespace

TEST_CASE("a deadline has passed when it has passed by the time of its source") {
  Sender sender;
  sender.fire({.resource = "a", .ends_at = 100, .source = live});
  sender.fire({.resource = "b", .ends_at = 100, .source = behind});
  CHECK(sender.correlator.next_deadline(times(50)) == at_second(100));
  CHECK_FALSE(expire(sender, 200, 99));
  CHECK_FALSE(sender.is_active(1));
  CHECK(sender.is_active(2));
  CHECK(sender.correlator.find(1)->cleared_at == at_second(200));
  CHECK_FALSE(is_known(sender.correlator.next_deadline(times(99))));  // it goes with the source

  CHECK_FALSE(expire(sender, 300, 150));
  CHECK_FALSE(sender.is_active(2));
  CHECK(sender.correlator.find(2)->cleared_at == at_second(100));  // that is when it was
}

TEST_CASE("a source that is live again goes by now") {
  Sender sender;
  sender.fire({.resource = "b", .ends_at = 100, .source = behind});
  expire(sender, 200, 50);
  CHECK(sender.is_active(1));
  CHECK(sender.correlator.next_deadline() == at_second(100));
  sender.expire(200);
  CHECK_FALSE(sender.is_active(1));
  CHECK(sender.correlator.find(1)->cleared_at == at_second(200));
}

TEST_CASE("between two alerts of a backlog its time goes on") {
  Sender sender;
  sender.fire({.resource = "a", .ends_at = 10, .source = behind});
  sender.fire({.resource = "b", .ends_at = 20, .source = behind});
  sender.fire({.resource = "c", .ends_at = 5, .source = live});
  std::vector<Signal> happened;
  std::size_t at_most = 100;
  sender.correlator.end_silent(behind, at_second(15), at_most, happened);
  CHECK(at_most == 99);
  CHECK_FALSE(sender.is_active(1));
  CHECK(sender.is_active(2));
  CHECK(sender.is_active(3));
  // It fires anew by its own time, as it would have done then.
  CHECK(sender.fire({.resource = "a", .at = 16, .ends_at = 30, .source = behind}) == "raised");
  at_most = 1;
  sender.correlator.end_silent(behind, at_second(50), at_most, happened);
  CHECK(at_most == 0);
  CHECK(sender.is_active(1));
  CHECK_FALSE(sender.is_active(2));
}

TEST_CASE("no grace holds up a backlog, and its time does not end a grace") {
  Sender first;
  first.fire({.resource = "a", .at = 1, .ends_at = 100, .source = live});
  first.fire({.resource = "b", .at = 1, .ends_at = 100, .source = behind});
  Sender second;
  for (const AlarmId id : {1, 2}) {
    second.correlator.restore(*first.correlator.find(id));
    second.correlator.restore(id, *first.correlator.find_text(id));
    second.correlator.restore(*first.correlator.find_origin(id));
  }
  REQUIRE_FALSE(second.correlator.restored(at_second(500), at_second(800), times(300)));
  CHECK(second.correlator.next_deadline(times(300)) == at_second(100));  // and not the grace's end
  expire(second, 500, 300);
  CHECK(second.is_active(1));
  CHECK_FALSE(second.is_active(2));
  CHECK(second.correlator.find(2)->cleared_at == at_second(100));
}

TEST_CASE("what is kept for late alerts is kept for the slowest source") {
  Sender sender({.reorder = 60s, .alarm_kept_min = 60s});
  sender.resolve({.resource = "x", .at = 10, .event = 10, .source = behind});
  sender.fire({.resource = "a", .at = 10, .source = behind});
  sender.resolve({.resource = "a", .at = 11, .source = behind});
  sender.correlator.set_released(1, true, at_second(11));
  CHECK_FALSE(expire(sender, 10'000, 30));
  CHECK_FALSE(is_known(sender.correlator.next_deadline(times(30))));
  CHECK(sender.fire({.resource = "x", .at = 31, .event = 9, .source = behind}) == "stale");
  CHECK_FALSE(sender.correlator.find(1)->forgotten);
  expire(sender, 10'000, 71);
  CHECK(sender.correlator.find(1)->forgotten);
  CHECK(sender.fire({.resource = "x", .at = 72, .event = 9, .source = behind}) == "raised");
}

TEST_CASE("all end once, never before their source's time, whatever the sources do") {
  std::mt19937 random(5);
  const auto below = [&](unsigned bound) { return static_cast<unsigned>(random() % bound); };
  Sender sender;
  std::array<Time, 5> own{};
  double now = 1'000;
  for (int step = 0; step < 20'000; ++step) {
    const SourceNumber source = 1 + below(4);
    const std::string name = std::to_string(below(40));
    now += below(3);
    if (below(20) == 0) own[source] = below(2) == 0 ? Time{} : at_second(now - below(300));
    if (is_known(own[source])) own[source] += Duration{1'000'000'000LL * below(4)};
    sender.fire({.resource = name, .at = now, .ends_at = now + below(100), .source = source});
    std::vector<Signal> happened;
    while (sender.correlator.expire(at_second(now), 3, happened, own)) {
    }
    const auto left = sender.correlator.next_deadline(own);
    REQUIRE((!is_known(left) || left > at_second(now)));
    for (AlarmId id = 1; id <= sender.correlator.last_alarm(); ++id) {
      for (const OriginView& origin : sender.correlator.origins_of(id)) {
        const Time its = is_known(own[origin.source]) ? own[origin.source] : at_second(now);
        if (origin.status == Status::firing) REQUIRE(origin.ends_at > its);
      }
    }
    for (const Signal& signal : happened) {
      if (signal.kind != Signal::Kind::cleared) continue;
      REQUIRE(signal.cause == ClearCause::silence);
    }
  }
}

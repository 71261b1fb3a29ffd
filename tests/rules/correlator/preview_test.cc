// A preview says what `apply` then does, and changes nothing.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/rules/correlator/sender.h"

using namespace deskd::rules;
using namespace deskd::rules::test;

namespace {

constexpr std::array<std::string_view, 3> senders{"", "a", "b"};
constexpr std::array<std::string_view, 4> keys{"", "", "k1", "k2"};
constexpr std::array<std::string_view, 3> types{"linkDown", "linkUp", "battery"};
constexpr std::array<std::string_view, 3> resources{"edge-7", "edge-8", "ups"};

class Script {
 public:
  explicit Script(unsigned seed) : random_(seed) {}

  Said next() {
    at_ += below(100) == 0 ? 4'000 : below(90);
    Said said;
    said.sender = senders[below(senders.size())];
    said.key = keys[below(keys.size())];
    said.type = types[below(types.size())];
    said.resource = resources[below(resources.size())];
    said.qualifier = below(2) == 0 ? "" : "3";
    said.severity = static_cast<Severity>(below(severity_count));
    said.status = below(5) < 2 ? Status::resolved : Status::firing;
    said.at = at_;
    if (below(3) == 0) said.event = at_ - below(500);
    if (below(6) == 0) said.ends_at = at_ + below(400);
    said.source = static_cast<SourceNumber>(1 + below(2));
    if (below(150) == 0) ++setup_;
    said.setup = below(10) == 0 && setup_ > 1 ? setup_ - 1 : setup_;
    // A newer setup may see another identity.
    if (said.setup % 2 == 0 && said.type != "battery")
      said.identity = {{"resource", said.resource}};
    if (below(4) == 0) {
      said.clears = {"linkDown", "battery"};
      said.by = below(2) == 0 ? std::vector<std::string_view>{"resource"}
                              : std::vector<std::string_view>{"resource", "sender"};
      said.from = static_cast<ClearsFrom>(below(3));
    }
    said.dropped = below(12) == 0;
    return said;
  }

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  double at() const { return at_; }

 private:
  std::mt19937_64 random_;
  double at_ = 1'000;
  SetupNumber setup_ = 1;
};

/// What a preview says, in the words in which `apply` tells its signals.
struct Expected {
  std::string outcome;
  AlarmId alarm = 0;
  std::vector<std::string> cleared;

  Expected(const Preview& preview, AlarmId last_alarm) : outcome(name(preview.outcome)) {
    alarm = preview.makes_alarm ? last_alarm + 1 : preview.alarm;
    for (const Preview::Loss& loss : preview.losses) {
      if (loss.clears) cleared.push_back(fmt::format("cleared {}", loss.alarm));
    }
  }
};

std::vector<std::string> cleared_in(const std::vector<std::string>& signals) {
  std::vector<std::string> cleared;
  for (const std::string& signal : signals) {
    if (!signal.starts_with("cleared")) continue;
    cleared.push_back(signal.substr(0, signal.find(' ', sizeof("cleared"))));
  }
  std::ranges::sort(cleared);
  return cleared;
}

bool has(const std::vector<std::string>& signals, std::string_view begin) {
  return std::ranges::any_of(signals, [&](const auto& text) { return text.starts_with(begin); });
}

std::size_t firing_origins(const Correlator& correlator) {
  std::size_t count = 0;
  for (AlarmId id = 1; id <= correlator.last_alarm(); ++id) {
    if (!correlator.find(id)) continue;
    for (const OriginView& origin : correlator.origins_of(id)) {
      count += origin.status == Status::firing ? 1 : 0;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("a preview says what apply does next, over random sequences") {
  std::map<std::string, int> seen;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    Sender sender({.reorder = std::chrono::minutes{5}});
    Script script(seed);
    for (int step = 0; step < 400; ++step) {
      const Said said = script.next();
      sender.expire(script.at());
      const std::string before = dump(sender.correlator);
      const AlarmId last = sender.correlator.last_alarm();
      const std::size_t firing = firing_origins(sender.correlator);
      const Preview preview = sender.preview(said);
      REQUIRE(dump(sender.correlator) == before);

      const Expected expected(preview, last);
      const std::string outcome(said.status == Status::firing ? sender.fire(said)
                                                              : sender.resolve(said));
      INFO("seed " << seed << " step " << step << " outcome " << outcome << ": "
                   << fmt::format("{}", fmt::join(sender.signals, "; ")));
      ++seen[outcome];
      REQUIRE(expected.outcome == outcome);
      REQUIRE(expected.alarm == sender.alarm);
      auto cleared = expected.cleared;
      std::ranges::sort(cleared);
      REQUIRE(cleared == cleared_in(sender.signals));
      REQUIRE(preview.worsens == has(sender.signals, "worsened"));
      REQUIRE((preview.moved_from != 0) == has(sender.signals, "moved"));
      if (outcome == "raised" || outcome == "merged") {
        REQUIRE(preview.severity == sender.correlator.find(sender.alarm)->severity);
      } else {
        REQUIRE(firing - preview.ends.size() == firing_origins(sender.correlator));
      }
    }
  }
  for (const auto* outcome : {"raised", "merged", "cleared", "stale", "unmatched", "dropped"}) {
    CHECK_MESSAGE(seen[outcome] > 50, outcome);
  }
}

TEST_CASE("a preview of a resolve names each origin that would end, and whether its alarm clears") {
  Sender sender;
  sender.fire({.sender = "a", .at = 1});
  sender.fire({.sender = "b", .at = 2});
  const Preview one = sender.preview({.sender = "a", .status = Status::resolved, .at = 3});
  CHECK(one.outcome == Outcome::cleared);
  REQUIRE(one.ends.size() == 1);
  CHECK(one.ends[0].cause == ClearCause::resolved);
  REQUIRE(one.losses.size() == 1);
  CHECK_FALSE(one.losses[0].clears);

  const Preview all = sender.preview({.sender = "c",
                                      .status = Status::resolved,
                                      .type = "linkUp",
                                      .at = 3,
                                      .clears = {"linkDown"},
                                      .by = {"resource"},
                                      .from = ClearsFrom::any});
  CHECK(all.outcome == Outcome::cleared);
  CHECK(all.ends.size() == 2);
  REQUIRE(all.losses.size() == 1);
  CHECK(all.losses[0].clears);
}

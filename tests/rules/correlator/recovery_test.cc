// What the ledger was told is all that recovery needs: a correlator restored from it behaves like
// the one that wrote it, from there on.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <tuple>

#include <fmt/format.h>

#include "tests/rules/correlator/sender.h"

using namespace deskd::rules;
using namespace deskd::rules::test;

namespace {

const CorrelatorTimes times{.reorder = std::chrono::seconds{20},
                            .alarm_kept_min = std::chrono::seconds{5}};

std::string shown(const Tombstone& tombstone) {
  return fmt::format("{:x}{:x} {} {} {}", tombstone.hash_high, tombstone.hash_low,
                     tombstone.by.size(), tombstone.event_at.time_since_epoch().count(),
                     tombstone.received_at.time_since_epoch().count());
}

/// The last state of every entity, as a ledger has it.
class Ledger {
 public:
  /// The changes of one turn as text, so that two turns can be compared.
  std::string write(Sender& sender) {
    const CorrelatorChanges changes = sender.correlator.take_changes();
    std::string text;
    for (const AlarmId id : changes.states) {
      text += fmt::format("s{} ", id);
      states_[id] = *sender.correlator.find(id);
    }
    for (const auto& [id, now] : changes.texts) {
      text += fmt::format("t{} ", id);
      REQUIRE(now == *sender.correlator.find_text(id));
      texts_[id] = now;
    }
    for (const OriginId id : changes.origins) {
      text += fmt::format("o{} ", id);
      origins_[id] = static_cast<Origin>(*sender.correlator.find_origin(id));
    }
    for (const OriginId id : changes.origins_gone) {
      text += fmt::format("g{} ", id);
      REQUIRE(std::ranges::find(changes.origins, id) == changes.origins.end());
      origins_[id] = std::nullopt;
    }
    for (const Tombstone& tombstone : changes.tombstones) {
      text += shown(tombstone) + "; ";
      tombstones_[{tombstone.hash_high, tombstone.hash_low}] = tombstone;
    }
    return text;
  }

  std::unique_ptr<Sender> recover(Time now) const {
    auto sender = std::make_unique<Sender>(times);
    for (const auto& [id, origin] : origins_) {
      Origin old;  // an earlier state, perhaps of another alarm
      old.id = id;
      old.alarm = 1;
      sender->correlator.restore(old);
      if (origin) sender->correlator.restore(*origin);
      if (!origin) sender->correlator.restore_gone(id);
    }
    for (const auto& [hash, tombstone] : tombstones_) sender->correlator.restore(tombstone);
    for (const auto& [id, text] : texts_) sender->correlator.restore(id, text);
    for (const auto& [id, state] : states_) sender->correlator.restore(state);
    REQUIRE_FALSE(sender->correlator.restored(now, Time{}));
    return sender;
  }

 private:
  std::map<AlarmId, AlarmState> states_;
  std::map<AlarmId, AlarmText> texts_;
  std::map<OriginId, std::optional<Origin>> origins_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Tombstone> tombstones_;
};

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_(seed) {}
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  template <class T, std::size_t n>
  T of(const T (&choices)[n]) {
    return choices[below(n)];
  }

 private:
  std::mt19937 random_;
};

Said random_alert(Dice& dice, double at, SetupNumber newest) {
  const std::string_view senders[] = {"", "a"}, keys[] = {"", "k", "l"};
  const std::string_view types[] = {"x", "y", "z"}, resources[] = {"r", "s"};
  const std::string_view summaries[] = {"one", "two"};
  const ClearsFrom froms[] = {ClearsFrom::sender, ClearsFrom::source, ClearsFrom::any};
  Said said{.sender = dice.of(senders),
            .key = dice.of(keys),
            .severity = static_cast<Severity>(dice.below(severity_count)),
            .type = dice.of(types),
            .resource = dice.of(resources),
            .summary = dice.of(summaries),
            .at = at,
            .source = 1 + dice.below(2)};
  if (dice.one_in(2)) said.event = at - dice.below(30);
  if (dice.one_in(2)) said.ends_at = at + 1 + dice.below(40);
  said.setup = newest > 1 && dice.one_in(5) ? newest - 1 : newest;
  said.dropped = dice.one_in(15);
  if (dice.one_in(4)) {
    said.clears = {dice.of(types), dice.of(types)};
    said.by = {"resource"};
    if (dice.one_in(2)) said.by = {"resource", "summary"};
    said.from = dice.of(froms);
  }
  return said;
}

/// Does one random thing to a correlator; the same dice do the same.
std::string act(Sender& sender, Dice dice, double at, SetupNumber newest) {
  std::string result;
  sender.signals.clear();
  const AlarmId last = sender.correlator.last_alarm();
  const std::uint32_t what = dice.below(20);
  if (what < 10) {
    result = sender.fire(random_alert(dice, at, newest));
  } else if (what < 15) {
    result = sender.resolve(random_alert(dice, at, newest));
  } else if (what < 17) {
    sender.expire(at);
    const Time next = sender.correlator.next_deadline();
    REQUIRE((!is_known(next) || next > at_second(at)));
  } else if (what == 17 && last > 0) {
    const AlarmId id = 1 + dice.below(static_cast<std::uint32_t>(last));
    if (sender.is_active(id)) sender.clear_by_hand(id, at);
  } else if (last > 0) {
    const AlarmId id = 1 + dice.below(static_cast<std::uint32_t>(last));
    sender.correlator.set_released(id, !dice.one_in(4), at_second(at));
  }
  for (const std::string& signal : sender.signals) result += ", " + signal;
  return result;
}

void check_promises(const Correlator& correlator) {
  std::array<std::uint64_t, severity_count> active{};
  for (AlarmId id = 1; id <= correlator.last_alarm(); ++id) {
    const AlarmState state = *correlator.find(id);
    Severity worst = Severity::unknown;
    bool fires = false;
    for (const OriginView& origin : correlator.origins_of(id)) {
      REQUIRE(origin.alarm == id);
      if (origin.status != Status::firing) continue;
      fires = true;
      worst = std::max(worst, origin.severity);
    }
    REQUIRE(state.active == fires);
    REQUIRE((!fires || state.severity == worst));
    REQUIRE((!state.forgotten || correlator.origins_of(id).empty()));
    if (fires) ++active[static_cast<std::size_t>(worst)];
  }
  REQUIRE(active == correlator.active_by_severity());
}

}  // namespace

TEST_CASE("a restored correlator behaves like the one that wrote the ledger") {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    Sender live(times);
    Ledger ledger, twins_ledger;
    std::unique_ptr<Sender> twin;
    double at = 100;
    SetupNumber setup = 1;
    for (int step = 0; step < 1'000; ++step) {
      CAPTURE(step);
      at += dice.one_in(30) ? 60 : dice.below(3);
      if (dice.one_in(150)) ++setup;
      const Dice seeded(dice.below(1'000'000'000));
      const std::string happened = act(live, seeded, at, setup);
      if (twin) {
        REQUIRE(act(*twin, seeded, at, setup) == happened);
      }
      check_promises(live.correlator);
      if (!dice.one_in(3)) continue;
      const std::string written = ledger.write(live);
      if (twin) {
        REQUIRE(twins_ledger.write(*twin) == written);
        REQUIRE(dump(twin->correlator) == dump(live.correlator));
      }
      if (dice.one_in(20)) {
        twin = ledger.recover(at_second(at));
        REQUIRE(dump(twin->correlator) == dump(live.correlator));
        REQUIRE(twin->correlator.take_changes().empty());
      }
    }
    CHECK(live.correlator.last_alarm() > 8);  // of 6 identities: some were forgotten
  }
}

TEST_CASE("a hole among the alarms is no alarm") {
  Sender sender;
  AlarmState state;
  state.id = 3;
  state.forgotten = true;
  sender.correlator.restore(state);
  REQUIRE_FALSE(sender.correlator.restored(at_second(0), Time{}));
  CHECK_FALSE(sender.correlator.find(0));
  CHECK_FALSE(sender.correlator.find(2));
  CHECK_FALSE(sender.correlator.find_text(2));
  CHECK(sender.correlator.origins_of(2).empty());
  CHECK(sender.correlator.find(3));
  CHECK_FALSE(sender.correlator.find(4));
  CHECK(sender.fire({}) == "raised");
  CHECK(sender.alarm == 4);
}

TEST_CASE("an id that can't be is refused, and nothing is done") {
  constexpr AlarmId far = AlarmId{1} << 31U;
  Sender sender;
  AlarmState state;
  Origin origin;
  const AlarmText text(std::vector<IdentityPart>{{"resource", "a"}}, Alert{});
  for (const AlarmId id : {AlarmId{0}, far, AlarmId{1} << 40U, ~AlarmId{0}}) {
    CAPTURE(id);
    state.id = id;
    CHECK_FALSE(sender.correlator.restore(state));
    CHECK_FALSE(sender.correlator.restore(id, text));
    origin.id = id;
    origin.alarm = 1;
    CHECK_FALSE(sender.correlator.restore(OriginView(origin)));
  }
  origin.id = 1;
  for (const AlarmId id : {AlarmId{0}, AlarmId{1} << 40U}) {
    origin.alarm = id;
    CHECK_FALSE(sender.correlator.restore(OriginView(origin)));
  }
  CHECK(sender.correlator.last_alarm() == 0);
}

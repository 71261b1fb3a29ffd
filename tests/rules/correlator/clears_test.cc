// Resolved alerts that end the alarms of other types.

#include <doctest/doctest.h>

#include <string>

#include "config/limits.h"
#include "tests/rules/correlator/sender.h"

using namespace deskd::rules;
using namespace deskd::rules::test;
using Signals = std::vector<std::string>;

namespace {

const Said restored{
    .type = "powerRestored", .clears = {"onBattery", "lowBattery"}, .by = {"resource"}};

Said with(Said said, auto change) {
  change(said);
  return said;
}

/// Of a setup whose rules clear these types by one field.
std::vector<ClearsShape> by(const char* field,
                            std::vector<std::string> types = {"lowBattery", "onBattery"}) {
  return {{.by = {field}, .types = std::move(types)}};
}

}  // namespace

TEST_CASE("clears ends the origins of its own source and sender in the alarms that it names") {
  Sender sender;
  sender.fire({.sender = "ups", .type = "onBattery"});
  sender.fire({.sender = "ups", .type = "lowBattery", .qualifier = "cell 2"});
  sender.fire({.sender = "ups", .type = "overheated"});
  sender.fire({.sender = "ups", .type = "onBattery", .resource = "edge-8"});
  sender.fire({.sender = "other", .type = "lowBattery", .qualifier = "cell 2"});
  CHECK(sender.resolve(with(restored, [](Said& s) { s.sender = "ups", s.at = 1; })) == "cleared");
  CHECK(sender.signals == Signals{"cleared 1 cleared by another alert"});
  CHECK(sender.alarm == 1);
  CHECK(sender.is_active(2));  // the other sender's origin
  CHECK(sender.is_active(3));
  CHECK(sender.is_active(4));
  CHECK(sender.correlator.last_alarm() == 4);  // it makes none itself
  CHECK(sender.correlator.find(1)->cleared_by == ClearCause::named);
}

TEST_CASE("clears from its source, or from any") {
  struct Row {
    ClearsFrom from;
    bool sender_ends, source_ends;
  };
  for (const Row row : {Row{ClearsFrom::sender, false, false}, Row{ClearsFrom::source, true, false},
                        Row{ClearsFrom::any, true, true}}) {
    Sender sender;
    sender.fire({.sender = "a", .type = "onBattery", .source = 1});
    sender.fire({.sender = "b", .type = "lowBattery", .source = 1});
    sender.fire({.sender = "a", .type = "lowBattery", .qualifier = "2", .source = 2});
    sender.resolve(with(restored, [&](Said& s) { s.sender = "a", s.from = row.from, s.at = 1; }));
    CHECK_FALSE(sender.is_active(1));
    CHECK(sender.is_active(2) != row.sender_ends);
    CHECK(sender.is_active(3) != row.source_ends);
  }
}

TEST_CASE("one of the by fields null: clears is not stated") {
  Sender sender;
  sender.fire({.type = "onBattery"});
  CHECK(sender.resolve(with(restored, [](Said& s) { s.by = {"resource", "qualifier"}; })) ==
        "unmatched");
  CHECK(sender.is_active(1));
}

TEST_CASE("by fields are resource and qualifier, labels, or what else an alarm says") {
  Sender sender;
  const std::vector<Label> here{{"rack", "7"}}, there{{"rack", "8"}};
  sender.fire({.type = "onBattery", .resource = "r1", .labels = here});
  sender.fire({.type = "onBattery", .resource = "r2", .labels = there});
  sender.fire({.type = "onBattery", .resource = "r3"});
  sender.resolve(with(restored, [&](Said& s) { s.by = {"labels.rack"}, s.labels = here; }));
  CHECK(sender.signals == Signals{"cleared 1 cleared by another alert"});
}

TEST_CASE("source, sender and key among the by fields are those of the origin") {
  Sender sender;
  sender.fire({.sender = "a", .key = "k", .type = "onBattery"});
  sender.fire({.sender = "b", .key = "k", .type = "onBattery"});
  sender.fire({.sender = "a", .key = "l", .type = "onBattery"});
  sender.resolve(with(restored, [](Said& s) {
    s.sender = "a", s.key = "k", s.by = {"resource", "sender"}, s.from = ClearsFrom::source;
  }));
  CHECK(sender.is_active(1));
  std::size_t firing = 0;
  for (const OriginView& origin : sender.correlator.origins_of(1)) {
    if (origin.status != Status::firing) continue;
    ++firing;
    CHECK(origin.sender == "b");
  }
  CHECK(firing == 1);
}

TEST_CASE("the alarm's texts decide what it is now, not what it was raised with") {
  Sender sender;
  const std::vector<IdentityPart> one{{"labels.site", "fra"}};
  sender.correlator.adopt(CorrelatorTimes{}, by("resource"));
  sender.fire({.type = "onBattery", .resource = "ups-1", .identity = one});
  sender.fire({.type = "onBattery", .resource = "ups-2", .identity = one});
  const auto restore = [](std::string_view resource) {
    return with(restored, [&](Said& s) { s.resource = resource, s.at = 1; });
  };
  CHECK(sender.resolve(restore("ups-1")) == "unmatched");
  CHECK(sender.resolve(restore("ups-2")) == "cleared");
}

TEST_CASE("many alarms of one value are all ended, those of a setup that is gone too") {
  Sender sender;
  std::vector<std::string> qualifiers;
  for (int i = 0; i < 300; ++i) qualifiers.push_back(std::to_string(i));
  for (const auto& q : qualifiers) sender.fire({.type = "onBattery", .qualifier = q});
  sender.correlator.adopt(CorrelatorTimes{}, by("resource"));
  sender.correlator.adopt(CorrelatorTimes{}, by("labels.x"));
  for (int i = 0; i < 300; i += 3) {
    sender.resolve({.type = "onBattery", .qualifier = qualifiers[i], .at = 1});
  }
  CHECK(sender.resolve(with(restored, [](Said& s) { s.at = 2; })) == "cleared");
  CHECK(sender.signals.size() == 200);
  for (const auto active : sender.correlator.active_by_severity()) CHECK(active == 0);
}

TEST_CASE(
    "a type that the rules did not clear before is found, and found when it is dropped again") {
  Sender sender;
  const auto adopt = [&](std::vector<std::string> types) {
    sender.correlator.adopt(CorrelatorTimes{}, by("resource", std::move(types)));
  };
  const auto clear = [&](double at) {
    return sender.resolve(with(restored, [&](Said& s) { s.at = at; }));
  };
  adopt({"lowBattery"});
  sender.fire({.type = "onBattery"});
  sender.fire({.type = "lowBattery", .qualifier = "cell 2"});
  adopt({"lowBattery", "onBattery"});
  CHECK(clear(1) == "cleared");
  CHECK_FALSE(sender.is_active(1));
  CHECK_FALSE(sender.is_active(2));
  sender.fire({.type = "onBattery", .at = 2});
  adopt({"lowBattery"});
  sender.fire({.type = "lowBattery", .qualifier = "cell 2", .at = 2});
  CHECK(clear(3) == "cleared");  // by rules that are not in force any more
  CHECK_FALSE(sender.is_active(1));
  CHECK_FALSE(sender.is_active(2));
}

TEST_CASE("an alarm whose type becomes one that is cleared is found, and not when it was one") {
  Sender sender;
  const std::vector<IdentityPart> one{{"labels.site", "fra"}};
  sender.correlator.adopt(CorrelatorTimes{}, by("resource"));
  const auto clear = [&](double at) {
    return sender.resolve(with(restored, [&](Said& s) { s.at = at; }));
  };
  sender.fire({.type = "overheated", .identity = one});
  CHECK(clear(1) == "unmatched");
  sender.fire({.type = "onBattery", .at = 2, .identity = one});
  CHECK(clear(3) == "cleared");
  sender.fire({.type = "onBattery", .at = 4, .identity = one});
  sender.fire({.type = "overheated", .at = 5, .identity = one});
  CHECK(clear(6) == "unmatched");
}

TEST_CASE("an older firing alert that comes after a clear from its sender is stale") {
  Sender sender;
  SUBCASE("when the clear had ended something") {
    sender.fire({.type = "onBattery", .at = 1, .event = 1});
    CHECK(sender.resolve(with(restored, [](Said& s) { s.at = 10, s.event = 10; })) == "cleared");
  }
  SUBCASE("when it had not") {
    CHECK(sender.resolve(with(restored, [](Said& s) { s.at = 10, s.event = 10; })) == "unmatched");
  }
  CHECK(sender.fire({.type = "onBattery", .at = 11, .event = 9}) == "stale");
  CHECK(sender.fire({.type = "lowBattery", .at = 11, .event = 9}) == "stale");
  CHECK(sender.fire({.type = "overheated", .at = 11, .event = 9}) == "raised");
  CHECK(sender.fire({.type = "lowBattery", .resource = "edge-8", .at = 11, .event = 9}) ==
        "raised");
  CHECK(sender.fire({.sender = "b", .type = "lowBattery", .at = 11, .event = 9}) == "raised");
  CHECK(sender.fire({.type = "onBattery", .at = 12, .event = 11}) == "raised");
  sender.expire(400);
  CHECK_FALSE(is_known(sender.correlator.next_deadline()));
}

TEST_CASE("no tombstone stands for what a clear from elsewhere names") {
  Sender sender;
  sender.resolve(with(restored, [](Said& s) { s.at = 10, s.from = ClearsFrom::source; }));
  CHECK(sender.fire({.type = "onBattery", .at = 11, .event = 9}) == "raised");
}

TEST_CASE("a clear from the sender does not end what it said later") {
  Sender sender;
  sender.fire({.type = "onBattery", .at = 20, .event = 20});
  CHECK(sender.resolve(with(restored, [](Said& s) { s.at = 21, s.event = 10; })) == "stale");
  CHECK(sender.is_active(1));
  CHECK(sender.resolve(with(restored, [](Said& s) { s.at = 22, s.event = 21; })) == "cleared");
}

TEST_CASE("an alert that ends its own origin and names others") {
  Sender sender;
  sender.fire({.type = "powerRestored", .at = 1});
  sender.fire({.type = "onBattery", .at = 2});
  CHECK(sender.resolve(with(restored, [](Said& s) { s.at = 3, s.dropped = true; })) == "cleared");
  CHECK(sender.signals == Signals{"cleared 1 resolved", "cleared 2 cleared by another alert"});
}

TEST_CASE("own and named origins of one alarm give one signal") {
  Sender sender;
  const std::vector<IdentityPart> one{{"resource", "edge-7"}};
  sender.fire({.key = "a", .severity = Severity::critical, .type = "onBattery", .identity = one});
  sender.fire({.key = "b", .severity = Severity::critical, .type = "onBattery", .identity = one});
  sender.resolve(with(restored, [&](Said& s) { s.key = "a", s.at = 1, s.identity = one; }));
  CHECK(sender.signals == Signals{"cleared 1 cleared by another alert"});
}

TEST_CASE("a type that a clears names twice is cleared once") {
  Sender sender;
  sender.fire({.type = "onBattery"});
  const Said twice =
      with(restored, [](Said& s) { s.clears = {"onBattery", "onBattery"}, s.at = 1; });
  const Preview preview = sender.preview(with(twice, [](Said& s) { s.status = Status::resolved; }));
  CHECK(preview.outcome == Outcome::cleared);
  REQUIRE(preview.losses.size() == 1);
  CHECK(preview.losses[0].origins == 1);
  CHECK(sender.resolve(twice) == "cleared");
  CHECK(sender.signals == Signals{"cleared 1 cleared by another alert"});
}

namespace {

/// Each of a sender and an alarm of its own.
void fire_of_many(Sender& sender, int many, bool is_keyed) {
  for (int n = 0; n < many; ++n) {
    const std::string name = std::to_string(n);
    sender.fire({.sender = name,
                 .key = is_keyed ? std::string_view(name) : std::string_view(),
                 .type = "onBattery",
                 .resource = name});
  }
}

}  // namespace

TEST_CASE("what one of very many senders clears by its own name is found by that") {
  constexpr int many = 12'000;
  struct Row {
    const char* name;
    bool is_keyed;
    std::vector<std::string_view> by;
    ClearsFrom from;
    bool is_found_by_name;
  };
  const Row rows[] = {
      {"traps by sender", false, {"sender"}, ClearsFrom::sender, true},
      {"traps by source", false, {"source"}, ClearsFrom::sender, true},
      {"traps of a source by sender", false, {"sender"}, ClearsFrom::source, true},
      {"traps of any source by source and sender",
       false,
       {"source", "sender"},
       ClearsFrom::any,
       true},
      {"by key", true, {"key"}, ClearsFrom::sender, true},
      {"by key and sender, of a source", true, {"key", "sender"}, ClearsFrom::source, true},
      {"keys by sender", true, {"sender"}, ClearsFrom::sender, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Sender sender;
    fire_of_many(sender, many, row.is_keyed);
    const Said clear{.sender = "9000",
                     .key = row.is_keyed ? "9000" : "",
                     .status = Status::resolved,
                     .type = "powerRestored",
                     .resource = "elsewhere",
                     .at = 1,
                     .clears = {"onBattery", "lowBattery"},
                     .by = row.by,
                     .from = row.from};
    const Preview preview = sender.preview(clear);
    CHECK(preview.is_cut != row.is_found_by_name);
    CHECK(preview.looked_at <= (row.is_found_by_name ? 10 : deskd::limits::scan_max));
    const std::size_t own = row.is_keyed ? 1 : 0;  // the key's origin ends by its key anyway
    if (row.is_found_by_name) CHECK(preview.ends.size() == 1);
    CHECK(preview.ends.size() >= own);
    CHECK(sender.resolve(clear) == "cleared");
    CHECK(sender.signals.size() == 1);
    CHECK_FALSE(sender.is_active(9001));
    CHECK(sender.is_active(9000));
  }
}

TEST_CASE("one sender's origin among very many of an alarm is found by its name") {
  Sender sender;
  const std::vector<IdentityPart> one{{"resource", "ups"}};
  for (int n = 0; n < 12'000; ++n) {
    const std::string name = std::to_string(n);
    sender.fire({.sender = name, .type = "onBattery", .identity = one});
  }
  const Said clear =
      with(restored, [](Said& s) { s.sender = "9000", s.at = 1, s.status = Status::resolved; });
  const Preview preview = sender.preview(clear);
  CHECK_FALSE(preview.is_cut);
  CHECK(preview.ends.size() == 1);
  CHECK(preview.looked_at < 10);
  CHECK(sender.resolve(clear) == "cleared");
  CHECK(sender.is_active(1));
}

TEST_CASE("a text that changes moves its alarm in the indexes of clears") {
  Sender sender;
  sender.correlator.adopt(CorrelatorTimes{}, by("labels.rack"));
  const std::vector<Label> here{{"rack", "7"}}, there{{"rack", "8"}}, nowhere{};
  const auto clear = [&](const std::vector<Label>& labels) {
    return with(restored, [&](Said& s) { s.by = {"labels.rack"}, s.labels = labels, s.at = 9; });
  };
  sender.fire({.type = "onBattery", .labels = here});
  sender.fire({.type = "onBattery", .summary = "the same key", .labels = here});
  sender.fire({.type = "onBattery", .labels = nowhere});
  CHECK(sender.resolve(clear(here)) == "unmatched");
  sender.fire({.type = "onBattery", .labels = there});
  CHECK(sender.resolve(clear(here)) == "unmatched");
  CHECK(sender.resolve(clear(there)) == "cleared");
  sender.fire({.type = "onBattery", .labels = here});
  CHECK(sender.resolve(clear(here)) == "cleared");
}

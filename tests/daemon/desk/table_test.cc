// Every action in every state, as the contract's table says, through the desk itself.

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

struct Row {
  std::string name;
  Action action;
  /// What it is afterwards, by the state it was in: new, assigned, in_progress, pending, resolved,
  /// closed, cancelled; anna has all but the new one. Nothing: refused, naming the state. "held":
  /// refused, naming anna.
  std::array<std::string, state_count> becomes;
};

const Time until = start_of_day() + 24h;

const std::vector<Row> rows{
    {"ack",
     {.kind = ActionKind::ack, .actor = person("ben")},
     {"new", "assigned", "in_progress", "pending", "", "", ""}},
    {"take, by who has it",
     {.kind = ActionKind::take, .actor = person("anna")},
     {"assigned", "assigned", "in_progress", "pending", "", "", ""}},
    {"take, by another",
     {.kind = ActionKind::take, .actor = person("ben")},
     {"assigned", "held", "held", "held", "", "", ""}},
    {"take with force",
     {.kind = ActionKind::take, .actor = person("ben"), .force = true},
     {"assigned", "assigned", "assigned", "assigned", "", "", ""}},
    {"assign to a person",
     {.kind = ActionKind::assign, .actor = person("anna"), .person = "ben"},
     {"assigned", "assigned", "assigned", "assigned", "", "", ""}},
    {"assign to a queue",
     {.kind = ActionKind::assign, .actor = person("anna"), .queue = "servers"},
     {"new", "new", "new", "new", "", "", ""}},
    {"assign to a person and a queue",
     {.kind = ActionKind::assign, .actor = person("carl"), .person = "ben", .queue = "servers"},
     {"assigned", "assigned", "assigned", "assigned", "", "", ""}},
    {"release",
     {.kind = ActionKind::release, .actor = person("ben")},
     {"", "new", "new", "new", "", "", ""}},
    {"start",
     {.kind = ActionKind::start, .actor = person("ben")},
     {"in_progress", "in_progress", "", "in_progress", "", "", ""}},
    {"pend",
     {.kind = ActionKind::pend, .actor = person("ben"), .until = until},
     {"", "pending", "pending", "", "", "", ""}},
    {"resolve",
     {.kind = ActionKind::resolve, .actor = person("ben")},
     {"resolved", "resolved", "resolved", "resolved", "", "", ""}},
    {"close",
     {.kind = ActionKind::close, .actor = person("ben")},
     {"", "", "", "", "closed", "", ""}},
    {"reopen",
     {.kind = ActionKind::reopen, .actor = person("ben")},
     {"", "", "", "", "assigned", "assigned", "assigned"}},
    {"cancel",
     {.kind = ActionKind::cancel, .actor = person("ben")},
     {"cancelled", "cancelled", "cancelled", "cancelled", "", "", ""}},
    {"note",
     {.kind = ActionKind::note, .actor = person("ben"), .text = "hm"},
     {"new", "assigned", "in_progress", "pending", "resolved", "closed", "cancelled"}},
    {"set",
     {.kind = ActionKind::set, .actor = person("ben"), .statement = {.title = "Uplink of fra"}},
     {"new", "assigned", "in_progress", "pending", "", "", ""}},
};

/// Neither the state nor anything else of `before` changed, and the reason names `named`.
void check_refusal(Scene& scene, const Incident& before, const Refusal& refusal,
                   std::string_view named) {
  CHECK(refusal.detail.find(named) != std::string::npos);
  CHECK(refusal.detail.find(shown_id(before.id)) != std::string::npos);
  CHECK(scene.incident(before.id).version == before.version);
  CHECK(scene.desk.take_changes().empty());
  CHECK(scene.desk.take_events().empty());
}

}  // namespace

TEST_CASE("every action in every state does what the contract says, or names what is in the way") {
  for (const auto& row : rows) {
    for (std::size_t index = 0; index < state_count; ++index) {
      Scene scene;
      const auto state = static_cast<State>(index);
      const auto id = scene.incident_in(state);
      REQUIRE(scene.state(id) == state);
      const auto before = scene.incident(id);
      scene.desk.take_changes();
      scene.desk.take_events();
      CAPTURE(row.name);
      CAPTURE(name(state));

      const auto answer = scene.act(id, row.action);
      const auto& becomes = row.becomes[index];
      if (!becomes.empty() && becomes != "held") {
        REQUIRE(answer == id);
        CHECK(name(scene.state(id)) == becomes);
        const bool is_pending = scene.state(id) == State::pending;
        CHECK(is_known(scene.incident(id).pending_until) == is_pending);
        CHECK((scene.state(id) == State::fresh) <= scene.incident(id).person.empty());
        continue;
      }
      REQUIRE_FALSE(answer);
      const bool is_held = becomes == "held";
      CHECK(answer.error().kind == (is_held ? Refusal::Kind::held : Refusal::Kind::wrong_state));
      check_refusal(scene, before, answer.error(), is_held ? "anna" : name(state));
    }
  }
}

TEST_CASE("reopened without a person it is new") {
  for (const auto kind : {ActionKind::resolve, ActionKind::cancel}) {
    Scene scene;
    scene.fire(1);
    REQUIRE(scene.act(1, kind));
    REQUIRE(scene.act(1, ActionKind::reopen));
    CHECK(scene.state(1) == State::fresh);
  }
}

TEST_CASE(
    "an old version is refused before the state, the state before the holder, that before "
    "the contents") {
  Scene scene;
  const auto closed = scene.incident_in(State::closed);
  Action take{.kind = ActionKind::take, .actor = person("ben"), .if_version = 99};
  CHECK(scene.act(closed, take).error().kind == Refusal::Kind::wrong_version);
  take.if_version.reset();
  CHECK(scene.act(closed, take).error().kind == Refusal::Kind::wrong_state);
  const auto held = scene.incident_in(State::assigned);
  CHECK(scene.act(held, take).error().kind == Refusal::Kind::held);
  const Action pend{.kind = ActionKind::pend, .actor = person("ben")};
  CHECK(scene.act(closed, pend).error().kind == Refusal::Kind::wrong_state);
  CHECK(scene.act(held, pend).error().kind == Refusal::Kind::bad_request);
  CHECK(scene.act(99, pend).error().kind == Refusal::Kind::not_found);
}

}  // namespace deskd::desk::test

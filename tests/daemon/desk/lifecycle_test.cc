#include "daemon/desk/lifecycle.h"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <set>
#include <string>

namespace deskd::desk {
namespace {

const std::set<State> open_states{State::fresh, State::assigned, State::in_progress,
                                  State::pending};
const std::set<State> all_states{State::fresh,    State::assigned, State::in_progress,
                                 State::pending,  State::resolved, State::closed,
                                 State::cancelled};

/// A row of the contract: from which states, and to what with and without a person.
struct Row {
  ActionKind kind;
  std::string name;
  std::set<State> from;
  std::optional<State> with_person, without_person;  // nothing: unchanged
};

const std::vector<Row> contract{
    {ActionKind::ack, "ack", open_states, {}, {}},
    {ActionKind::take, "take", open_states, State::assigned, State::assigned},
    {ActionKind::assign, "assign", open_states, State::assigned, State::fresh},
    {ActionKind::release,
     "release",
     {State::assigned, State::in_progress, State::pending},
     State::fresh,
     State::fresh},
    {ActionKind::start,
     "start",
     {State::fresh, State::assigned, State::pending},
     State::in_progress,
     State::in_progress},
    {ActionKind::pend,
     "pend",
     {State::assigned, State::in_progress},
     State::pending,
     State::pending},
    {ActionKind::resolve, "resolve", open_states, State::resolved, State::resolved},
    {ActionKind::close, "close", {State::resolved}, State::closed, State::closed},
    {ActionKind::reopen,
     "reopen",
     {State::resolved, State::closed, State::cancelled},
     State::assigned,
     State::fresh},
    {ActionKind::cancel, "cancel", open_states, State::cancelled, State::cancelled},
    {ActionKind::note, "note", all_states, {}, {}},
    {ActionKind::set, "set", open_states, {}, {}},
};

TEST_CASE("every action in every state does what the contract's table says") {
  REQUIRE(contract.size() == 12);
  for (const auto& row : contract) {
    for (const auto state : all_states) {
      CAPTURE(row.name);
      CAPTURE(name(state));
      const auto with = state_after(row.kind, state, true);
      const auto without = state_after(row.kind, state, false);
      if (!row.from.contains(state)) {
        CHECK_FALSE(with.has_value());
        CHECK_FALSE(without.has_value());
        continue;
      }
      CHECK(with == row.with_person.value_or(state));
      CHECK(without == row.without_person.value_or(state));
    }
  }
}

TEST_CASE("actions and states go by the contract's names") {
  for (const auto& row : contract) {
    CHECK(name(row.kind) == row.name);
    CHECK(action_named(row.name) == row.kind);
  }
  CHECK_FALSE(action_named("merge").has_value());
  CHECK_FALSE(action_named("").has_value());
  CHECK_FALSE(action_named("Ack").has_value());

  const std::map<State, std::string> names{
      {State::fresh, "new"},          {State::assigned, "assigned"},
      {State::pending, "pending"},    {State::in_progress, "in_progress"},
      {State::resolved, "resolved"},  {State::closed, "closed"},
      {State::cancelled, "cancelled"}};
  for (const auto& [state, word] : names) {
    CHECK(name(state) == word);
    CHECK(state_named(word) == state);
    CHECK(is_open(state) == open_states.contains(state));
  }
  CHECK_FALSE(state_named("fresh").has_value());
}

TEST_CASE("actors are shown so that a claimed name is never taken for a proven one") {
  CHECK(text(Actor{}) == "deskd");
  CHECK(text(Actor{Actor::Kind::rule, "uplink-down"}) == "rule:uplink-down");
  CHECK(text(Actor{Actor::Kind::person, "anna"}) == "anna");
  CHECK(text(Actor{Actor::Kind::claimed_person, "anna"}) == "anna (claimed)");
}

}  // namespace
}  // namespace deskd::desk

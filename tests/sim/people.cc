#include "tests/sim/people.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace deskd::sim {

using namespace std::chrono_literals;
using desk::ActionKind;
using desk::Refusal;

namespace {

constexpr const char* names[] = {"anna", "ben", "carl"};
constexpr const char* queues[] = {"network", "servers", "triage", "nowhere"};

std::string refused(const Refusal& refusal) {
  return fmt::format("refused {}", static_cast<int>(refusal.kind));
}

/// What the contract's table says about what was done to `before`.
void check_done_by_table(const desk::Incident& before, const desk::Incident& after,
                         const desk::Action& action) {
  const bool has_it = action.kind == ActionKind::take && before.person == action.actor.name;
  const auto expected =
      has_it ? before.state : desk::state_after(action.kind, before.state, !after.person.empty());
  CHECK(after.state == expected);
  if (has_it) CHECK(after.version == before.version);
  if (action.kind == ActionKind::take && !action.force)
    CHECK((before.person.empty() || has_it));  // nobody is given what another has
}

void check_refused_by_table(const desk::Incident& before, const desk::Action& action,
                            const Refusal& refusal) {
  const bool is_allowed =
      desk::state_after(action.kind, before.state, !before.person.empty()).has_value();
  const bool is_held = action.kind == ActionKind::take && !action.force && !before.person.empty() &&
                       before.person != action.actor.name;
  CHECK((refusal.kind == Refusal::Kind::wrong_state) == !is_allowed);
  CHECK((refusal.kind == Refusal::Kind::held) == (is_allowed && is_held));
}

}  // namespace

desk::Action People::any_action(const daemon::Core& core, const std::string& key) {
  desk::Action action{.kind = static_cast<ActionKind>(below(desk::action_count)),
                      .actor = {desk::Actor::Kind::claimed_person, names[below(3)]},
                      .text = key,
                      .force = chance(20)};
  if (chance(60)) action.person = names[below(3)];
  if (chance(40)) action.queue = queues[below(4)];
  if (chance(95)) action.until = core.now() + std::chrono::seconds{below(3'600)};
  if (chance(50)) action.statement.priority = fmt::format("P{}", 1 + below(5));
  if (chance(30)) action.statement.impact = static_cast<rules::Level>(1 + below(3));
  if (chance(30)) action.statement.urgency = static_cast<rules::Level>(1 + below(3));
  if (chance(30)) action.statement.klass = "network.uplink";
  return action;
}

People::Wish People::new_wish(const daemon::Core& core) {
  Wish wish{.key = fmt::format("w{}", ++last_key_), .queue = queues[below(4)]};
  wish.action = any_action(core, wish.key);
  const auto last_incident = core.desk().last_incident();
  const auto last_alarm = core.correlator().last_alarm();
  if (chance(10) || last_incident == 0) {
    wish.kind = Wish::Kind::raise;
  } else if (chance(20)) {
    wish.kind = Wish::Kind::next;
  } else if (chance(8) && last_alarm != 0) {
    wish.kind = Wish::Kind::clear;
    wish.id = 1 + below(last_alarm);
  } else {
    wish.id = 1 + below(last_incident);
  }
  return wish;
}

void People::do_something(daemon::Core& core) {
  if (!waiting_.empty() && chance(40)) {
    auto wish = waiting_.begin();
    std::advance(wish, below(waiting_.size()));
    return say(core, wish->second);
  }
  auto wish = new_wish(core);
  say(core, waiting_.emplace(wish.key, wish).first->second);
}

void People::repeat_all(daemon::Core& core) {
  for (const auto& [key, wish] : waiting_) say(core, wish);
}

void People::say(daemon::Core& core, const Wish& wish) {
  std::string answer;
  if (const auto* first = core.answer_to(wish.key)) {
    answer = first->answer;
  } else {
    answer = fulfil(core, wish);
    core.remember(wish.key, 1, 200, answer);
  }
  this_turn_.emplace_back(wish.key, answer);
}

std::string People::fulfil(daemon::Core& core, const Wish& wish) {
  switch (wish.kind) {
    case Wish::Kind::act:
      return act(core, wish);
    case Wish::Kind::next:
      return claim(core, wish);
    case Wish::Kind::raise: {
      desk::NewIncident wanted{.actor = wish.action.actor, .title = wish.key};
      wanted.statement = wish.action.statement;
      const auto raised = core.raise_incident(wanted);
      REQUIRE(raised.has_value());
      return fmt::format("raised {}", *raised);
    }
    case Wish::Kind::clear:
      break;
  }
  const auto cleared = core.clear_alarm(wish.id, wish.action.actor, "by hand");
  return cleared ? "cleared" : refused(cleared.error());
}

std::string People::act(daemon::Core& core, const Wish& wish) {
  // By value: what was wanted when it was first said may not exist in this process.
  const auto found = core.desk().find(wish.id);
  const auto before = found.value_or(desk::Incident{});
  const auto done = core.act(wish.id, wish.action);
  CAPTURE(desk::name(wish.action.kind));
  if (!found) {
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().kind == Refusal::Kind::not_found);
  } else if (done) {
    check_done_by_table(before, *core.desk().find(wish.id), wish.action);
    if (wish.action.kind == ActionKind::set) stated_.insert(wish.id);
  } else {
    check_refused_by_table(before, wish.action, done.error());
  }
  return done ? "done" : refused(done.error());
}

std::string People::claim(daemon::Core& core, const Wish& wish) {
  std::map<desk::IncidentId, desk::Incident> before;
  for (const auto& place : core.desk().by_urgency())
    before[place.incident] = *core.desk().find(place.incident);
  const auto given = core.claim_next(wish.queue, wish.action.actor);
  CHECK(given.has_value() == (core.setup().plan.find(wish.queue) != nullptr));
  if (!given) return refused(given.error());
  for (const auto& [id, incident] : before) {
    const bool waits = incident.state == desk::State::fresh && incident.queue == wish.queue;
    if (!*given) CHECK_FALSE(waits);
    if (id != *given) continue;
    CHECK(waits);
    CHECK(incident.person.empty());
    CHECK(core.desk().find(id)->person == wish.action.actor.name);
  }
  return *given ? fmt::format("given {}", **given) : "none";
}

void People::durable() {
  for (const auto& [key, answer] : this_turn_) {
    CAPTURE(key);
    CHECK(durable_.emplace(key, answer).first->second == answer);
  }
}

void People::answered() {
  for (const auto& [key, answer] : this_turn_) {
    CHECK(durable_.at(key) == answer);
    const auto wish = waiting_.find(key);
    if (wish == waiting_.end()) continue;
    if (answer == "done" && wish->second.action.kind == ActionKind::note) notes_.insert(key);
    if (wish->second.kind == Wish::Kind::raise) raises_.insert(key);
    waiting_.erase(wish);
  }
  unheard();
}

void People::unheard() {
  this_turn_.clear();
  stated_.clear();
}

void People::check_done(const daemon::Core& core) const {
  std::map<std::string, unsigned> notes, raises;
  for (desk::IncidentId id = 1; id <= core.desk().last_incident(); ++id) {
    ++raises[core.desk().find(id)->title];
    for (const auto& entry : core.desk().timeline(id))
      if (entry.action == "note") ++notes[entry.text];
  }
  for (const auto& key : notes_) CHECK(notes[key] == 1);
  for (const auto& key : raises_) CHECK(raises[key] == 1);
}

}  // namespace deskd::sim

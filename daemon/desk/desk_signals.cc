// What follows from each kind of signal.

#include <fmt/format.h>

#include "config/check.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/reasons.h"
#include "daemon/desk/step.h"

namespace deskd::desk {

namespace {

using rules::Decision;
using rules::Signal;

bool is_over(State state) { return state == State::closed || state == State::cancelled; }

}  // namespace

TimelineEntry Desk::Step::entry(Decision decision, std::string_view action,
                                std::string text) const {
  const auto rule = signal.verdict != nullptr ? rule_of(*signal.verdict, decision) : std::nullopt;
  return {now, actor_of(rule, judged_by), std::string(action), std::move(text)};
}

void Desk::apply(const Signal& signal, const DeskSetup& judged_by, Time now,
                 const ByHand* by_hand) {
  DESKD_CHECK(setup_.plan != nullptr);
  const Step step{signal, judged_by, now, by_hand};
  const bool joined = std::exchange(joined_, 0) == signal.alarm;
  switch (signal.kind) {
    case Signal::Kind::raised:
      on_raised(step, joined);
      break;
    case Signal::Kind::repeated:
      on_repeated(step);
      break;
    case Signal::Kind::worsened:
      on_worsened(step);
      break;
    case Signal::Kind::improved:
      on_improved(step);
      break;
    case Signal::Kind::moved:
      on_moved(step);
      break;
    case Signal::Kind::cleared:
      on_cleared(step);
      break;
  }
  settle(now);
}

void Desk::on_raised(const Step& step, bool joined) {
  const auto membership = store_.membership(step.signal.alarm);
  if (!membership) return open_incident(step);
  auto& record = store_.of(*membership);
  auto& head = store_.head(record);
  const auto state = head.state;
  const bool resolved_by_itself = state == State::resolved && !head.resolved_by_hand;
  if (!joined && (is_over(state) || resolved_by_itself)) return open_incident(step);

  store_.activate(step.signal.alarm, step.signal.severity);
  head.quiet_since = {};
  set_severities(record);
  write(record, {step.now, "deskd", "raised",
                 fmt::format("alarm {} fires, severity {}", shown_id(step.signal.alarm),
                             rules::name(step.signal.severity))});
  if (!joined && state == State::resolved)
    reopen(record, {step.now, "deskd", "reopened", "an alarm fires anew after a resolve by hand"});
  raise_priority(step, record);
}

// The hot path: when nothing rises, nothing is unpacked, touched or allocated.
void Desk::on_repeated(const Step& step) {
  const auto membership = store_.membership(step.signal.alarm);
  DESKD_CHECK(membership && membership->active);
  raise_priority(step, store_.of(*membership));
}

void Desk::on_worsened(const Step& step) {
  const auto membership = store_.membership(step.signal.alarm);
  DESKD_CHECK(membership.has_value());
  auto& record = store_.of(*membership);
  const auto& head = store_.head(record);
  const auto state = head.state;
  const bool worse_than_ever = step.signal.severity > head.severity_worst;
  if (worse_than_ever && is_over(state)) return open_incident(step);

  const auto before = membership->severity;
  store_.set_severity(step.signal.alarm, step.signal.severity);
  set_severities(record);
  write(record, step.entry(Decision::severity, "worsened",
                           fmt::format("alarm {} went from {} to {}", shown_id(step.signal.alarm),
                                       rules::name(before), rules::name(step.signal.severity))));
  if (worse_than_ever && state == State::resolved)
    reopen(record, {step.now, "deskd", "reopened", "an alarm is worse than the incident ever was"});
}

void Desk::on_improved(const Step& step) {
  const auto membership = store_.membership(step.signal.alarm);
  DESKD_CHECK(membership.has_value());
  store_.set_severity(step.signal.alarm, step.signal.severity);
  set_severities(store_.of(*membership));
}

// A newer setup gave an origin's alerts another identity. The work on the incident goes on under
// the new alarm, so whatever became of the incident stays as it is.
void Desk::on_moved(const Step& step) {
  if (store_.membership(step.signal.alarm)) return;
  const auto other = store_.membership(step.signal.other);
  if (!other) return;
  auto& record = store_.of(*other);
  store_.join(step.signal.alarm, record, 0);
  joined_ = step.signal.alarm;
  if (is_over(store_.head(record).state)) store_.note_released(step.signal.alarm, true);
  std::string by;
  if (step.signal.verdict != nullptr)
    by = by_rule(rule_of(*step.signal.verdict, Decision::identity), step.judged_by);
  write(record,
        step.entry(Decision::identity, "joined",
                   fmt::format("alerts of alarm {} have another identity{}: alarm {} joins",
                               shown_id(step.signal.other), by, shown_id(step.signal.alarm))));
}

void Desk::on_cleared(const Step& step) {
  const auto membership = store_.membership(step.signal.alarm);
  DESKD_CHECK(membership.has_value());
  auto& record = store_.of(*membership);
  store_.quieten(step.signal.alarm, step.signal.severity);
  set_severities(record);

  auto why = told_of_clear(step);
  TimelineEntry entry{step.now, "deskd", "cleared", why};
  switch (step.signal.cause) {
    case rules::ClearCause::named:
      entry = step.entry(Decision::clears, "cleared", why);
      break;
    case rules::ClearCause::dropped:
      entry = step.entry(Decision::drop, "cleared", why);
      break;
    case rules::ClearCause::reidentified:
      entry = step.entry(Decision::identity, "cleared", why);
      break;
    case rules::ClearCause::by_hand:
      if (step.by_hand != nullptr) entry.actor = text(step.by_hand->actor);
      break;
    default:
      break;
  }
  write(record, std::move(entry));
  if (record.members.firing() == 0) follow_quiet(record, why, step.now);
}

std::string Desk::told_of_clear(const Step& step) const {
  const auto& signal = step.signal;
  auto told = fmt::format("alarm {}: {}", shown_id(signal.alarm), rules::name(signal.cause));
  if (signal.cause == rules::ClearCause::by_hand && step.by_hand != nullptr &&
      !step.by_hand->text.empty())
    told += fmt::format(", {}", step.by_hand->text);
  if (signal.other == 0) return told;
  told += fmt::format(", its alerts belong to alarm {} now", shown_id(signal.other));
  if (const auto other = store_.membership(signal.other))
    told += fmt::format(", of incident {}", shown_id(other->incident));
  return told;
}

void Desk::follow_quiet(IncidentRecord& record, std::string_view why, Time now) {
  auto& head = store_.head(record);
  head.quiet_since = now;
  switch (head.state) {
    case State::in_progress:
    case State::pending:
      if (!setup_.plan->queues[record.queue].resolves_in_progress) {
        write(record, {now, "deskd", "quiet", "no alarm fires any more; the work goes on"});
        return;
      }
      [[fallthrough]];
    case State::fresh:
    case State::assigned:
      return resolve(record, false,
                     {now, "deskd", "resolved", fmt::format("no alarm fires any more ({})", why)});
    case State::resolved:
    case State::closed:
    case State::cancelled:
      return;
  }
}

void Desk::set_severities(IncidentRecord& record) {
  auto& head = store_.head(record);
  const auto before = std::pair{head.severity, head.severity_worst};
  head.severity = record.members.worst().value_or(head.severity);
  if (record.members.firing() > 0)
    head.severity_worst = std::max(head.severity_worst, head.severity);
  if (before != std::pair{head.severity, head.severity_worst}) touch(record);
}

}  // namespace deskd::desk

// How an incident opens, and how its priority rises: what a verdict decides about incidents.

#include <fmt/format.h>

#include <algorithm>

#include "config/check.h"
#include "config/limits.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/reasons.h"
#include "daemon/desk/step.h"
#include "rules/utf8.h"

namespace deskd::desk {

namespace {

using rules::Decision;

}  // namespace

// Indexes hold within one setup only; across setups, names do.
std::uint16_t Desk::queue_now(const Step& step) const {
  const auto queue = step.signal.verdict->queue;
  if (queue == rules::no_queue) return setup_.plan->catch_all;
  DESKD_CHECK(queue < step.judged_by.plan->queues.size());
  if (step.judged_by.number == setup_.number) return queue;
  const auto found = queues_.find(step.judged_by.plan->queues[queue].name);
  return found == queues_.end() ? setup_.plan->catch_all : found->second;
}

std::uint8_t Desk::priority_now(const Step& step) const {
  const auto priority = step.signal.verdict->priority;
  DESKD_CHECK(priority < step.judged_by.plan->priorities.levels.size());
  if (step.judged_by.number == setup_.number) return priority;
  const auto& now = setup_.plan->priorities;
  return now.find(step.judged_by.plan->priorities.levels[priority]).value_or(now.otherwise);
}

void Desk::open_incident(const Step& step) {
  DESKD_CHECK(step.signal.verdict != nullptr);
  const auto& verdict = *step.signal.verdict;
  const auto& signal = step.signal;
  auto& record = store_.make();
  auto& head = store_.head(record);

  std::string from;
  std::uint64_t count_before = 0;
  if (const auto former = store_.membership(signal.alarm)) {
    from = fmt::format("; before, it belonged to incident {}", shown_id(former->incident));
    count_before = signal.count - std::min<std::uint64_t>(signal.count, 1);
    leave(step, *former, head.id);
  }

  record.queue = queue_now(step);
  record.priority = priority_now(step);
  head.queue = setup_.plan->queues[record.queue].name;
  head.priority = setup_.plan->priorities.levels[record.priority];
  head.impact = verdict.impact;
  head.urgency = verdict.urgency;
  head.klass = rules::cut_bytes(verdict.klass, limits::title_bytes_max);
  head.title = rules::cut_bytes(verdict.title, limits::title_bytes_max);
  head.runbook = rules::cut_bytes(verdict.runbook, limits::note_bytes_max);
  head.opened_at = step.now;
  head.verdict = authors_of(verdict, step.judged_by.number);
  if (verdict.queue == rules::no_queue)
    head.verdict.push_back({Decision::queue, rules::no_rule, step.judged_by.number, head.queue});
  store_.join(signal.alarm, record, count_before);
  store_.activate(signal.alarm, signal.severity);
  set_severities(record);

  write_opening(step, record, from);
  events_.push_back({DeskEvent::Kind::opened, head.id, {}});
  events_.push_back({DeskEvent::Kind::allocated, head.id, {}});
}

void Desk::write_opening(const Step& step, IncidentRecord& record, std::string_view from) {
  const auto& verdict = *step.signal.verdict;
  const auto& head = store_.head(record);
  std::string_view chosen = head.queue;
  auto why = fmt::format("no rule chose a queue: catch-all {}", head.queue);
  if (verdict.queue != rules::no_queue) {
    chosen = step.judged_by.plan->queues[verdict.queue].name;
    why = fmt::format("queue {}{}", chosen,
                      by_rule(rule_of(verdict, Decision::queue), step.judged_by));
  }
  write(record,
        {step.now, actor_of(first_rule_of(verdict), step.judged_by), "opened",
         fmt::format("alarm {} fires, severity {}, priority {}; {}{}", shown_id(step.signal.alarm),
                     rules::name(step.signal.severity), head.priority, why, from)});
  if (chosen != head.queue)
    write(record, {step.now, "deskd", "queue",
                   fmt::format("queue {} is gone: moved to the catch-all {}", chosen, head.queue)});
}

// The alert that this signal speaks of counts in the incident to which the alarm goes.
void Desk::leave(const Step& step, const Membership& membership, IncidentId next) {
  auto& record = store_.of(membership);
  auto& head = store_.head(record);
  store_.leave(membership.alarm, step.signal.count - std::min<std::uint64_t>(step.signal.count, 1));
  set_severities(record);
  if (membership.active && record.members.firing() == 0) head.quiet_since = step.now;
  write(record,
        {step.now, "deskd", "left",
         fmt::format("alarm {} opens incident {}", shown_id(step.signal.alarm), shown_id(next))});
  if (head.state == State::closed || head.state == State::cancelled)
    store_.note_released(step.signal.alarm, false);
}

void Desk::raise_priority(const Step& step, IncidentRecord& record) {
  if (step.signal.verdict == nullptr) return;
  const auto priority = priority_now(step);
  if (priority >= record.priority) return;
  auto& head = store_.head(record);
  if (head.pinned.priority) return;
  if (head.state == State::closed || head.state == State::cancelled) return;

  const auto& verdict = *step.signal.verdict;
  const auto change = change_priority(record, priority);
  if (!head.pinned.impact) head.impact = verdict.impact;
  if (!head.pinned.urgency) head.urgency = verdict.urgency;
  auto rule = rule_of(verdict, Decision::priority);
  if (!rule) rule = rule_of(verdict, Decision::impact);
  if (!rule) rule = rule_of(verdict, Decision::urgency);
  write(record, {step.now, actor_of(rule, step.judged_by), "priority",
                 fmt::format("{}{}, for alarm {}{}", change, by_rule(rule, step.judged_by),
                             shown_id(step.signal.alarm), void_ack(record))});
}

}  // namespace deskd::desk

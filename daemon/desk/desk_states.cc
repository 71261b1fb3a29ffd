// The changes of state, by people, alarms or time.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "daemon/desk/desk.h"
#include "daemon/desk/reasons.h"

namespace deskd::desk {

void Desk::resolve(IncidentRecord& record, bool by_hand, TimelineEntry entry) {
  auto& head = store_.head(record);
  become(head, ActionKind::resolve);
  head.resolved_by_hand = by_hand;
  head.resolved_at = entry.at;
  write(record, std::move(entry));
  events_.push_back({DeskEvent::Kind::resolved, head.id, by_hand ? "hand" : "alarms"});
}

void Desk::close(IncidentRecord& record, TimelineEntry entry) {
  auto& head = store_.head(record);
  become(head, ActionKind::close);
  head.closed_at = entry.at;
  write(record, std::move(entry));
  note_alarms_released(record, true);
  events_.push_back({DeskEvent::Kind::closed, head.id, {}});
}

void Desk::cancel(IncidentRecord& record, TimelineEntry entry) {
  auto& head = store_.head(record);
  become(head, ActionKind::cancel);
  write(record, std::move(entry));
  note_alarms_released(record, true);
  events_.push_back({DeskEvent::Kind::cancelled, head.id, {}});
}

void Desk::reopen(IncidentRecord& record, TimelineEntry entry) {
  auto& head = store_.head(record);
  const Time now = entry.at;
  if (head.state != State::resolved) note_alarms_released(record, false);
  become(head, ActionKind::reopen);
  head.resolved_by_hand = false;
  head.resolved_at = {};
  head.closed_at = {};
  write(record, std::move(entry));
  place_in_plan(record, now);
}

void Desk::note_alarms_released(const IncidentRecord& record, bool released) {
  for (const auto alarm : record.members.alarms()) store_.note_released(alarm, released);
}

void Desk::pend(IncidentRecord& record, Time until, TimelineEntry entry) {
  auto& head = store_.head(record);
  become(head, ActionKind::pend);
  head.pending_until = until;
  entry.text = with_reason(fmt::format("until {}", rules::rfc3339(until)), entry.text);
  write(record, std::move(entry));
}

void Desk::wake(IncidentRecord& record, Time now) {
  auto& head = store_.head(record);
  const Time until = head.pending_until;
  become(head, ActionKind::start);
  write(record,
        {now, "deskd", "woken", fmt::format("it was pending until {}", rules::rfc3339(until))});
}

bool Desk::expire(Time now, std::size_t at_most) {
  const auto due = [&] { return is_known(next_deadline()) && next_deadline() <= now; };
  for (; at_most > 0 && due(); --at_most) {
    if (!wake_clock_.empty() && wake_clock_.first().first == next_deadline()) {
      wake(*store_.find(wake_clock_.first().second), now);
    } else {
      const auto [since, incident] = close_clock_.first();
      close(*store_.find(incident),
            {now, "deskd", "closed",
             fmt::format("resolved, and quiet since {}", rules::rfc3339(since))});
    }
    settle(now);
  }
  return due();
}

Time Desk::next_closing() const {
  return close_clock_.empty() ? Time{} : close_clock_.first().first + setup_.close_after;
}

Time Desk::next_deadline() const {
  const Time closing = next_closing();
  if (wake_clock_.empty()) return closing;
  const Time waking = wake_clock_.first().first;
  return is_known(closing) ? std::min(closing, waking) : waking;
}

}  // namespace deskd::desk

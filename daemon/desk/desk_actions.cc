// What people do to incidents, what time does, and the changes of state that both lead to.

#include <fmt/format.h>

#include <algorithm>

#include "config/check.h"
#include "config/limits.h"
#include "daemon/desk/desk.h"
#include "rules/utf8.h"

namespace deskd::desk {

namespace {

std::string states_that_allow(ActionKind kind) {
  std::vector<std::string_view> names;
  for (std::size_t state = 0; state < state_count; ++state)
    if (state_after(kind, static_cast<State>(state), false))
      names.push_back(name(static_cast<State>(state)));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::unexpected<Refusal> refuse(Refusal::Kind kind, std::string detail) {
  return std::unexpected(Refusal{kind, std::move(detail)});
}

void become(Incident& head, ActionKind kind) {
  const auto next = state_after(kind, head.state, !head.person.empty());
  DESKD_CHECK(next.has_value());
  head.state = *next;
}

}  // namespace

std::expected<IncidentId, Refusal> Desk::act(IncidentId incident, const Action& action, Time now) {
  DESKD_CHECK(setup_.plan != nullptr);
  auto* record = store_.find(incident);
  if (record == nullptr)
    return refuse(Refusal::Kind::not_found,
                  fmt::format("incident {} does not exist", shown_id(incident)));
  if (auto allowed = check(*record, action); !allowed)
    return std::unexpected(std::move(allowed.error()));

  TimelineEntry entry{now, text(action.actor), std::string(name(action.kind)), action.text};
  switch (action.kind) {
    case ActionKind::ack:
      acknowledge(*record, std::move(entry));
      break;
    case ActionKind::resolve:
      resolve(*record, true, std::move(entry));
      break;
    case ActionKind::close:
      close(*record, std::move(entry));
      break;
    case ActionKind::reopen:
      reopen(*record, std::move(entry));
      break;
    default:
      write(*record, std::move(entry));
      break;  // note
  }
  settle(now);
  return incident;
}

std::expected<void, Refusal> Desk::check(const IncidentRecord& record, const Action& action) const {
  const auto& head = record.head;
  const auto action_name = name(action.kind);
  if (!has_landed(action.kind))
    return refuse(Refusal::Kind::not_yet, fmt::format("{} is not supported yet", action_name));
  if (action.if_version && *action.if_version != head.version)
    return refuse(Refusal::Kind::wrong_version,
                  fmt::format("incident {} is at version {}, not {}", shown_id(head.id),
                              head.version, *action.if_version));
  if (!state_after(action.kind, head.state, !head.person.empty()))
    return refuse(Refusal::Kind::wrong_state,
                  fmt::format("incident {} is {}; {} needs it to be one of: {}", shown_id(head.id),
                              name(head.state), action_name, states_that_allow(action.kind)));
  if (action.kind == ActionKind::note && action.text.empty())
    return refuse(Refusal::Kind::bad_request, "a note needs a text");
  return {};
}

void Desk::acknowledge(IncidentRecord& record, TimelineEntry entry) {
  if (is_known(record.head.acknowledged_at)) return;
  record.head.acknowledged_by = rules::cut_bytes(entry.actor, limits::title_bytes_max);
  record.head.acknowledged_at = entry.at;
  write(record, std::move(entry));
  events_.push_back({DeskEvent::Kind::acknowledged, record.head.id, {}});
}

void Desk::resolve(IncidentRecord& record, bool by_hand, TimelineEntry entry) {
  become(record.head, ActionKind::resolve);
  record.head.resolved_by_hand = by_hand;
  record.head.resolved_at = entry.at;
  write(record, std::move(entry));
  events_.push_back({DeskEvent::Kind::resolved, record.head.id, by_hand ? "hand" : "alarms"});
}

void Desk::close(IncidentRecord& record, TimelineEntry entry) {
  become(record.head, ActionKind::close);
  record.head.closed_at = entry.at;
  write(record, std::move(entry));
  note_alarms_released(record, true);
  events_.push_back({DeskEvent::Kind::closed, record.head.id, {}});
}

void Desk::reopen(IncidentRecord& record, TimelineEntry entry) {
  auto& head = record.head;
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
  for (const auto alarm : record.alarms) store_.note_released(alarm, released);
}

bool Desk::expire(Time now, std::size_t at_most) {
  const auto due = [&] { return is_known(next_deadline()) && next_deadline() <= now; };
  for (; at_most > 0 && due(); --at_most) {
    auto& record = *store_.find(close_clock_.begin()->second);
    close(record,
          {now, "deskd", "closed",
           fmt::format("resolved, and quiet since {}", rules::rfc3339(record.closes_after))});
    settle(now);
  }
  return due();
}

Time Desk::next_deadline() const {
  return close_clock_.empty() ? Time{} : close_clock_.begin()->first + setup_.close_after;
}

}  // namespace deskd::desk

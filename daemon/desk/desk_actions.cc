// What people may do to an incident: every check before an action, and which action does what.

#include <fmt/format.h>

#include "config/check.h"
#include "config/limits.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/reasons.h"
#include "daemon/desk/refusals.h"
#include "rules/decision/vocabulary.h"

namespace deskd::desk {

namespace {

constexpr auto bad_request = Refusal::Kind::bad_request;

bool is_level(rules::Level level) {
  return level >= rules::Level::low && level <= rules::Level::high;
}

}  // namespace

bool Statement::empty() const {
  return !priority && !klass && !title && !runbook && !impact && !urgency;
}

std::expected<IncidentId, Refusal> Desk::act(IncidentId incident, const Action& action, Time now) {
  DESKD_CHECK(setup_.plan != nullptr);
  auto* record = store_.find(incident);
  if (record == nullptr) return refuse_unknown(incident);
  if (auto allowed = check(*record, store_.head(*record), action, now); !allowed)
    return std::unexpected(std::move(allowed.error()));
  carry_out(*record, action,
            {now, text(action.actor), std::string(name(action.kind)), action.text});
  settle(now);
  return incident;
}

std::expected<void, Refusal> Desk::check(const IncidentRecord& record, const Incident& head,
                                         const Action& action, Time now) const {
  if (action.if_version && *action.if_version != head.version) {
    const auto timeline = store_.timeline(record);
    return refuse_version(head, *action.if_version, timeline.empty() ? nullptr : &timeline.back());
  }
  if (!state_after(action.kind, head.state, !head.person.empty()))
    return refuse_state(head, action.kind);
  const bool is_held = !head.person.empty() && head.person != kept_name(action.actor.name);
  if (action.kind == ActionKind::take && is_held && !action.force) return refuse_holder(head);
  return check_contents(action, now);
}

std::expected<void, Refusal> Desk::check_contents(const Action& action, Time now) const {
  switch (action.kind) {
    case ActionKind::note:
      if (action.text.empty()) return refuse(bad_request, "a note needs a text");
      return {};
    case ActionKind::assign:
      if (action.person.empty() && action.queue.empty())
        return refuse(bad_request, "assign needs a person, a queue or both");
      if (!action.queue.empty() && !queues_.contains(action.queue))
        return refuse_queue(bad_request, action.queue, *setup_.plan);
      return {};
    case ActionKind::pend:
      if (!is_known(action.until))
        return refuse(bad_request, "pend needs until: when work goes on by itself");
      if (action.until <= now)
        return refuse(bad_request, fmt::format("until must be in the future; it is {} now",
                                               rules::rfc3339(now)));
      if (action.until - now > limits::pending_max)
        return refuse(
            bad_request,
            fmt::format("until may be {} days ahead at most",
                        std::chrono::floor<std::chrono::days>(limits::pending_max).count()));
      return {};
    case ActionKind::set:
      if (action.statement.empty())
        return refuse(
            bad_request,
            "set needs at least one of: priority, class, title, impact, urgency, runbook");
      return check(action.statement);
    default:
      return {};
  }
}

std::expected<void, Refusal> Desk::check(const Statement& statement) const {
  const auto& [priority, klass, title, runbook, impact, urgency] = statement;
  if (priority && !setup_.plan->priorities.find(*priority))
    return refuse_priority(*priority, *setup_.plan);
  if (klass && (!rules::is_class(*klass) || klass->size() > limits::title_bytes_max))
    return refuse(bad_request,
                  fmt::format("a class is lower-case letters, digits, _ and -, in parts between "
                              "dots, like network.link, and has at most {} bytes",
                              limits::title_bytes_max));
  if (title && title->empty()) return refuse(bad_request, "a title must not be empty");
  for (const auto& level : {impact, urgency})
    if (level && !is_level(*level))
      return refuse(bad_request, "impact and urgency are one of: high, medium, low");
  return {};
}

void Desk::carry_out(IncidentRecord& record, const Action& action, TimelineEntry entry) {
  switch (action.kind) {
    case ActionKind::ack:
      return acknowledge(record, action.actor.name, std::move(entry));
    case ActionKind::take:
      return take(record, action.actor.name, std::move(entry));
    case ActionKind::assign:
      return assign(record, action, std::move(entry));
    case ActionKind::release:
      return release(record, std::move(entry));
    case ActionKind::start:
      return start(record, action.actor.name, std::move(entry));
    case ActionKind::pend:
      return pend(record, action.until, std::move(entry));
    case ActionKind::resolve:
      return resolve(record, true, std::move(entry));
    case ActionKind::close:
      return close(record, std::move(entry));
    case ActionKind::reopen:
      return reopen(record, std::move(entry));
    case ActionKind::cancel:
      return cancel(record, std::move(entry));
    case ActionKind::note:
      return write(record, std::move(entry));
    case ActionKind::set:
      return set(record, action.statement, std::move(entry));
  }
}

}  // namespace deskd::desk

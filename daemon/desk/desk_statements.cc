// What people state about incidents: by `set`, and when they raise one by hand.

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/check.h"
#include "config/limits.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/reasons.h"
#include "daemon/desk/refusals.h"
#include "rules/utf8.h"

namespace deskd::desk {

namespace {

using rules::Level;

std::string shown(std::string_view value) {
  const auto cut = rules::cut_bytes(value, limits::title_bytes_max);
  return cut.empty() ? "none" : std::string(cut);
}

/// "title from … to …"; what was stated again is pinned, so it is told too.
std::string told(std::string_view what, std::string_view before, std::string_view after) {
  if (before == after) return fmt::format("{} stays {}", what, shown(after));
  return fmt::format("{} from {} to {}", what, shown(before), shown(after));
}

void state_text(std::vector<std::string>& changes, std::string_view what,
                const std::optional<std::string>& stated, std::size_t bytes_max, std::string& value,
                bool& pinned) {
  if (!stated) return;
  const auto before = std::exchange(value, std::string(rules::cut_bytes(*stated, bytes_max)));
  pinned = true;
  changes.push_back(told(what, before, value));
}

void state_level(std::vector<std::string>& changes, std::string_view what,
                 std::optional<Level> stated, Level& value, bool& pinned) {
  if (!stated) return;
  const auto before = std::exchange(value, *stated);
  pinned = true;
  changes.push_back(told(what, rules::name(before), rules::name(value)));
}

}  // namespace

void Desk::set(IncidentRecord& record, const Statement& statement, TimelineEntry entry) {
  entry.text = with_reason(state(record, statement), entry.text);
  write(record, std::move(entry));
}

std::string Desk::state(IncidentRecord& record, const Statement& statement) {
  auto& head = store_.head(record);
  auto& pinned = head.pinned;
  std::vector<std::string> changes;
  state_level(changes, "impact", statement.impact, head.impact, pinned.impact);
  state_level(changes, "urgency", statement.urgency, head.urgency, pinned.urgency);
  if (auto change = state_priority(record, statement); !change.empty())
    changes.insert(changes.begin(), std::move(change));
  state_text(changes, "class", statement.klass, limits::title_bytes_max, head.klass, pinned.klass);
  state_text(changes, "title", statement.title, limits::title_bytes_max, head.title, pinned.title);
  state_text(changes, "runbook", statement.runbook, limits::note_bytes_max, head.runbook,
             pinned.runbook);
  return fmt::format("{}", fmt::join(changes, ", "));
}

// A priority that follows from what a person stated is as much theirs as one that they named.
std::string Desk::state_priority(IncidentRecord& record, const Statement& statement) {
  auto& head = store_.head(record);
  const auto& priorities = setup_.plan->priorities;
  const bool follows = (statement.impact || statement.urgency) && !head.pinned.priority &&
                       head.impact != Level::none && head.urgency != Level::none;
  if (!statement.priority && !follows) return {};
  head.pinned.priority = true;
  const auto priority = statement.priority ? *priorities.find(*statement.priority)
                                           : priorities.priority(head.impact, head.urgency);
  if (priority == record.priority) return fmt::format("priority stays {}", head.priority);
  const bool rises = priority < record.priority;
  auto change = fmt::format("priority {}", change_priority(record, priority));
  return rises ? change + void_ack(record) : change;
}

std::string Desk::change_priority(IncidentRecord& record, std::uint8_t priority) {
  auto& head = store_.head(record);
  const auto before = std::exchange(head.priority, setup_.plan->priorities.levels[priority]);
  record.priority = priority;
  return fmt::format("from {} to {}", before, head.priority);
}

std::string Desk::void_ack(IncidentRecord& record) {
  auto& head = store_.head(record);
  if (!is_known(head.acknowledged_at)) return {};
  head.acknowledged_at = {};
  return fmt::format("; the ack of {} is void", std::exchange(head.acknowledged_by, {}));
}

std::expected<IncidentId, Refusal> Desk::raise(const NewIncident& wanted, Time now) {
  DESKD_CHECK(setup_.plan != nullptr);
  const auto& plan = *setup_.plan;
  if (wanted.title.empty()) return refuse(Refusal::Kind::bad_request, "an incident needs a title");
  const auto queue = queues_.find(wanted.queue);
  if (!wanted.queue.empty() && queue == queues_.end())
    return refuse_queue(Refusal::Kind::bad_request, wanted.queue, plan);
  auto statement = wanted.statement;
  statement.title = wanted.title;
  if (auto allowed = check(statement); !allowed) return std::unexpected(std::move(allowed.error()));

  auto& record = store_.make();
  auto& head = store_.head(record);
  record.queue = wanted.queue.empty() ? plan.catch_all : queue->second;
  record.priority = plan.priorities.otherwise;
  head.queue = plan.queues[record.queue].name;
  head.priority = plan.priorities.levels[record.priority];
  head.resource = rules::cut_bytes(wanted.resource, limits::title_bytes_max);
  head.opened_at = now;
  state(record, statement);
  write(record,
        {now, text(wanted.actor), "opened", wanted.text.empty() ? "raised by hand" : wanted.text});
  events_.push_back({DeskEvent::Kind::opened, head.id, {}});
  events_.push_back({DeskEvent::Kind::allocated, head.id, {}});
  const auto id = head.id;
  settle(now);
  return id;
}

}  // namespace deskd::desk

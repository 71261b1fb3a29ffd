// Who has an incident, and who looks at it.

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/check.h"
#include "daemon/desk/desk.h"
#include "daemon/desk/reasons.h"
#include "daemon/desk/refusals.h"

namespace deskd::desk {

void Desk::acknowledge(IncidentRecord& record, std::string_view person, TimelineEntry entry) {
  auto& head = store_.head(record);
  if (is_known(head.acknowledged_at)) return;
  head.acknowledged_by = kept_name(person);
  head.acknowledged_at = entry.at;
  write(record, std::move(entry));
  events_.push_back({DeskEvent::Kind::acknowledged, head.id, {}});
}

void Desk::take(IncidentRecord& record, std::string_view person, TimelineEntry entry) {
  DESKD_CHECK(!person.empty());
  auto& head = store_.head(record);
  if (head.person == kept_name(person)) return;
  if (!head.person.empty())
    entry.text = with_reason(fmt::format("from {}", head.person), entry.text);
  head.person = kept_name(person);
  become(head, ActionKind::take);
  write(record, std::move(entry));
}

void Desk::assign(IncidentRecord& record, const Action& action, TimelineEntry entry) {
  auto& head = store_.head(record);
  std::vector<std::string> told;
  if (!action.queue.empty()) {
    told.push_back(fmt::format("from queue {} to {}", head.queue, action.queue));
    head.queue = action.queue;
    record.queue = queues_.at(action.queue);
  }
  const auto before = std::exchange(head.person, std::string(kept_name(action.person)));
  if (!before.empty()) told.push_back(fmt::format("from {}", before));
  if (!head.person.empty()) told.push_back(fmt::format("to {}", head.person));
  become(head, ActionKind::assign);
  entry.text = with_reason(fmt::format("{}", fmt::join(told, ", ")), entry.text);
  write(record, std::move(entry));
}

void Desk::release(IncidentRecord& record, TimelineEntry entry) {
  auto& head = store_.head(record);
  entry.text = with_reason(fmt::format("{} has it no more", head.person), entry.text);
  head.person.clear();
  head.acknowledged_by.clear();
  head.acknowledged_at = {};
  become(head, ActionKind::release);
  write(record, std::move(entry));
}

void Desk::start(IncidentRecord& record, std::string_view person, TimelineEntry entry) {
  DESKD_CHECK(!person.empty());
  auto& head = store_.head(record);
  if (head.state == State::fresh) head.person = kept_name(person);
  become(head, ActionKind::start);
  write(record, std::move(entry));
}

std::expected<std::optional<IncidentId>, Refusal> Desk::claim_next(std::string_view queue,
                                                                   const Actor& actor, Time now) {
  DESKD_CHECK(setup_.plan != nullptr);
  const auto found = queues_.find(queue);
  if (found == queues_.end()) return refuse_queue(Refusal::Kind::not_found, queue, *setup_.plan);
  const auto incident = backlogs_.first_new(found->second);
  if (incident == 0) return std::nullopt;
  const auto taken = act(incident,
                         {.kind = ActionKind::take,
                          .actor = actor,
                          .text = fmt::format("the next one of queue {}", queue)},
                         now);
  DESKD_CHECK(taken.has_value());
  return incident;
}

}  // namespace deskd::desk

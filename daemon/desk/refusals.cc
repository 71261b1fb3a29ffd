#include "daemon/desk/refusals.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/encoding.h"
#include "config/limits.h"
#include "config/reader.h"
#include "daemon/desk/lifecycle.h"
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

/// A word that somebody sent, fit to be shown and compared.
std::string word(std::string_view sent) {
  return config::printable(rules::cut_bytes(sent, limits::name_bytes_max));
}

}  // namespace

Refused refuse(Refusal::Kind kind, std::string detail) {
  return Refused({kind, std::move(detail)});
}

Refused refuse_unknown(IncidentId incident) {
  return refuse(Refusal::Kind::not_found,
                fmt::format("incident {} does not exist", shown_id(incident)));
}

Refused refuse_version(const Incident& head, std::uint64_t wanted, const TimelineEntry* last) {
  auto detail =
      fmt::format("incident {} is at version {}, not {}", shown_id(head.id), head.version, wanted);
  if (last != nullptr) detail += fmt::format("; last: {} by {}", last->action, last->actor);
  return refuse(Refusal::Kind::wrong_version, std::move(detail));
}

Refused refuse_state(const Incident& head, ActionKind kind) {
  return refuse(Refusal::Kind::wrong_state,
                fmt::format("incident {} is {}; {} needs it to be one of: {}", shown_id(head.id),
                            name(head.state), name(kind), states_that_allow(kind)));
}

Refused refuse_holder(const Incident& head) {
  return refuse(Refusal::Kind::held,
                fmt::format("{} has incident {}, which is {}; force takes it away", head.person,
                            shown_id(head.id), name(head.state)));
}

Refused refuse_queue(Refusal::Kind kind, std::string_view queue, const DeskPlan& plan) {
  std::vector<std::string_view> names;
  for (const auto& known : plan.queues) names.push_back(known.name);
  const auto wanted = word(queue);
  return refuse(
      kind, fmt::format("there is no queue '{}'{}", wanted, config::nearest_hint(wanted, names)));
}

Refused refuse_priority(std::string_view priority, const DeskPlan& plan) {
  const auto& levels = plan.priorities.levels;
  const std::vector<std::string_view> names(levels.begin(), levels.end());
  const auto wanted = word(priority);
  return refuse(Refusal::Kind::bad_request,
                fmt::format("there is no priority '{}'{}; it is one of: {}", wanted,
                            config::nearest_hint(wanted, names), fmt::join(names, ", ")));
}

}  // namespace deskd::desk

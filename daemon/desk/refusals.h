#pragma once
// Refusals in words: each names what is in the way, and what would do instead.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "daemon/desk/action.h"
#include "daemon/desk/queue.h"

namespace deskd::desk {

using Refused = std::unexpected<Refusal>;  // fits every std::expected of the desk

Refused refuse(Refusal::Kind kind, std::string detail);

Refused refuse_unknown(IncidentId incident);
/// `last`: the newest timeline entry, which says who was faster; nullptr: none is in memory.
Refused refuse_version(const Incident& head, std::uint64_t wanted, const TimelineEntry* last);
/// Names the state that is in the way, and those that would do.
Refused refuse_state(const Incident& head, ActionKind kind);
/// Names who has it.
Refused refuse_holder(const Incident& head);
/// Of this `kind`, since a queue stands in a path or in a body. Names the nearest queue.
Refused refuse_queue(Refusal::Kind kind, std::string_view queue, const DeskPlan& plan);
/// Names the nearest level.
Refused refuse_priority(std::string_view priority, const DeskPlan& plan);

}  // namespace deskd::desk

#pragma once
// The state × action table of CONTRACT, as one table: what people may do to an incident, and what
// it becomes.

#include <optional>

#include "daemon/desk/action.h"

namespace deskd::desk {

/// What the table says: the state after `kind` in `state`, or nothing when it is refused. "assigned
/// if it has a person, else new" needs to know whether there is one (after the action).
std::optional<State> state_after(ActionKind kind, State state, bool has_person);

/// Gives `head`, which has its person by now, the state that the table says; `kind` must be
/// allowed. What belongs to one state alone ends with it.
void become(Incident& head, ActionKind kind);

}  // namespace deskd::desk

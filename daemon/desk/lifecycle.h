#pragma once
// The state × action table of CONTRACT, as one table: what people may do to an incident, and what
// it becomes.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/desk/incident.h"

namespace deskd::desk {

/// The actions of this version. The table has a row for every action of CONTRACT; those not here
/// yet are refused by name.
enum class ActionKind : std::uint8_t {
  ack,
  take,
  assign,
  release,
  start,
  pend,
  resolve,
  close,
  reopen,
  cancel,
  note,
  set,
};
std::string_view name(ActionKind kind);
std::optional<ActionKind> action_named(std::string_view name);

struct Action {
  ActionKind kind = ActionKind::note;
  Actor actor;
  std::string text;                         // resolve, note; why
  std::optional<std::uint64_t> if_version;  // If-Match
};

struct Refusal {
  enum class Kind : std::uint8_t { not_found, wrong_state, wrong_version, not_yet, bad_request };
  Kind kind = Kind::wrong_state;
  std::string detail;  // one sentence that names the state or the holder
};

/// What the table says: the state after `kind` in `state`, or nothing when it is refused. "assigned
/// if it has a person, else new" needs to know whether there is one.
std::optional<State> state_after(ActionKind kind, State state, bool has_person);
/// Whether this version carries the action out (the others are in the table already).
bool has_landed(ActionKind kind);

}  // namespace deskd::desk

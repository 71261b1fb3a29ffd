#include "daemon/desk/lifecycle.h"

#include <algorithm>
#include <array>

#include "config/check.h"

namespace deskd::desk {

namespace {

constexpr std::array<std::string_view, action_count> action_names{
    "ack",     "take",  "assign", "release", "start", "pend",
    "resolve", "close", "reopen", "cancel",  "note",  "set"};

/// What an action makes of an incident.
enum class Becomes : std::uint8_t {
  refused,
  unchanged,
  held,  // assigned when it has a person after the action, else new
  fresh,
  assigned,
  in_progress,
  pending,
  resolved,
  closed,
  cancelled,
};

using Row = std::array<Becomes, state_count>;

constexpr auto no = Becomes::refused;
constexpr auto same = Becomes::unchanged;
constexpr auto held = Becomes::held;
constexpr auto fresh = Becomes::fresh;
constexpr auto taken = Becomes::assigned;
constexpr auto works = Becomes::in_progress;
constexpr auto waits = Becomes::pending;
constexpr auto solved = Becomes::resolved;
constexpr auto ended = Becomes::closed;
constexpr auto off = Becomes::cancelled;

// clang-format off
/// Every action in every state.
constexpr std::array<Row, action_count> lifecycle{{
    //          new     assigned in_progress pending resolved closed cancelled
    /* ack     */ {same,   same,   same,   same,   no,    no,    no},
    /* take    */ {taken,  taken,  taken,  taken,  no,    no,    no},
    /* assign  */ {held,   held,   held,   held,   no,    no,    no},
    /* release */ {no,     fresh,  fresh,  fresh,  no,    no,    no},
    /* start   */ {works,  works,  no,     works,  no,    no,    no},
    /* pend    */ {no,     waits,  waits,  no,     no,    no,    no},
    /* resolve */ {solved, solved, solved, solved, no,    no,    no},
    /* close   */ {no,     no,     no,     no,     ended, no,    no},
    /* reopen  */ {no,     no,     no,     no,     held,  held,  held},
    /* cancel  */ {off,  off,  off,  off,  no,    no,    no},
    /* note    */ {same,   same,   same,   same,   same,  same,  same},
    /* set     */ {same,   same,   same,   same,   no,    no,    no},
}};
// clang-format on

}  // namespace

std::string_view name(ActionKind kind) { return action_names[static_cast<std::size_t>(kind)]; }

std::optional<ActionKind> action_named(std::string_view name) {
  const auto found = std::ranges::find(action_names, name);
  if (found == action_names.end()) return std::nullopt;
  return static_cast<ActionKind>(found - action_names.begin());
}

std::optional<State> state_after(ActionKind kind, State state, bool has_person) {
  switch (lifecycle[static_cast<std::size_t>(kind)][static_cast<std::size_t>(state)]) {
    case Becomes::refused:
      return std::nullopt;
    case Becomes::unchanged:
      return state;
    case Becomes::held:
      return has_person ? State::assigned : State::fresh;
    case Becomes::fresh:
      return State::fresh;
    case Becomes::assigned:
      return State::assigned;
    case Becomes::in_progress:
      return State::in_progress;
    case Becomes::pending:
      return State::pending;
    case Becomes::resolved:
      return State::resolved;
    case Becomes::closed:
      return State::closed;
    case Becomes::cancelled:
      return State::cancelled;
  }
  return std::nullopt;
}

void become(Incident& head, ActionKind kind) {
  const auto next = state_after(kind, head.state, !head.person.empty());
  DESKD_CHECK(next.has_value());
  head.state = *next;
  if (head.state != State::pending) head.pending_until = {};
}

}  // namespace deskd::desk

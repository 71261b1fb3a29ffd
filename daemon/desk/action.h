#pragma once
// What people do to incidents, and how the desk refuses it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/desk/incident.h"

namespace deskd::desk {

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
constexpr std::size_t action_count = 12;
std::string_view name(ActionKind kind);
std::optional<ActionKind> action_named(std::string_view name);

/// What a person states about an incident. What stands here is pinned: rules no longer change it.
struct Statement {
  std::optional<std::string> priority{}, klass{}, title{}, runbook{};
  std::optional<rules::Level> impact{}, urgency{};  // low, medium or high
  bool empty() const;
};

struct Action {
  ActionKind kind = ActionKind::note;
  Actor actor{};
  std::string text{};                         // of a note or a resolution; else the reason
  std::optional<std::uint64_t> if_version{};  // If-Match
  bool force = false;                         // take: also from who has it
  std::string person{};                       // assign: to this person
  std::string queue{};                        // assign: to this queue; with a person, to both
  Time until{};                               // pend: when it wakes by itself
  Statement statement{};                      // set
};

/// An incident that a person raises; all but the actor and the title may be empty.
struct NewIncident {
  Actor actor{};
  std::string title{};
  std::string queue{};     // else the catch-all
  std::string resource{};  // what it is about
  std::string text{};      // for the timeline
  Statement statement{};   // its title is not read
};

struct Refusal {
  enum class Kind : std::uint8_t {
    not_found,
    wrong_state,
    held,  // by another person
    wrong_version,
    bad_request,
  };
  Kind kind = Kind::wrong_state;
  std::string detail{};  // one sentence that names the state, the holder or the nearest known word
};

}  // namespace deskd::desk

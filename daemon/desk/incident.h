#pragma once
// The record people work on.

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/alarm.h"

namespace deskd::desk {

using rules::AlarmId;
using rules::is_known;
using rules::Severity;
using rules::Time;
using IncidentId = std::uint64_t;

enum class State : std::uint8_t {
  fresh,
  assigned,
  in_progress,
  pending,
  resolved,
  closed,
  cancelled
};
constexpr std::size_t state_count = 7;
/// "new", "assigned", … as CONTRACT names them.
std::string_view name(State state);
std::optional<State> state_named(std::string_view name);
constexpr bool is_open(State state) { return state <= State::pending; }

/// Who did something: a rule, a person or deskd itself.
struct Actor {
  enum class Kind : std::uint8_t {
    desk,
    rule,
    person,
    claimed_person
  };  // claimed: named by a header, not by a token
  Kind kind = Kind::desk;
  std::string name;
};
/// "rule:uplink-down", "anna", "anna (claimed)", "deskd".
std::string text(const Actor& actor);

/// "0-4711": the shard, then the number; of incidents and alarms.
std::string shown_id(std::uint64_t id);

/// What happened to an incident, once written never changed.
struct TimelineEntry {
  Time at;
  std::string actor;   // as `text(Actor)` gives it
  std::string action;  // opened, raised, worsened, cleared, resolved, ack, note …
  std::string text;    // why, in words
};

/// An entry as it can be read without a copy.
struct TimelineEntryView {
  TimelineEntryView() = default;
  TimelineEntryView(const TimelineEntry& entry)
      : at(entry.at), actor(entry.actor), action(entry.action), text(entry.text) {}
  TimelineEntry copy() const {
    return {at, std::string(actor), std::string(action), std::string(text)};
  }

  Time at;
  std::string_view actor, action, text;
};

/// One decision of the verdict that opened the incident, and the rule that took it (in the setup
/// `setup`).
struct Author {
  rules::Decision decision = rules::Decision::klass;
  rules::RuleNumber rule = rules::no_rule;
  rules::SetupNumber setup = 0;
  std::string value;
};

/// What a person stated by `set`, so that rules no longer change it.
struct Pins {
  bool priority = false;
  bool klass = false;
  bool title = false;
  bool impact = false;
  bool urgency = false;
  bool runbook = false;
  bool operator==(const Pins&) const = default;
};

/// The head of an incident: everything but its alarms and its timeline. Written to the ledger whole
/// when it changed.
struct Incident {
  IncidentId id = 0;
  std::uint64_t version = 1;  // counts every change that a reader can see
  State state = State::fresh;
  bool resolved_by_hand = false;
  rules::Level impact = rules::Level::none;
  rules::Level urgency = rules::Level::none;
  Severity severity = Severity::unknown;  // the worst of its active alarms; none active: the last
  Severity severity_worst = Severity::unknown;  // it ever had
  std::string title, klass, priority, queue, runbook;
  std::string person, acknowledged_by;  // names; whether they were proved stands in the timeline
  std::string resource;                 // as the person said who raised it; its alarms have theirs
  Pins pinned;
  Time opened_at, updated_at, acknowledged_at, resolved_at, closed_at;
  Time pending_until;  // when it wakes; unknown unless it is pending
  Time quiet_since;    // when its last alarm cleared; unknown while one is active or none ever was
  std::uint64_t alarm_count = 0;       // all it ever held
  std::uint64_t alert_count_left = 0;  // firing alerts of alarms that went elsewhere
  std::uint64_t timeline_count = 0;    // entries ever written; the oldest may have left memory
  std::vector<Author> verdict;
};

/// Which incident an alarm belongs to now, and what the desk knows of the alarm.
struct Membership {
  AlarmId alarm = 0;
  IncidentId incident = 0;
  bool active = false;
  Severity severity = Severity::unknown;
  std::uint64_t count_before = 0;  // the alarm's firing alerts before it joined
};

}  // namespace deskd::desk

#pragma once
// All that the rules decided about one alert, each decision with the rule that took it.

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "rules/alert.h"

namespace deskd::rules {

/// A rule's place in the order of its rule set, from 0.
using RuleNumber = std::uint32_t;
constexpr RuleNumber no_rule = std::numeric_limits<RuleNumber>::max();

enum class Decision : std::uint8_t {
  status,
  severity,
  type,
  resource,
  qualifier,
  summary,
  key,
  event_at,
  label,
  annotation,  // `set`
  identity,
  clears,
  klass,
  impact,
  urgency,
  priority,
  queue,
  title,
  runbook,
  drop,
  stop,
};
/// As it stands in YAML and in the API: "class", "queue", "labels" …
std::string_view name(Decision decision);

enum class Level : std::uint8_t { none, low, medium, high };  // of impact and urgency
std::string_view name(Level level);                           // none: empty

/// One decision, and who took it.
struct Stated {
  Decision decision = Decision::klass;
  RuleNumber rule =
      no_rule;  // no_rule: the default (priority by default or matrix, title by summary …)
  std::string_view name;   // of a label or annotation
  std::string_view value;  // as text
};

/// One (field, value) pair; a missing value is empty and stands as null.
struct IdentityPart {
  std::string_view field;  // "resource", "labels.site" …
  std::string_view value;
  bool operator==(const IdentityPart&) const = default;
};

enum class ClearsFrom : std::uint8_t { sender, source, any };

/// Which other alarms' origins a resolved alert ends.
struct Clears {
  std::span<const std::string_view> types;
  std::span<const IdentityPart> by;  // none of them null
  ClearsFrom from = ClearsFrom::sender;
  RuleNumber rule = no_rule;
};

/// What tells whether an alert says something new. The correlator has one thread and sources have
/// many, so they make it (rules/imprint.h).
struct Imprint {
  std::string_view identity;        // packed, as AlarmText has it
  std::uint64_t identity_hash = 0;  // of that
  std::uint64_t text_hash = 0;      // of the alert's texts, as the rules left them
};

constexpr std::uint16_t no_queue = std::numeric_limits<std::uint16_t>::max();

/// A view type like Alert: its texts live in the batch or in the setup that the batch holds.
struct Verdict {
  Alert alert;  // as the rules left it; the origin still goes by the decoded alert's source, sender
                // and key
  std::span<const IdentityPart> identity;  // never empty, never all null
  Imprint imprint;  // of identity and alert; empty until it is made, which is not the rules' part
  std::optional<Clears> clears;  // only of a resolved alert
  std::string_view klass;
  std::string_view title;  // always filled: decision, summary, "TYPE on RESOURCE" …
  std::string_view runbook;
  Level impact = Level::none;
  Level urgency = Level::none;
  std::uint8_t priority = 0;       // index into the setup's levels, 0 the most urgent
  std::uint16_t queue = no_queue;  // index into the setup's queues; no_queue: the catch-all
  bool dropped = false;
  std::string_view drop_reason;
  std::span<const Stated> stated;        // in order of Decision, then name
  std::span<const RuleNumber> matched;   // rules whose conditions held, in order
  std::span<const RuleNumber> unstated;  // for each decision that could not be made, its rule
};

}  // namespace deskd::rules

#pragma once
// What answers are made of: plain copies of what the core knows, taken on its thread and rendered
// on another.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "daemon/core/core.h"
#include "daemon/desk/incident.h"
#include "daemon/running_sources.h"
#include "rules/alarm.h"
#include "rules/rule_set.h"

namespace deskd::api {

/// One sender's view, with its source's name.
struct OriginView {
  std::string source;
  rules::Origin origin;
};

struct AlarmView {
  rules::AlarmState state;
  rules::AlarmText text;
  std::vector<OriginView> origins;  // the first limits::origins_shown_max
  std::uint64_t origin_count = 0;
  desk::IncidentId incident = 0;  // 0: it belongs to none
};

/// One decision, its value as text, and the rule behind it; none: a default took it.
struct DecisionView {
  std::string decision;  // "queue", "labels.region" …
  std::string value;
  std::optional<rules::RuleName> rule;
};

/// What a list shows of an incident.
struct IncidentView {
  desk::Incident head;
  std::uint64_t firing = 0;
  std::uint64_t alert_count = 0;
};

/// The whole of it.
struct IncidentDetail {
  IncidentView incident;
  std::vector<AlarmView> alarms;  // the first limits::page_max that belong to it now
  std::uint64_t alarms_left_out = 0;
  std::vector<desk::TimelineEntry> timeline;
  std::vector<DecisionView> verdict;
};

/// A decision of a logged alert whose rule is still a number.
struct StatedView {
  std::string decision;
  std::string value;
  rules::RuleNumber rule = rules::no_rule;
};

/// A logged alert, out of its blob.
struct AlertView {
  std::uint64_t record = 0;
  std::uint64_t index = 0;  // in the record
  std::string source, sender, key, type, resource, qualifier, summary;
  rules::Status status = rules::Status::firing;
  rules::Severity severity = rules::Severity::unknown;
  std::vector<std::pair<std::string, std::string>> labels, annotations;
  rules::Time received_at, event_at, starts_at, ends_at;
  rules::SetupNumber setup = 0;
  std::vector<StatedView> stated;
  rules::Outcome outcome = rules::Outcome::unmatched;
  rules::AlarmId alarm = 0;
  std::string raw;  // as it came in, as far as that is kept
  /// What never became an alert stands in the same list; then all above is empty.
  std::shared_ptr<const connectors::TurnedAway> turned_away;
};

/// The names of the rules that some alerts' verdicts speak of.
using RuleKey = std::pair<rules::SetupNumber, rules::RuleNumber>;
using RuleNames = std::map<RuleKey, rules::RuleName>;

struct SourceView {
  std::string name, format;
  std::optional<connectors::SourceKind> kind;  // none: it is not configured
  connectors::SourceBooks books;
  connectors::Inbox::LaneFill lane;
  std::optional<daemon::RunningSourceView> running;  // none: it waits for requests, or stands still
};

struct QueueView {
  desk::Queue queue;
  std::vector<std::pair<std::string, std::uint64_t>> backlog;  // by priority, most urgent first
  std::array<std::uint64_t, 4> states{};                       // of the open states, from `new`
  std::uint64_t unacknowledged = 0;
  rules::Time oldest_at;
};

struct RuleView {
  rules::RuleName rule;
  std::uint64_t hits = 0;
  std::uint64_t unstated = 0;
};

/// A page of a list. `next` is where to go on; none: that was the last page.
template <class Item>
struct Page {
  std::vector<Item> items;
  std::optional<std::string> next;
};

}  // namespace deskd::api

#pragma once
// What would become of a payload, and why: decoded, judged and looked ahead without a trace.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "connectors/format/format.h"
#include "connectors/judging.h"
#include "daemon/desk/incident.h"
#include "rules/explanation.h"
#include "rules/outcome.h"

namespace deskd::daemon {

/// What would follow from one alert, by what fires now. It is not kept: the next alert may change
/// it.
struct Prospect {
  enum class Effect : std::uint8_t { none, opens, joins, reopens, resolves, quietens };

  rules::Outcome outcome = rules::Outcome::unmatched;
  rules::AlarmId alarm = 0;       // that exists and would be raised, joined or cleared first
  desk::IncidentId incident = 0;  // that exists and is concerned first
  Effect effect = Effect::none;   // on the incident
  std::string queue, priority;    // opens
  std::string text;               // all of it in one or two sentences
};
std::string_view name(Prospect::Effect effect);

/// One alert of a payload; views into the payload's batch, but for the traces.
struct ExplainedAlert {
  std::size_t index = 0;  // of the element in the body's list of alerts
  const rules::Alert* decoded = nullptr;
  rules::Verdict verdict;
  std::vector<rules::RuleTrace> rules;  // those that matched, or the one that was asked for
  std::uint64_t failed = 0;             // how many rules did not match
  std::uint64_t not_reached = 0;        // how many were not read
  std::optional<Prospect> prospect;     // nothing where no daemon was asked
};

/// A payload as it would be posted to a source.
struct Payload {
  std::shared_ptr<const connectors::Judging> judging;
  std::string source;
  std::string rule;  // to be explained whether it matches or not; empty: those that match
  std::string body;  // as inflated
  rules::Time received_at;
};

/// Owns all that its alerts point to. One thread at a time.
struct ExplainedPayload {
  std::shared_ptr<const connectors::Judging> judging;
  const connectors::Source* source = nullptr;
  std::unique_ptr<connectors::Batch> batch;
  connectors::Decoded decoded;
  std::vector<ExplainedAlert> alerts;  // the first limits::explained_max
  std::uint64_t left_out = 0;          // how many more the payload holds
};

/// Nothing changes anywhere. Fails with a sentence when there is no such source or rule; a payload
/// that holds no alert is no failure: `decoded` says why.
std::expected<ExplainedPayload, std::string> explain(Payload payload);

/// As the API answers it.
boost::json::object render(const ExplainedPayload& explained);

}  // namespace deskd::daemon

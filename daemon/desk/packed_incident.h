#pragma once
// The head of an incident as bytes: how the many stand in memory that nothing happens to just now.

#include <string>
#include <string_view>

#include "daemon/desk/incident.h"
#include "daemon/desk/shared_texts.h"

namespace deskd::desk {

/// Appends `incident` to `out`, some 60 bytes: what many incidents have in common goes into
/// `texts`, and what most never have takes one byte.
void pack(const Incident& incident, SharedTexts& texts, std::string& out);

/// Overwrites all of `incident` with what `pack` wrote, using its memory again.
void unpack(std::string_view packed, const SharedTexts& texts, Incident& incident);

/// An incident as it stands in its bytes, without its verdict. Texts that many have in common are
/// named by their handles. Valid as long as the bytes.
struct PackedIncidentView {
  using Handle = SharedTexts::Handle;
  IncidentId id = 0;
  std::uint64_t version = 0;
  State state = State::fresh;
  bool resolved_by_hand = false;
  rules::Level impact = rules::Level::none;
  rules::Level urgency = rules::Level::none;
  Severity severity = Severity::unknown;
  Severity severity_worst = Severity::unknown;
  Handle klass = 0, priority = 0, queue = 0, runbook = 0;
  Handle person = 0, acknowledged_by = 0;
  std::string_view title, resource;
  Pins pinned;
  Time opened_at, updated_at, acknowledged_at, resolved_at, closed_at, pending_until, quiet_since;
  std::uint64_t alarm_count = 0, alert_count_left = 0, timeline_count = 0;
};
PackedIncidentView view(std::string_view packed);

/// Gives back the texts that are in use by `packed`, which is not to be read again.
void release(std::string_view packed, SharedTexts& texts);

/// Of the incident in `packed`, at the cost of one number.
Time opened_at(std::string_view packed);
Time updated_at(std::string_view packed);

}  // namespace deskd::desk

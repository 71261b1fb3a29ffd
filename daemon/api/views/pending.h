#pragma once
// Active alarms as Alertmanager's API v2 shows alerts.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/api/matcher.h"
#include "daemon/api/views/json_text.h"
#include "daemon/api/views/views.h"

namespace deskd::api {

/// An active alarm, the receiver of which is the queue of its incident.
struct PendingAlert {
  AlarmView alarm;
  std::string queue;  // empty: none
};

struct PendingSearch {
  std::vector<Matcher> filters;     // all must match
  std::optional<Matcher> receiver;  // matches the queue
};

/// Part of the answer, in the order of ids.
struct PendingPart {
  std::vector<PendingAlert> alerts;  // limits::page_max at most
  rules::AlarmId looked_at = 0;      // go on after this one
  bool is_last = false;
  rules::Duration resolve_timeout{};
};

/// Core thread only.
PendingPart find_pending(const daemon::Core& core, const PendingSearch& search,
                         rules::AlarmId after);

/// The alarm's labels, and by the names that Prometheus has for them its type (alertname), resource
/// (instance) and severity where no label of that name stands. Sorted by name; views into `text`
/// and static memory.
std::vector<std::pair<std::string_view, std::string_view>> prometheus_labels(
    const rules::AlarmTextView& text, rules::Severity severity);

/// A `gettableAlert` of Alertmanager's OpenAPI document. `ends_at` stands where no sender named an
/// end.
void write(JsonText& json, const PendingAlert& alert, rules::Time ends_at);

}  // namespace deskd::api

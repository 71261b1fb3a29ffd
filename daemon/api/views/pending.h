#pragma once
// Active alarms as Alertmanager's API v2 shows alerts.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/limits.h"
#include "daemon/api/matcher.h"
#include "daemon/api/views/json_text.h"
#include "daemon/api/views/scan.h"
#include "daemon/api/views/views.h"
#include "rules/label_mark.h"

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

/// Finds all of them in the order of ids, up to limits::v2_alerts_max: that list has no pages.
class PendingFound {
 public:
  static constexpr std::size_t pages_max = limits::v2_alerts_max / limits::page_max;

  explicit PendingFound(PendingSearch search);

  /// Goes on for limits::search_look_max entities and limits::page_max copies; returns whether that
  /// was all. Core thread only.
  bool look(const daemon::Core& core);

  const std::vector<PendingAlert>& alerts() const { return alerts_; }
  bool is_cut() const { return is_cut_; }  // there may be more
  rules::Duration resolve_timeout() const { return resolve_timeout_; }

 private:
  void look_at(const daemon::Core& core, rules::AlarmId alarm, Scan& scan);

  PendingSearch search_;
  rules::WantedMarks marks_;
  std::vector<PendingAlert> alerts_;
  rules::AlarmId looked_at_ = 0;
  bool is_cut_ = false;
  desk::Incident room_;  // scratch
  rules::Duration resolve_timeout_{};
};

/// The alarm's labels, and by the names that Prometheus has for them its type (alertname), resource
/// (instance) and severity where no label of that name stands. Sorted by name; views into `text`
/// and static memory.
std::vector<std::pair<std::string_view, std::string_view>> prometheus_labels(
    const rules::AlarmTextView& text, rules::Severity severity);

/// A `gettableAlert` of Alertmanager's OpenAPI document. `ends_at` stands where no sender named an
/// end.
void write(JsonText& json, const PendingAlert& alert, rules::Time ends_at);

}  // namespace deskd::api

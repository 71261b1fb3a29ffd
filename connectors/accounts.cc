#include "connectors/accounts.h"

#include <algorithm>
#include <utility>

#include "config/check.h"

namespace deskd::connectors {
namespace {

bool equal(const RefusalSeen& a, const RefusalSeen& b) {
  return a.sender == b.sender && a.user == b.user && a.reason == b.reason && a.detail == b.detail;
}

/// Newest last. A flood of equal ones is one entry, so that it can't push out everything else.
void remember(std::vector<RefusalSeen>& seen, RefusalSeen refusal) {
  refusal.count = std::max<std::uint64_t>(refusal.count, 1);
  if (!seen.empty() && equal(seen.back(), refusal)) {
    seen.back().count += refusal.count;
    seen.back().at = refusal.at;
    return;
  }
  if (seen.size() == limits::refusals_kept_max) seen.erase(seen.begin());
  seen.push_back(std::move(refusal));
}

}  // namespace

SourceBooks& Accounts::books(std::string_view source) {
  auto found = books_.find(source);
  if (found == books_.end()) {
    found = books_.emplace(std::string(source), SourceBooks{}).first;
    found->second.source = source;
  }
  return found->second;
}

void Accounts::received(std::string_view source, std::uint64_t alerts, std::uint64_t malformed,
                        std::uint64_t severity_unknown, std::uint64_t event_time_clamped,
                        rules::Time at) {
  const std::lock_guard lock(mutex_);
  SourceBooks& its = books(source);
  its.received += alerts + malformed;
  its.in_flight += alerts;
  its.outcomes[rules::Outcome::malformed] += malformed;
  its.severity_unknown += severity_unknown;
  its.event_time_clamped += event_time_clamped;
  if (alerts > 0) its.last_alert_at = std::max(its.last_alert_at, at);
}

void Accounts::settled(std::string_view source, const rules::OutcomeCounts& outcomes) {
  const std::uint64_t total = outcomes.total();
  const std::lock_guard lock(mutex_);
  SourceBooks& its = books(source);
  DESKD_CHECK(its.in_flight >= total);
  its.in_flight -= total;
  its.outcomes += outcomes;
}

void Accounts::refused(std::string_view source, RefusalSeen refusal, bool count_request) {
  const std::lock_guard lock(mutex_);
  SourceBooks& its = books(source);
  if (count_request) ++its.requests_refused[refusal.reason];
  remember(its.refusals, std::move(refusal));
}

std::vector<SourceBooks> Accounts::read(bool with_refusals) const {
  std::vector<SourceBooks> all;
  const std::lock_guard lock(mutex_);
  all.reserve(books_.size());
  for (const auto& [source, its] : books_) {
    if (with_refusals) {
      all.push_back(its);
      std::ranges::reverse(all.back().refusals);
      continue;
    }
    all.push_back({.source = its.source,
                   .received = its.received,
                   .in_flight = its.in_flight,
                   .outcomes = its.outcomes,
                   .severity_unknown = its.severity_unknown,
                   .event_time_clamped = its.event_time_clamped,
                   .last_alert_at = its.last_alert_at,
                   .requests_refused = its.requests_refused,
                   .refusals = {}});
  }
  return all;
}

}  // namespace deskd::connectors

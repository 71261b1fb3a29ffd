#include "daemon/metrics/metrics.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <prometheus/histogram.h>

#include "config/limits.h"

namespace deskd::daemon {

namespace {

using Buckets = prometheus::Histogram::BucketBoundaries;

// From half a millisecond, which a sync takes on a good disk, to a stall that people notice.
const Buckets quick{0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
// What people do: one minute to seven days.
const Buckets slow{60,   120,   300,   600,   900,    1800,   3600,
                   7200, 14400, 28800, 86400, 172800, 345600, 604800};

// Of the core's time, drawing takes one part in this many; and no more often than a person or a
// scrape could tell.
constexpr int drawing_share = 100;
constexpr std::chrono::milliseconds drawing_pause{20};

double seconds(rules::Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::unique_ptr<prometheus::Histogram> histogram(const Buckets& buckets) {
  return std::make_unique<prometheus::Histogram>(buckets);
}

void observe(prometheus::Histogram& histogram, rules::Time from, rules::Time to) {
  if (!rules::is_known(from) || !rules::is_known(to)) return;
  histogram.Observe(std::max(0.0, seconds(to - from)));
}

}  // namespace

Metrics::Metrics(const connectors::Accounts& accounts, const connectors::Inbox& inbox,
                 std::string version, SteadyClock clock)
    : accounts_(accounts),
      inbox_(inbox),
      version_(std::move(version)),
      allocation_seconds_(histogram(quick)),
      commit_seconds_(histogram(quick)),
      ack_seconds_(histogram(slow)),
      resolve_seconds_(histogram(slow)),
      clock_(std::move(clock)),
      picture_(std::make_shared<const Picture>()) {}

Metrics::~Metrics() = default;

void Metrics::turn(const Core& core, const Turn& turn) {
  Receipts allocated;
  for (const auto& event : turn.events) count(core, event, allocated);
  const std::lock_guard lock(mutex_);
  allocated_.push_back(std::move(allocated));
  outdated_ = true;
}

void Metrics::count(const Core& core, const desk::DeskEvent& event, Receipts& allocated) {
  const auto* incident = core.desk().look(event.incident, room_);
  if (incident == nullptr) return;
  switch (event.kind) {
    case desk::DeskEvent::Kind::opened:
      ++opened_[{incident->queue, incident->priority}];
      ++unallocated_;
      break;
    case desk::DeskEvent::Kind::allocated: {
      --unallocated_;
      const auto alarms = core.desk().alarms_of(incident->id);
      const auto alarm = core.correlator().find(alarms.empty() ? 0 : alarms.front());
      if (alarm) allocated.push_back(alarm->raised_at);
      break;
    }
    case desk::DeskEvent::Kind::acknowledged:
      observe(*ack_seconds_, incident->opened_at, incident->acknowledged_at);
      break;
    case desk::DeskEvent::Kind::resolved:
      ++resolved_[{incident->queue, std::string(event.cause)}];
      observe(*resolve_seconds_, incident->opened_at, incident->resolved_at);
      break;
    case desk::DeskEvent::Kind::cancelled:
      ++resolved_[{incident->queue, "cancelled"}];
      break;
    case desk::DeskEvent::Kind::closed:
      break;
  }
}

std::chrono::steady_clock::duration Metrics::round(const Core& core) {
  using Duration = std::chrono::steady_clock::duration;
  constexpr Duration not_soon = std::chrono::hours{1};
  if (!outdated_) return not_soon;
  const auto now = clock_();
  const auto pause = std::max<Duration>(drawing_pause, drawing_took_ * drawing_share);
  if (now < drawn_at_ + pause) return drawn_at_ + pause - now;
  draw(core);
  outdated_ = false;
  drawn_at_ = clock_();
  drawing_took_ = drawn_at_ - now;
  return not_soon;
}

void Metrics::draw(const Core& core) {
  auto picture = std::make_shared<Picture>();
  picture->backlog = core.desk().backlog();
  picture->alarms_active = core.correlator().active_by_severity();
  picture->rules = core.setup().judging.rules;
  const auto shown = std::min(picture->rules->names().size(), limits::rule_series_max);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto rule = static_cast<rules::RuleNumber>(i);
    picture->hits.push_back(core.rule_hits(rule));
    picture->unstated.push_back(core.rule_unstated(rule));
  }
  picture->opened = opened_;
  picture->resolved = resolved_;
  picture->unallocated = unallocated_;
  for (const auto source : core.progress().behind()) {
    picture->behind.push_back({std::string(core.source_name(source)),
                               core.progress().watermark(source),
                               core.progress().is_stalled(source)});
  }
  picture->dead_letters = core.dead_letters().all().size();
  picture->dead_letters_lost = core.dead_letters().crowded_out();
  const std::lock_guard lock(mutex_);
  picture_ = std::move(picture);
}

void Metrics::durable(rules::Time wall) {
  Receipts allocated;
  {
    const std::lock_guard lock(mutex_);
    if (allocated_.empty()) return;
    allocated = std::move(allocated_.front());
    allocated_.pop_front();
  }
  for (const auto received_at : allocated) observe(*allocation_seconds_, received_at, wall);
}

void Metrics::commit(double took) { commit_seconds_->Observe(took); }

bool Metrics::refused(Refused reason, rules::Time at) {
  const std::lock_guard lock(mutex_);
  auto& refusals = refusals_[static_cast<std::size_t>(reason)];
  const bool was_quiet = ++refusals.count == 1 || at - refusals.last >= limits::refusals_quiet;
  refusals.last = at;
  return was_quiet;
}

void Metrics::reload(bool success, rules::Time at, const Setup& setup) {
  const std::lock_guard lock(mutex_);
  reloads_.success = success;
  if (success) reloads_.succeeded_at = at;
  reloads_.hash = setup.hash;
  reloads_.number = setup.number();
  reloads_.certificate_ends.reset();
  if (setup.tls) reloads_.certificate_ends = setup.tls->not_after();
}

}  // namespace deskd::daemon

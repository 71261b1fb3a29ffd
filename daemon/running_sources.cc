#include "daemon/running_sources.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <random>

#include <fmt/format.h>

#include "config/limits.h"
#include "connectors/kafka/kafka_source.h"
#include "connectors/snmp/receiver/snmp_receiver.h"
#include "daemon/core/current_setup.h"
#include "daemon/log.h"

namespace deskd::daemon {

namespace {

using connectors::SourceKind;

constexpr auto looked_every = std::chrono::milliseconds{5};
constexpr auto tried_again_every = std::chrono::seconds{1};
/// RFC 3414, section 2.2.2: an engine that has started this often keeps the number.
constexpr std::uint32_t engine_boots_max = std::numeric_limits<std::int32_t>::max();

/// Where the core's thread leaves what the waiting thread, which may have gone by then, wants.
template <class T>
struct Awaited {
  std::mutex mutex;
  std::optional<T> value;     // under mutex
  bool is_answered = false;   // under mutex
  bool is_confirmed = false;  // under mutex

  bool is_done() {
    const std::lock_guard lock(mutex);
    return is_answered;
  }
  void answer(bool confirmed) {
    const std::lock_guard lock(mutex);
    is_answered = true;
    is_confirmed = confirmed;
  }
};

std::string random_seed() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

log::Level level_of(connectors::KafkaLogLevel level) {
  switch (level) {
    case connectors::KafkaLogLevel::info:
      return log::Level::info;
    case connectors::KafkaLogLevel::warning:
      return log::Level::warning;
    case connectors::KafkaLogLevel::error:
      break;
  }
  return log::Level::error;
}

void log_snmp(std::string_view source, const connectors::SourceState& state) {
  const auto level = state.detail.empty() ? log::Level::info : log::Level::warning;
  log::write(level, "snmp", state.detail.empty() ? state.state : state.state + ": " + state.detail,
             {{"source", std::string(source)}});
}

}  // namespace

RunningSources::RunningSources(Parts parts)
    : parts_(std::move(parts)), thread_([this] { run(); }) {}

RunningSources::~RunningSources() { stop(); }

void RunningSources::adopt(std::shared_ptr<const Setup> setup) {
  std::unique_lock lock(mutex_);
  wanted_ = std::move(setup);
  changed_.notify_all();
  changed_.wait_for(lock, limits::sources_started_within,
                    [this] { return is_stopping_ || (wanted_ == nullptr && !is_following_); });
}

void RunningSources::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool RunningSources::have_started() const {
  const std::lock_guard lock(mutex_);
  return have_started_;
}

std::vector<RunningSourceView> RunningSources::views() const {
  std::map<std::string, Running, std::less<>> running;
  {
    const std::lock_guard lock(mutex_);
    running = running_;
  }
  std::vector<RunningSourceView> views;
  for (const auto& [name, its] : running) {
    RunningSourceView& view = views.emplace_back(RunningSourceView{name, {}, {}, {}, {}});
    if (its.kafka != nullptr) {
      auto kafka = its.kafka->view();
      view.state = connectors::state_of(kafka);
      view.kafka = kafka.counts;
      view.lags = std::move(kafka.lags);
    } else {
      view.state = its.source->state();
    }
    if (its.snmp != nullptr) view.dropped = its.snmp->dropped();
  }
  return views;
}

void RunningSources::run() {
  std::shared_ptr<const Setup> setup;
  bool is_complete = true;
  std::unique_lock lock(mutex_);
  while (true) {
    const auto is_due = [this] { return is_stopping_ || wanted_ != nullptr; };
    if (is_complete) {
      changed_.wait(lock, is_due);
    } else {
      changed_.wait_for(lock, tried_again_every, is_due);
    }
    if (is_stopping_) break;
    if (wanted_ != nullptr) setup = std::exchange(wanted_, nullptr);
    is_following_ = true;
    lock.unlock();
    is_complete = follow(setup);
    lock.lock();
    is_following_ = !is_complete;
    have_started_ = have_started_ || is_complete;
    changed_.notify_all();
  }
  lock.unlock();
  stop_others(nullptr);
}

// Kafka first: it asks nothing of a ledger that has no room.
bool RunningSources::follow(const std::shared_ptr<const Setup>& setup) {
  stop_others(setup.get());
  const bool is_kafka_complete = follow(setup, SourceKind::kafka);
  return follow(setup, SourceKind::snmp) && is_kafka_complete;
}

bool RunningSources::follow(const std::shared_ptr<const Setup>& setup, SourceKind kind) {
  bool is_complete = true;
  for (const auto& source : setup->judging.sources) {
    if (source.kind != kind) continue;
    // Only this thread changes the map, so it may read it without the lock.
    if (const auto found = running_.find(source.name); found != running_.end()) {
      found->second.source->adopt(judging_of(setup));
      continue;
    }
    auto made = kind == SourceKind::kafka ? make_kafka(source.name) : make_snmp(source.name, setup);
    if (!made) {
      is_complete = false;
      continue;
    }
    made->source->start();
    const std::lock_guard lock(mutex_);
    running_.emplace(source.name, std::move(*made));
  }
  return is_complete;
}

void RunningSources::stop_others(const Setup* setup) {
  std::vector<Running> leaving;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(running_, [&](const auto& entry) {
      const auto* source = setup == nullptr ? nullptr : setup->judging.find(entry.first);
      if (source != nullptr && source->kind == entry.second.kind) return false;
      leaving.push_back(entry.second);
      return true;
    });
  }
  for (const Running& its : leaving) its.source->stop();
}

std::optional<RunningSources::Running> RunningSources::make_kafka(const std::string& source) {
  const auto positions = ask_positions(source);
  if (!positions) return {};
  auto made = std::make_shared<connectors::KafkaSource>(connectors::KafkaParts{
      .source = source,
      .setup = [setup = parts_.setup] { return judging_of(setup()); },
      .accounts = parts_.accounts,
      .inbox = parts_.inbox,
      .clock = parts_.clock,
      .stored = {.partitions = positions->partitions, .watermark = positions->watermark},
      .on_log =
          [source](connectors::KafkaLogLevel level, std::string_view text) {
            log::write(level_of(level), "kafka", text, {{"source", source}});
          }});
  return Running{.kind = SourceKind::kafka, .source = made, .kafka = made.get(), .snmp = nullptr};
}

std::optional<RunningSources::Running> RunningSources::make_snmp(
    const std::string& source, const std::shared_ptr<const Setup>& setup) {
  if (!know_engine()) return {};
  auto made = std::make_shared<connectors::SnmpReceiver>(
      connectors::SnmpReceiver::Parts{.source = source,
                                      .accounts = parts_.accounts,
                                      .inbox = parts_.inbox,
                                      .clock = parts_.clock,
                                      .engine_seed = engine_seed_,
                                      .engine_boots = engine_boots_,
                                      .engine_started = engine_started_,
                                      .repeat_window = setup->settings.repeat_window,
                                      .on_change = log_snmp},
      judging_of(setup));
  return Running{.kind = SourceKind::snmp, .source = made, .kafka = nullptr, .snmp = made.get()};
}

std::optional<SourcePositions> RunningSources::ask_positions(const std::string& source) {
  // What one of this name offered before it was stopped moves its positions.
  const bool is_empty = wait_until([&] {
    return std::ranges::none_of(parts_.inbox.fill(), [&](const auto& lane) {
      return lane.source == source && lane.bytes > 0;
    });
  });
  if (!is_empty) return {};
  const auto awaited = std::make_shared<Awaited<SourcePositions>>();
  parts_.core.query(
      [awaited, source](const Core& core) {
        const std::lock_guard lock(awaited->mutex);
        awaited->value = core.positions_of(source);
        return true;
      },
      [awaited](const Confirmation& given) {
        awaited->answer(given.kind != Confirmation::Kind::refused);
      });
  if (!wait_until([&] { return awaited->is_done(); })) return {};
  const std::lock_guard lock(awaited->mutex);
  return awaited->is_confirmed ? awaited->value : std::nullopt;
}

/// One more start of the SNMP engine, durable; once in the life of the process.
bool RunningSources::know_engine() {
  if (engine_boots_ > 0) return true;
  const auto awaited = std::make_shared<Awaited<ledger::SnmpEngine>>();
  parts_.core.command(
      [awaited](Core& core) {
        ledger::SnmpEngine engine = core.snmp_engine();
        engine.boots = std::min(engine.boots + 1, engine_boots_max);
        if (engine.seed.empty()) engine.seed = random_seed();
        core.set_snmp_engine(engine);
        const std::lock_guard lock(awaited->mutex);
        awaited->value = std::move(engine);
      },
      [awaited](const Confirmation& given) {
        awaited->answer(given.kind == Confirmation::Kind::confirmed);
      });
  if (!wait_until([&] { return awaited->is_done(); })) return false;
  const std::lock_guard lock(awaited->mutex);
  if (!awaited->is_confirmed || !awaited->value) return false;
  engine_boots_ = awaited->value->boots;
  engine_seed_ = awaited->value->seed;
  engine_started_ = std::chrono::steady_clock::now();
  return true;
}

bool RunningSources::wait_until(const std::function<bool()>& is_done) const {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    lock.unlock();
    if (is_done()) return true;
    lock.lock();
    changed_.wait_for(lock, looked_every, [this] { return is_stopping_; });
  }
  return false;
}

}  // namespace deskd::daemon

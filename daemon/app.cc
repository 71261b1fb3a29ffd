#include "daemon/app.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "daemon/api/api.h"
#include "daemon/api/listener.h"
#include "daemon/core/core_thread.h"
#include "daemon/core/current_setup.h"
#include "daemon/log.h"
#include "daemon/metrics/metrics.h"
#include "daemon/notify.h"
#include "daemon/recovery.h"
#include "daemon/reload.h"
#include "daemon/running_sources.h"

namespace deskd::daemon {

namespace {

constexpr int stopped = 0;
constexpr int fault = 1;
constexpr int bad_configuration = 78;  // EX_CONFIG of sysexits.h
constexpr auto stop_patience = std::chrono::seconds{20};

rules::Time wall_clock() {
  return std::chrono::time_point_cast<rules::Duration>(std::chrono::system_clock::now());
}

sigset_t awaited_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

// An unknown outcome of a commit: what was acknowledged is on the disk, what is in memory may not
// be. Only a new start tells.
[[noreturn]] void end_broken(const std::string& reason) {
  log::error("ledger", "the ledger failed: ending now, the next start recovers",
             {{"reason", reason}});
  std::_Exit(fault);
}

// Once until there has been a quiet time: who floods the listener must not fill the log.
void warn_of_refusals(std::string_view reason, const std::string& peer) {
  log::warning("api", "requests are turned away: desk_api_refused_total counts them",
               {{"reason", std::string(reason)}, {"peer", peer}});
}

/// All running parts, in the order in which they depend on each other.
class App {
 public:
  App(std::shared_ptr<const Setup> setup, Recovered recovered)
      : inbox_([this] { core_.wake(); }),
        metrics_(accounts_, inbox_, DESKD_VERSION),
        core_(std::move(recovered.core), std::move(recovered.ledger), core_parts()),
        sources_({.accounts = accounts_,
                  .inbox = inbox_,
                  .core = core_,
                  .clock = wall_clock,
                  .setup = [this] { return current_.get(); }}),
        intake_([this] { return judging_of(current_.get()); }, accounts_, inbox_),
        listener_({.host = setup->settings.listen_host, .port = setup->settings.listen_port},
                  [this](auto request, auto respond) {
                    api_.serve(std::move(request), std::move(respond));
                  }),
        reloader_(reload_parts(*setup)),
        api_(api_parts()) {
    publish(setup);
    metrics_.reload(true, wall_clock(), *setup);
  }

  ~App() { stop(); }

  std::expected<void, std::string> start() {
    core_.start();
    auto listens = listener_.start();
    if (listens) sources_.adopt(current_.get());
    return listens;
  }

  /// What was accepted is committed and answered before this returns.
  bool stop() {
    sources_.stop();
    inbox_.close();
    const bool done = core_.stop(stop_patience);
    listener_.stop();
    return done;
  }

  std::uint16_t port() const { return listener_.port(); }
  std::uint64_t rounds() const { return core_.rounds(); }
  Reloader& reloader() { return reloader_; }

 private:
  CoreThread::Parts core_parts() {
    return {.inbox = inbox_,
            .accounts = accounts_,
            .clock = wall_clock,
            .on_turn = [this](const Core& core, const Turn& turn) { metrics_.turn(core, turn); },
            .on_round = [this](const Core& core) { return metrics_.round(core); },
            .on_durable = [this] { metrics_.durable(wall_clock()); },
            .on_commit = [this](double seconds) { metrics_.commit(seconds); },
            .on_room =
                [](bool has_room, const std::string& reason) {
                  if (has_room) return log::info("ledger", "has room again: alerts are taken");
                  log::error("ledger", "has no room: senders are told to come again",
                             {{"reason", reason}});
                },
            .on_broken = end_broken};
  }

  Reloader::Parts reload_parts(const Setup& first) {
    return {.config_path = first.config_path,
            .running = first.settings,
            .core = core_,
            .publish = [this](std::shared_ptr<const Setup> setup) { publish(std::move(setup)); },
            .on_result = [this](const ReloadResult& result) { report(result); }};
  }

  api::Parts api_parts() {
    return {
        .core = core_,
        .intake = intake_,
        .accounts = accounts_,
        .inbox = inbox_,
        .metrics = metrics_,
        .setup = [this] { return current_.get(); },
        .reload = [this](Reloader::Done done) { reloader_.request(std::move(done)); },
        .health = [this] { return health(); },
        .running_sources = [this] { return sources_.views(); },
        .version = DESKD_VERSION,
        .started_at = wall_clock(),
        .run = [this](std::move_only_function<void()> work) { listener_.post(std::move(work)); },
        .warn = warn_of_refusals};
  }

  void publish(std::shared_ptr<const Setup> setup) {
    for (const auto& source : setup->judging.sources) {
      inbox_.set_lane(source.name, source.lane_bytes);
      accounts_.settled(source.name, {});  // its books begin at zero, not at its first alert
    }
    listener_.set_tls(setup->tls);
    current_.set(std::move(setup));
  }

  void report(const ReloadResult& result) {
    metrics_.reload(result.taken_over, wall_clock(), *current_.get());
    if (result.taken_over) {
      log::info("config", "reloaded",
                {{"setup", std::to_string(result.number)}, {"hash", result.hash}});
      sources_.adopt(current_.get());
    } else if (!result.fault.empty()) {
      log::error("config", "reload not committed, the old setup stays", {{"reason", result.fault}});
    } else {
      log::error("config", "reload refused, the old setup stays");
    }
    for (const auto& problem : result.problems.all()) {
      const bool is_error = problem.level == config::Level::error;
      log::write(is_error ? log::Level::error : log::Level::warning, "config",
                 config::headline(problem));
    }
    for (const auto& text : result.restarts) log::warning("config", text);
  }

  api::Health health() const {
    const auto ledger = core_.ledger_health();
    api::Health health{{}, ledger.bytes};
    if (!sources_.have_started()) health.not_ready.push_back("not all sources have started yet");
    if (!ledger.has_room) health.not_ready.push_back("the ledger has no room: " + ledger.reason);
    return health;
  }

  connectors::Accounts accounts_;
  connectors::Inbox inbox_;
  Metrics metrics_;
  CurrentSetup current_;
  CoreThread core_;
  RunningSources sources_;
  connectors::Intake intake_;
  api::Listener listener_;
  Reloader reloader_;
  api::Api api_;
};

/// Waits for a signal, feeding the watchdog as long as the core goes round.
int next_signal(const App& app, const Notify& notify) {
  const sigset_t signals = awaited_signals();
  const auto interval = notify.watchdog_interval().value_or(std::chrono::seconds{3600});
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(interval);
  const timespec patience{seconds.count(), std::chrono::nanoseconds(interval - seconds).count()};
  std::uint64_t rounds_seen = 0;
  while (true) {
    const int signal = sigtimedwait(&signals, nullptr, &patience);
    if (signal > 0) return signal;
    if (std::exchange(rounds_seen, app.rounds()) != app.rounds()) notify.alive();
  }
}

int live(App& app, const Notify& notify) {
  while (next_signal(app, notify) == SIGHUP) {
    notify.reloading();
    app.reloader().request([&notify](const ReloadResult& result) {
      notify.ready(result.taken_over ? "reloaded" : "reload refused: the old setup stays");
    });
  }
  notify.stopping("commits what was accepted");
  log::info("daemon", "stopping: what was accepted is committed and answered first");
  if (app.stop()) {
    log::info("daemon", "stopped");
    return stopped;
  }
  log::error("daemon", "stopped before all was committed: what was not had not been acknowledged");
  // The ledger's thread may still hold answers that point into the parts: nothing is taken apart.
  std::_Exit(fault);
}

}  // namespace

int run(const AppOptions& options) {
  const sigset_t signals = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a full disk, not an end
  const auto notify = Notify::from_environment();

  config::Problems problems;
  std::shared_ptr<Setup> setup =
      load_setup(options.config_path, problems, {.mib_program = this_program, .may_keep = true});
  if (!setup) {
    std::fputs(problems.text().c_str(), stderr);
    return bad_configuration;
  }
  for (const auto& problem : problems.all()) log::warning("config", config::headline(problem));

  auto recovered = recover(
      setup, {.wall = wall_clock(), .accept_clock = options.accept_clock, .notify = notify});
  if (!recovered) {
    log::error("ledger", recovered.error().detail);
    return recovered.error().is_clock ? bad_configuration : fault;
  }
  App app(setup, std::move(*recovered));
  if (const auto started = app.start(); !started) {
    log::error("api", started.error());
    return fault;
  }
  const std::string& host = setup->settings.listen_host;
  const bool is_ipv6 = host.find(':') != std::string::npos;
  const std::string address = fmt::format("{}://{}{}{}:{}", setup->tls ? "https" : "http",
                                          is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", app.port());
  log::info("daemon", "ready",
            {{"listen", address}, {"ledger", setup->settings.ledger_path}, {"setup", setup->hash}});
  notify.ready("listens on " + address);
  return live(app, notify);
}

}  // namespace deskd::daemon

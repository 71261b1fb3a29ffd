#include "daemon/reload.h"

#include <future>
#include <utility>

namespace deskd::daemon {

namespace {

// The new file may listen on loopback alone and so need no tokens; the socket is still the old one.
constexpr const char* still_reachable =
    "until it is restarted deskd listens where other machines reach it, so http.tokens and the "
    "auth of every source must stay";

}  // namespace

Reloader::Reloader(Parts parts) : parts_(std::move(parts)), thread_([this] { run(); }) {}

Reloader::~Reloader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Reloader::request(Done done) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(done));
  }
  wake_.notify_one();
}

void Reloader::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    Done done = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    reload(std::move(done));
    lock.lock();
  }
}

void Reloader::reload(Done done) {
  ReloadResult result;
  std::shared_ptr<Setup> setup = load_setup(parts_.config_path, result.problems,
                                            {.mib_program = this_program, .may_keep = true});
  if (setup && !parts_.running.is_loopback && !setup->is_guarded()) {
    const auto file = std::make_shared<config::SourceFile>(setup->config_path, std::string{});
    result.problems.error({file}, still_reachable);
    setup.reset();
  }
  if (setup) {
    result.restarts = needs_restart(parts_.running, setup->settings);
    result.hash = setup->hash;
    std::promise<Confirmation> committed;
    parts_.core.command(
        [&](Core& core) {
          auto adopted = core.adopt(std::move(setup));
          result.number = adopted->number();
          parts_.publish(std::move(adopted));
        },
        [&](const Confirmation& confirmation) { committed.set_value(confirmation); });
    const Confirmation confirmation = committed.get_future().get();
    result.taken_over = confirmation.kind == Confirmation::Kind::confirmed;
    if (!result.taken_over) result.fault = confirmation.reason;
  }
  parts_.on_result(result);
  done(std::move(result));
}

}  // namespace deskd::daemon

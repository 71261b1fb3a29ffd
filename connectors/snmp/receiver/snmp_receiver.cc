#include "connectors/snmp/receiver/snmp_receiver.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "config/check.h"
#include "config/limits.h"
#include "config/thread_name.h"

namespace deskd::connectors {
class SnmpReceiver::Mailbox {
 public:
  struct Mail {
    std::vector<Settled> settled;
    std::shared_ptr<const Judging> setup;
    bool stop = false;
  };

  Mailbox() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { DESKD_CHECK(descriptor_ >= 0); }
  ~Mailbox() { close(descriptor_); }
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  int descriptor() const { return descriptor_; }

  template <typename Change>
  void leave(Change change) {
    {
      const std::lock_guard lock(mutex_);
      change(mail_);
    }
    const std::uint64_t one = 1;
    // Full: then it is readable, which is all that it is for.
    static_cast<void>(!write(descriptor_, &one, sizeof one));
  }

  Mail take() {
    std::uint64_t count = 0;
    static_cast<void>(!read(descriptor_, &count, sizeof count));
    const std::lock_guard lock(mutex_);
    return std::exchange(mail_, {});
  }

 private:
  const int descriptor_;
  std::mutex mutex_;
  Mail mail_;  // under mutex_
};

SnmpReceiver::SnmpReceiver(Parts parts, std::shared_ptr<const Judging> setup)
    : parts_(std::move(parts)), mailbox_(std::make_shared<Mailbox>()), intake_(intake_parts()) {
  settings_ = setup->find(parts_.source)->snmp;
  intake_.adopt(std::move(setup), now());
  engine_id_ = intake_.engine_id();
}

SnmpReceiver::~SnmpReceiver() { stop(); }

TrapIntake::Parts SnmpReceiver::intake_parts() {
  return {.source = parts_.source,
          .accounts = parts_.accounts,
          .inbox = parts_.inbox,
          .drops = drops_,
          .engine_seed = parts_.engine_seed,
          .engine_boots = parts_.engine_boots,
          .repeat_window = parts_.repeat_window,
          .send = [this](const ReturnPath& path, std::string_view bytes) { send(path, bytes); },
          .on_settled =
              [mailbox = mailbox_](std::vector<InformKey> informs, bool is_durable) {
                mailbox->leave([&](Mailbox::Mail& mail) {
                  mail.settled.push_back({std::move(informs), is_durable});
                });
              }};
}

void SnmpReceiver::start() {
  listen(*settings_);
  thread_ = std::thread([this] {
    config::name_this_thread("snmp:" + parts_.source);
    run();
  });
}

void SnmpReceiver::stop() {
  if (!thread_.joinable()) return;
  mailbox_->leave([](Mailbox::Mail& mail) { mail.stop = true; });
  thread_.join();
  const std::lock_guard lock(mutex_);
  for (const auto& socket : std::exchange(sockets_, {})) closed_drops_ += socket->kernel_drops();
}

void SnmpReceiver::adopt(std::shared_ptr<const Judging> setup) {
  const Source* const source = setup->find(parts_.source);
  if (source == nullptr || source->snmp == nullptr) return;  // the app will stop this one
  mailbox_->leave([&](Mailbox::Mail& mail) { mail.setup = std::move(setup); });
}

SourceState SnmpReceiver::state() const {
  const std::lock_guard lock(mutex_);
  SourceState state{
      .state = sockets_.empty() ? "not listening" : "listening", .detail = problem_, .facts = {}};
  state.facts.emplace_back("engine_id", engine_text(engine_id_));
  state.facts.emplace_back("engine_boots", fmt::to_string(parts_.engine_boots));
  for (const auto& socket : sockets_) {
    const bool is_v6 = socket->address().host.find(':') != std::string::npos;
    state.facts.emplace_back(
        "listen", fmt::format("{}{}{}:{}, buffer {} KiB", is_v6 ? "[" : "", socket->address().host,
                              is_v6 ? "]" : "", socket->port(), socket->buffer_bytes() / 1024));
  }
  return state;
}

std::vector<std::pair<std::string_view, std::uint64_t>> SnmpReceiver::dropped() const {
  std::vector<std::pair<std::string_view, std::uint64_t>> all;
  for (std::size_t i = 0; i < drop_reason_names.size(); ++i) {
    all.emplace_back(drop_reason_names[i], drops_.of(static_cast<DropReason>(i)));
  }
  const std::lock_guard lock(mutex_);
  std::uint64_t& kernel = all[static_cast<std::size_t>(DropReason::kernel)].second;
  kernel = closed_drops_;
  for (const auto& socket : sockets_) kernel += socket->kernel_drops();
  return all;
}

std::vector<std::uint16_t> SnmpReceiver::ports() const {
  std::vector<std::uint16_t> ports;
  const std::lock_guard lock(mutex_);
  for (const auto& socket : sockets_) ports.push_back(socket->port());
  return ports;
}

void SnmpReceiver::run() {
  bool may_come_more = false;
  while (!is_stopping_) {
    if (!may_come_more) wait_for_news();
    take_mail();
    const bool is_complete = listen_again_at_ == std::chrono::nanoseconds{};
    if (!is_complete && now().running >= listen_again_at_) listen(*settings_);
    may_come_more = receive_from(sockets_);
    intake_.flush(now(), may_come_more);
  }
  finish();
}

// Only this thread changes sockets_, so it may read them without the lock.
bool SnmpReceiver::receive_from(const Sockets& sockets) {
  bool any = false;
  for (const auto& socket : sockets) {
    const Moment moment = now();
    any |= socket->receive(buffers_,
                           [&](const Datagram& datagram) { intake_.take(datagram, moment); }) > 0;
  }
  return any;
}

// What the kernel has taken for a socket is lost with it, and nobody would count it.
void SnmpReceiver::read_out(const Sockets& sockets) {
  const auto until = now().running + limits::snmp_last_look_max;
  while (receive_from(sockets) && now().running < until) intake_.flush(now(), true);
}

void SnmpReceiver::wait_for_news() {
  std::vector<pollfd> waited{{.fd = mailbox_->descriptor(), .events = POLLIN, .revents = 0}};
  if (!is_stopping_) {
    for (const auto& socket : sockets_) {
      waited.push_back({.fd = socket->descriptor(), .events = POLLIN, .revents = 0});
    }
  }
  const bool is_complete = listen_again_at_ == std::chrono::nanoseconds{};
  constexpr std::chrono::milliseconds patience = limits::snmp_listen_retry;
  const int timeout = is_complete && !is_stopping_ ? -1 : static_cast<int>(patience.count());
  static_cast<void>(poll(waited.data(), waited.size(), timeout));
}

void SnmpReceiver::take_mail() {
  Mailbox::Mail mail = mailbox_->take();
  const Moment moment = now();
  for (const Settled& settled : mail.settled) {
    intake_.settle(settled.informs, settled.is_durable, moment);
  }
  is_stopping_ = is_stopping_ || mail.stop;
  if (!mail.setup) return;
  settings_ = mail.setup->find(parts_.source)->snmp;
  intake_.adopt(std::move(mail.setup), moment);
  {
    const std::lock_guard lock(mutex_);
    engine_id_ = intake_.engine_id();
  }
  if (!is_stopping_) listen(*settings_);
}

// What was offered is still committed by the core; the senders of informs are to hear of it.
void SnmpReceiver::finish() {
  read_out(sockets_);
  intake_.flush(now(), false);
  const auto until = now().running + limits::answer_within_stop;
  while (intake_.informs_waiting() > 0 && now().running < until) {
    wait_for_news();
    take_mail();
  }
}

void SnmpReceiver::listen(const SnmpSettings& settings) {
  std::string problem;
  Sockets wanted = open(settings, sockets_, problem);
  const bool is_any_closed = close_others(wanted);
  // One that is closed now may have stood in the way: 127.0.0.1:162 in that of 0.0.0.0:162.
  if (is_any_closed && !problem.empty()) wanted = open(settings, wanted, problem);
  listen_again_at_ = problem.empty()
                         ? std::chrono::nanoseconds{}
                         : now().running + std::chrono::nanoseconds(limits::snmp_listen_retry);
  const bool is_change = is_any_closed || wanted != sockets_ || problem != problem_;
  {
    const std::lock_guard lock(mutex_);
    sockets_ = std::move(wanted);
    problem_ = std::move(problem);
  }
  if (is_change && parts_.on_change) parts_.on_change(parts_.source, state());
}

// Sockets that are still wanted stay open, so that a new setup loses no datagram.
SnmpReceiver::Sockets SnmpReceiver::open(const SnmpSettings& settings, const Sockets& before,
                                         std::string& problem) {
  Sockets wanted;
  problem.clear();
  for (const UdpAddress& address : settings.listen) {
    const auto stays = std::ranges::find_if(before, [&](const auto& socket) {
      // Each once: of port 0 there may be several.
      return socket->address() == address && std::ranges::find(wanted, socket) == wanted.end();
    });
    if (stays != before.end()) {
      wanted.push_back(*stays);
    } else if (auto opened = UdpSocket::open(address)) {
      wanted.push_back(std::move(*opened));
    } else {
      problem += (problem.empty() ? "" : "; ") + opened.error();
    }
  }
  return wanted;
}

bool SnmpReceiver::close_others(const Sockets& wanted) {
  Sockets closing;
  std::ranges::copy_if(sockets_, std::back_inserter(closing), [&](const auto& socket) {
    return std::ranges::find(wanted, socket) == wanted.end();
  });
  if (closing.empty()) return false;
  read_out(closing);
  const std::lock_guard lock(mutex_);
  for (const auto& socket : closing) closed_drops_ += socket->kernel_drops();
  std::erase_if(sockets_, [&](const auto& socket) {
    return std::ranges::find(closing, socket) != closing.end();
  });
  return true;
}

void SnmpReceiver::send(const ReturnPath& path, std::string_view bytes) {
  const auto found = std::ranges::find(sockets_, path.socket, &UdpSocket::number);
  // A socket that a new setup closed: the sender asks again.
  if (found != sockets_.end()) (*found)->send(path, bytes);
}

Moment SnmpReceiver::now() const {
  return {.wall = parts_.clock(),
          .running = std::chrono::steady_clock::now() - parts_.engine_started};
}

}  // namespace deskd::connectors

// Sends SNMP v2c traps to 127.0.0.1 at a rate, from several addresses; the result is a line of
// JSON. Who received how many of them, only the receiver can say.
//
//   trap_load --port 9162 --rate 100000 --seconds 5

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <memory>
#include <span>
#include <system_error>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/bench/load/report.h"
#include "tests/bench/load/trap_packets.h"

namespace {

using namespace deskd::bench;

constexpr std::size_t at_once = 64;                       // in one call
constexpr auto pause = std::chrono::microseconds{200};    // between calls
constexpr double burst_min = 16;                          // traps, which no receiver should notice
constexpr auto burst_max = std::chrono::milliseconds{2};  // of what was missed while not running

struct Options {
  std::uint16_t port = 0;
  double rate = 10'000;
  double seconds = 5;
  std::uint32_t distinct = 1000;
  std::uint32_t senders = 16;
};

/// A socket with an address of its own among 127.0.1.0/24, so that the receiver sees many agents.
class Sender {
 public:
  Sender(std::uint32_t number, std::uint16_t port)
      : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    const auto from = address(0x7F000100 + number, 0);
    const auto to = address(INADDR_LOOPBACK, port);
    const auto* const from_raw = reinterpret_cast<const sockaddr*>(&from);
    const auto* const to_raw = reinterpret_cast<const sockaddr*>(&to);
    if (descriptor_ < 0 || ::bind(descriptor_, from_raw, sizeof from) != 0 ||
        ::connect(descriptor_, to_raw, sizeof to) != 0) {
      throw std::system_error(errno, std::generic_category(), "a sender's socket");
    }
  }
  ~Sender() { ::close(descriptor_); }
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  /// How many were taken by the kernel.
  std::size_t send(std::span<TrapPacket*> traps) const {
    std::array<iovec, at_once> parts{};
    std::array<mmsghdr, at_once> messages{};
    for (std::size_t i = 0; i < traps.size(); ++i) {
      parts[i] = {.iov_base = traps[i]->bytes.data(), .iov_len = traps[i]->bytes.size()};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int sent =
        ::sendmmsg(descriptor_, messages.data(), static_cast<unsigned>(traps.size()), 0);
    if (sent < 0 && errno == ECONNREFUSED) {
      throw std::system_error(errno, std::generic_category(), "nobody listens");
    }
    return static_cast<std::size_t>(std::max(0, sent));
  }

 private:
  static sockaddr_in address(std::uint32_t host, std::uint16_t port) {
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(port);
    made.sin_addr.s_addr = htonl(host);
    return made;
  }

  int descriptor_;
};

class Load {
 public:
  explicit Load(const Options& options) : options_(options) {
    for (std::uint32_t i = 1; i <= options.senders; ++i) {
      senders_.push_back(std::make_unique<Sender>(i, options.port));
    }
    const std::uint32_t each = std::max(1U, options.distinct / options.senders);
    for (std::uint32_t i = 1; i <= each; ++i) traps_.push_back(make_trap(i));
  }

  void run() {
    const auto began = Clock::now();
    const auto end = began + std::chrono::duration_cast<Clock::duration>(
                                 std::chrono::duration<double>(options_.seconds));
    const double burst = std::max(burst_min, options_.rate * seconds(burst_max));
    double due = 0;
    for (auto last = began, now = began; now < end; last = now, now = Clock::now()) {
      due = std::min(due + options_.rate * seconds(now - last), burst);
      while (due >= 1) {
        const std::size_t sent = send(static_cast<std::size_t>(due), now);
        due -= static_cast<double>(sent);
        if (sent == 0) break;
      }
      std::this_thread::sleep_for(pause);
    }
    took_ = Clock::now() - began;
  }

  void print(double cpu) const {
    const double reached = static_cast<double>(sent_) / seconds(took_);
    constexpr double enough = 0.97;  // of the rate that was asked for
    Report()
        .count("sent", sent_)
        .number("traps_per_second", reached)
        .number("asked_per_second", options_.rate)
        .count("trap_bytes", traps_.front().bytes.size())
        .flag("rate_was_reached", reached >= enough * options_.rate)
        .own_share(cpu, took_)
        .print();
  }

 private:
  /// Sends up to `wanted`, all by one sender.
  std::size_t send(std::size_t wanted, Clock::time_point now) {
    // Since the machine's start: where an uptime goes back, a receiver may take a trap for old.
    const auto uptime = static_cast<std::uint32_t>(seconds(now.time_since_epoch()) * 100);
    std::array<TrapPacket*, at_once> group{};
    const std::size_t count = std::min({wanted, at_once, traps_.size()});
    for (std::size_t i = 0; i < count; ++i) {
      group[i] = &traps_[next_trap_++ % traps_.size()];
      write_number(group[i]->bytes, group[i]->uptime, uptime);
      write_number(group[i]->bytes, group[i]->request_id, ++request_id_ & 0x7FFFFFFF);
    }
    const std::size_t sent =
        senders_[next_sender_++ % senders_.size()]->send(std::span(group).first(count));
    sent_ += sent;
    return sent;
  }

  const Options options_;
  std::vector<std::unique_ptr<Sender>> senders_;
  std::vector<TrapPacket> traps_;
  std::size_t next_trap_ = 0;
  std::size_t next_sender_ = 0;
  std::uint32_t request_id_ = 0;
  std::uint64_t sent_ = 0;
  Clock::duration took_{};
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli{"Sends SNMP v2c traps at a rate.", "trap_load"};
  Options options;
  cli.add_option("--port", options.port, "of the receiver on 127.0.0.1")->required();
  cli.add_option("--rate", options.rate, "traps a second")->capture_default_str();
  cli.add_option("--seconds", options.seconds, "how long")->capture_default_str();
  cli.add_option("--distinct", options.distinct, "different (agent, interface) pairs, about")
      ->capture_default_str();
  cli.add_option("--senders", options.senders, "addresses that send, 127.0.1.1 and on")
      ->check(CLI::Range(1, 250))
      ->capture_default_str();
  CLI11_PARSE(cli, argc, argv);
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  try {
    Load load(options);
    const double cpu = cpu_seconds();
    load.run();
    load.print(cpu_seconds() - cpu);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "trap_load: %s\n", error.what());
    return 1;
  }
}

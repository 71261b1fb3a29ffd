#pragma once
// Tells the service manager how deskd is doing, by the protocol of sd_notify(3).

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace deskd::daemon {

/// Any thread: immutable after construction, and each call is one datagram of its own. Nothing here
/// blocks or fails: a message that the manager's socket does not take at once is lost, as if the
/// daemon had been started by hand.
class Notify {
 public:
  /// `address` as $NOTIFY_SOCKET states it: a path, or `@name` for an abstract socket. Empty or not
  /// a local socket: every call does nothing.
  explicit Notify(std::string address) : Notify(std::move(address), std::nullopt) {}
  /// Reads $NOTIFY_SOCKET, and $WATCHDOG_USEC where $WATCHDOG_PID is unset or this process.
  static Notify from_environment();

  bool has_manager() const { return !address_.empty(); }
  /// How often `alive` is due: half of what the manager allows. Nothing: it does not watch.
  std::optional<std::chrono::microseconds> watchdog_interval() const { return watchdog_interval_; }

  /// Start or reload is complete. `status` is one line for people, shown by `systemctl status`.
  void ready(std::string_view status) const;
  void reloading() const;
  void stopping(std::string_view status) const;
  void status(std::string_view line) const;
  /// Feeds the watchdog.
  void alive() const;
  /// Start, reload or stop goes on: at most `more` may pass until the next word.
  void extend_timeout(std::chrono::microseconds more) const;

 private:
  Notify(std::string address, std::optional<std::chrono::microseconds> watchdog_interval);
  void send(std::string_view message) const;

  std::string address_;
  std::optional<std::chrono::microseconds> watchdog_interval_;
};

}  // namespace deskd::daemon

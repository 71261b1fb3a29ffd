#pragma once
// What every command of deskctl shares: the options before it, the way to deskd, and the exit code.

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "daemon/ctl/client.h"
#include "daemon/ctl/exit_code.h"
#include "daemon/ctl/terminal/shown_time.h"
#include "daemon/ctl/terminal/terminal.h"

namespace deskd::ctl {

/// The options that stand before or behind any command.
struct Options {
  std::string url = "http://127.0.0.1:9480";
  std::string token_file;
  std::string ca_file;  // whom to trust besides those the system trusts
  std::string actor;    // whose name stands in the timeline
  double timeout_s = 10;
  bool json = false;
  bool utc = false;
};

/// One run of deskctl. Commands fill in `exit`; the first failure counts.
class Session {
 public:
  using Render = std::function<void(const boost::json::value&)>;

  Session() : terminal_(Terminal::of_output()) {}

  Options options;

  /// Asks deskd and shows the answer: the server's own JSON with --json, else by `render`. When
  /// there is none, or a refusal, says so in one sentence on standard error.
  ExitCode show(const Request& request, const Render& render);
  /// The same for commands that need the answer itself; nothing when it failed, which has been
  /// said.
  std::optional<boost::json::value> ask(const Request& request);
  /// The same in two steps, for commands to which the status means something.
  std::optional<Reply> reply_to(const Request& request);
  ExitCode show(const Reply& reply, const Render& render);

  void end_with(ExitCode code);
  ExitCode exit() const { return exit_; }

  /// How to speak to deskd, as the options say; fails with a sentence when a file can't be read.
  std::expected<ClientOptions, std::string> client_options() const;

  const Terminal& terminal() const { return terminal_; }
  TimeStyle times() const;

 private:
  std::optional<boost::json::value> parsed(const Reply& reply);

  Terminal terminal_;
  ExitCode exit_ = ExitCode::ok;
};

/// Prints to standard output.
void print(std::string_view text);
/// Prints "deskctl: TEXT" to standard error, made fit for a terminal.
void complain(std::string_view text);

}  // namespace deskd::ctl

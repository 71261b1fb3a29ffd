#pragma once
// The actions on incidents as they stand on a command line, and as bodies of requests. What an
// action may do in which state is the server's to say.

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/time.h"

namespace deskd::ctl {

/// What somebody writes with an action; "-" is standard input.
class Message {
 public:
  /// `-m`, `--message`.
  CLI::Option* add(CLI::App& command, const std::string& help);
  /// Reads standard input where that is meant: once.
  std::string text() const;
  bool is_from_input() const { return given_ == "-"; }

 private:
  std::string given_;
};

/// One action with its options. Lives as long as the command line.
struct ActionLine {
  boost::json::object members;  // of the body, as the options state them
  Message message;
  std::string until;       // pend
  std::string if_version;  // empty: any

  /// Fails with a sentence about an option that makes no sense.
  std::expected<boost::json::object, std::string> body(std::string_view action,
                                                       rules::Time now) const;
};

/// Whether an action is for the ids of its command line or for all that filters find.
enum class Takes { one_or_several, all_of_a_list };

/// Adds each action as a subcommand of `command`, filling `line`. `before`: what stands before the
/// action in examples ("deskctl incident 0-4711").
void add_actions(CLI::App& command, const std::shared_ptr<ActionLine>& line, Takes takes,
                 std::string_view before);

/// The names of the actions that `command` has.
std::vector<std::string_view> action_names(const CLI::App& command);
/// The action that `command` was called with; empty: none.
std::string action_of(const CLI::App& command);

}  // namespace deskd::ctl

#pragma once
// Where on the command line the cursor stands, in terms of the command line's own definition.

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace deskd::ctl::completion {

struct Position {
  CLI::App* command = nullptr;    // the innermost that the words before lead to
  CLI::Option* option = nullptr;  // whose value is being written; none: a word of its own is
  std::string written;            // of the word that the cursor is in
  std::string before;             // "--queue=", where the value stands in the option's own word
  bool only_values = false;       // "--" stood before
  /// Words before the cursor that are no option, no value of one and no command.
  std::vector<std::string> positionals;
  std::vector<std::pair<CLI::Option*, std::string>> given;  // a flag has an empty value
};

/// `words` are those behind the program's name; the last one, which may be empty, is being written.
/// Never fails: a word that makes no sense is passed over.
Position position_in(CLI::App& cli, std::span<const std::string> words);

bool takes_value(const CLI::Option& option);
bool is_given(const Position& position, const CLI::Option* option);

}  // namespace deskd::ctl::completion

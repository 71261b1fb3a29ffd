#include "daemon/ctl/completion/position.h"

#include <algorithm>
#include <string_view>

namespace deskd::ctl::completion {

namespace {

// Options of a command may stand behind those of its subcommands.
CLI::Option* find_option(CLI::App* command, const std::string& name) {
  for (; command; command = command->get_parent()) {
    if (auto* option = command->get_option_no_throw(name)) return option;
  }
  return nullptr;
}

CLI::App* find_command(CLI::App& command, const std::string& name) {
  const auto found =
      command.get_subcommands([&](const CLI::App* one) { return one->get_name() == name; });
  return found.empty() ? nullptr : found.front();
}

bool is_option(std::string_view word) { return word.size() > 1 && word.front() == '-'; }

// "-mTEXT" names -m; "--queue=x" names --queue.
std::string name_in(std::string_view word) {
  return std::string{word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, 2)};
}

// An option without its value yet; nothing when `word` has all of it.
CLI::Option* take_option(Position& position, const std::string& word) {
  const std::string name = name_in(word);
  CLI::Option* option = find_option(position.command, name);
  if (!option) return nullptr;
  if (!takes_value(*option)) {
    position.given.emplace_back(option, "");
    return nullptr;
  }
  if (word.size() == name.size()) return option;
  const std::size_t value = name.size() + (word[name.size()] == '=' ? 1 : 0);
  position.given.emplace_back(option, word.substr(value));
  return nullptr;
}

// The last word: a value, an option with or without "=", or anything else.
void take_written(Position& position, const std::string& word) {
  position.written = word;
  const std::size_t sign = word.find('=');
  if (position.option || position.only_values || !word.starts_with("--") || sign == word.npos) {
    return;
  }
  CLI::Option* option = find_option(position.command, word.substr(0, sign));
  if (!option || !takes_value(*option)) return;
  position.option = option;
  position.before = word.substr(0, sign + 1);
  position.written = word.substr(sign + 1);
}

}  // namespace

Position position_in(CLI::App& cli, std::span<const std::string> words) {
  Position position;
  position.command = &cli;
  if (words.empty()) return position;
  for (const std::string& word : words.first(words.size() - 1)) {
    if (position.option) {
      position.given.emplace_back(std::exchange(position.option, nullptr), word);
    } else if (!position.only_values && word == "--") {
      position.only_values = true;
    } else if (!position.only_values && is_option(word)) {
      position.option = take_option(position, word);
    } else if (auto* command = find_command(*position.command, word);
               command && !position.only_values) {
      position.command = command;
    } else {
      position.positionals.push_back(word);
    }
  }
  take_written(position, words.back());
  return position;
}

bool takes_value(const CLI::Option& option) { return option.get_expected_max() > 0; }

bool is_given(const Position& position, const CLI::Option* option) {
  return std::any_of(position.given.begin(), position.given.end(),
                     [&](const auto& given) { return given.first == option; });
}

}  // namespace deskd::ctl::completion

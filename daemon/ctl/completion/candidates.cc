#include "daemon/ctl/completion/candidates.h"

#include <algorithm>
#include <array>
#include <span>

#include "config/limits.h"
#include "daemon/ctl/terminal/shown_text.h"
#include "rules/outcome.h"
#include "rules/severity.h"

namespace deskd::ctl::completion {

namespace {

constexpr std::size_t description_width = 100;

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 8> states{"open",    "new",      "assigned", "in_progress",
                                                 "pending", "resolved", "closed",   "cancelled"};
constexpr std::array<std::string_view, 3> degrees{"high", "medium", "low"};
constexpr std::array<std::string_view, 2> statuses{"firing", "cleared"};
constexpr std::array<std::string_view, 8> sorts{
    "-opened_at", "opened_at", "priority", "-priority", "updated_at", "-updated_at", "id", "-id"};
constexpr std::array<std::string_view, 3> shells{"bash", "zsh", "fish"};

struct Values {
  std::string_view option;  // its long name
  Kind kind = Kind::none;
  Words words = {};
};

const std::array<Values, 13> values_of_options{{{"queue", Kind::queues},
                                                {"priority", Kind::priorities},
                                                {"person", Kind::people},
                                                {"as", Kind::people},
                                                {"source", Kind::sources},
                                                {"rule", Kind::rules},
                                                {"state", Kind::none, states},
                                                {"impact", Kind::none, degrees},
                                                {"urgency", Kind::none, degrees},
                                                {"status", Kind::none, statuses},
                                                {"sort", Kind::none, sorts},
                                                {"severity", Kind::none, rules::severity_names},
                                                {"outcome", Kind::none, rules::outcome_names}}};

// The words before the options' names are those of the commands that take them.
const std::array<Values, 7> values_of_commands{{{"incident", Kind::incidents},
                                                {"dead-letters", Kind::letters},
                                                {"alarm", Kind::alarms},
                                                {"next", Kind::queues},
                                                {"sources", Kind::sources},
                                                {"explain", Kind::files},
                                                {"completion", Kind::none, shells}}};

template <std::size_t N>
Choice values_named(const std::array<Values, N>& table, std::string_view name) {
  Choice choice;
  const auto found = std::ranges::find(table, name, &Values::option);
  if (found == table.end()) return choice;
  choice.kind = found->kind;
  for (const auto word : found->words) choice.candidates.push_back({std::string{word}});
  return choice;
}

// "TEXT:{a,b}" of an option that is one of a set: a, b.
std::vector<Candidate> members_of(const std::string& type) {
  std::vector<Candidate> members;
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}', open == type.npos ? 0 : open);
  if (open == type.npos || close == type.npos) return members;
  std::string_view rest = std::string_view{type}.substr(open + 1, close - open - 1);
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    members.push_back({std::string{rest.substr(0, comma)}});
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return members;
}

Choice values_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (type.find("FILE") != type.npos) return {.candidates = {}, .kind = Kind::files};
  if (auto members = members_of(type); !members.empty()) {
    return {.candidates = std::move(members), .kind = Kind::none};
  }
  for (const std::string& name : option.get_lnames()) {
    Choice choice = values_named(values_of_options, name);
    if (choice.kind != Kind::none || !choice.candidates.empty()) return choice;
  }
  return {};
}

// Of the command and of those around it: their options may stand here too.
std::vector<Candidate> options_at(const Position& position) {
  std::vector<Candidate> candidates;
  for (CLI::App* command = position.command; command; command = command->get_parent()) {
    for (const CLI::Option* option : command->get_options()) {
      const bool hidden = option->get_group().empty();
      const bool again = option->get_expected_max() > 1 || !is_given(position, option);
      if (!option->nonpositional() || hidden || !again) continue;
      for (const std::string& name : option->get_lnames()) {
        const auto same = [&](const Candidate& one) { return one.value == "--" + name; };
        if (std::ranges::any_of(candidates, same)) continue;
        candidates.push_back({"--" + name, option->get_description()});
      }
    }
  }
  return candidates;
}

// `incidents` acts only when told to; then an action must follow.
bool offers_commands(const Position& position) {
  if (position.command->get_name() != "incidents") return true;
  const auto* apply = position.command->get_option_no_throw("--apply");
  return apply && is_given(position, apply);
}

void add_commands(std::vector<Candidate>& candidates, const Position& position) {
  if (position.only_values || !offers_commands(position)) return;
  for (const CLI::App* command : position.command->get_subcommands([](const CLI::App* one) {
         return !one->get_name().empty() && !one->get_group().empty();
       })) {
    candidates.push_back({command->get_name(), command->get_description()});
  }
}

// The values that the command takes, or else the one around it: ids may stand behind an action.
const CLI::App* taker_of_values(const CLI::App* command) {
  for (; command && command->get_parent(); command = command->get_parent()) {
    for (const CLI::Option* option : command->get_options()) {
      if (option->get_positional()) return command;
    }
  }
  return nullptr;
}

bool has_room(const CLI::App& command, std::size_t given) {
  std::size_t room = 0;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    const int most = option->get_items_expected_max();
    if (most >= CLI::detail::expected_max_vector_size) return true;
    room += static_cast<std::size_t>(std::max(most, 0));
  }
  return given < room;
}

}  // namespace

Choice choice_at(const Position& position) {
  if (position.option) return values_of(*position.option);
  if (!position.only_values && position.written.starts_with('-')) {
    return {.candidates = options_at(position), .kind = Kind::none};
  }
  Choice choice;
  const CLI::App* taker = taker_of_values(position.command);
  if (taker && has_room(*taker, position.positionals.size())) {
    choice = values_named(values_of_commands, taker->get_name());
  }
  // Actions make sense behind an id.
  const bool takes_ids = choice.kind == Kind::incidents || choice.kind == Kind::alarms;
  const bool waits_for_id = takes_ids && position.positionals.empty();
  if (!waits_for_id) add_commands(choice.candidates, position);
  return choice;
}

std::string lines_of(const std::vector<Candidate>& candidates, const Position& position) {
  std::string out;
  std::size_t count = 0;
  for (const Candidate& candidate : candidates) {
    const std::string& value = candidate.value;
    const bool was_given = !position.option && std::ranges::count(position.positionals, value) > 0;
    if (value.empty() || !value.starts_with(position.written) || was_given) continue;
    if (one_line(value) != value) continue;
    if (++count > limits::page_max) break;
    out += position.before + value + "\t" + cut(one_line(candidate.description), description_width);
    out += '\n';
  }
  return out;
}

}  // namespace deskd::ctl::completion

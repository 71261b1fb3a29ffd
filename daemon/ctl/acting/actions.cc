#include "daemon/ctl/acting/actions.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <memory>

#include "config/limits.h"
#include "daemon/ctl/acting/until.h"

namespace deskd::ctl {

namespace {

struct Member {
  const char* option;
  const char* key;
  const char* type;
  const char* help;
};

struct ActionWords {
  const char* name;
  const char* help;
  const char* message;  // the help of -m
  const char* example;
};

constexpr std::array<ActionWords, 12> actions{{
    {"ack", "acknowledge: somebody has seen it", "a remark", "ack"},
    {"take", "make it yours", "a remark", "take --force -m \"anna went home\""},
    {"assign", "give it to a person, to a queue, or both", "why",
     "assign --queue noc-network --person ben"},
    {"release", "give it back to its queue", "why", "release -m \"end of my shift\""},
    {"start", "begin to work on it", "a remark", "start"},
    {"pend", "let it wait; it wakes by itself", "why", "pend --until 2h -m \"the carrier works\""},
    {"resolve", "say that it is solved", "how", "resolve -m \"replaced the transceiver\""},
    {"close", "end it for good once it is resolved", "a remark", "close"},
    {"reopen", "take it up again", "why", "reopen -m \"still down\""},
    {"cancel", "say that it never was one", "why", "cancel -m \"planned work\""},
    {"note", "add a note", "the note", "note -m \"the carrier knows\""},
    {"set", "state what rules then no longer change", "why",
     "set --priority P1 -m \"a hospital hangs on it\""},
}};

constexpr std::array<Member, 2> assign_members{{
    {"--person", "person", "NAME", "to this person"},
    {"--queue", "queue", "QUEUE", "to this queue; alone it takes the person away"},
}};

constexpr std::array<Member, 6> set_members{{
    {"--priority", "priority", "LEVEL", "P1 …"},
    {"--class", "class", "CLASS", "such as network.link"},
    {"--title", "title", "TEXT", "what stands in lists"},
    {"--impact", "impact", "LEVEL", "high, medium or low"},
    {"--urgency", "urgency", "LEVEL", "high, medium or low"},
    {"--runbook", "runbook", "URL", "where it says what to do"},
}};

template <std::size_t N>
void add_members(CLI::App& action, const std::shared_ptr<ActionLine>& line,
                 const std::array<Member, N>& members) {
  for (const Member& member : members) {
    action
        .add_option_function<std::string>(
            member.option,
            [line, key = member.key](const std::string& value) { line->members[key] = value; },
            member.help)
        ->type_name(member.type);
  }
}

void add_own_options(CLI::App& action, const std::shared_ptr<ActionLine>& line,
                     std::string_view name) {
  if (name == "take") {
    action.add_flag_callback(
        "--force", [line] { line->members["force"] = true; }, "also from the person who has it");
  } else if (name == "assign") {
    add_members(action, line, assign_members);
  } else if (name == "pend") {
    action.add_option("--until", line->until, "2h, 1h30m; HH:MM, the next one; or RFC 3339")
        ->required()
        ->type_name("TIME");
  } else if (name == "set") {
    add_members(action, line, set_members);
  }
}

}  // namespace

CLI::Option* Message::add(CLI::App& command, const std::string& help) {
  return command.add_option("-m,--message", given_, help + "; - reads standard input")
      ->type_name("TEXT");
}

std::string Message::text() const {
  if (!is_from_input()) return given_;
  // A byte more than the server takes is enough for it to refuse what is too long.
  std::string text(limits::note_bytes_max + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), stdin));
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

std::expected<boost::json::object, std::string> ActionLine::body(std::string_view action,
                                                                 rules::Time now) const {
  boost::json::object body = members;
  if (action == "assign" && body.empty()) {
    return std::unexpected("assign needs --person NAME, --queue QUEUE, or both");
  }
  if (action == "set" && body.empty()) {
    return std::unexpected("set needs what to state: --priority, --title …; see set --help");
  }
  if (action == "pend") {
    const auto time = parse_until(until, now);
    if (!time) return std::unexpected(time.error());
    body["until"] = rules::rfc3339(*time);
  }
  const std::string text = message.text();
  if (!text.empty()) body["text"] = text;
  if (action == "note" && text.empty()) return std::unexpected("a note needs its text: -m TEXT");
  return body;
}

void add_actions(CLI::App& command, const std::shared_ptr<ActionLine>& line, Takes takes,
                 std::string_view before) {
  command.require_subcommand(0, 1);
  for (const ActionWords& words : actions) {
    auto* action = command.add_subcommand(words.name, words.help);
    add_own_options(*action, line, words.name);
    line->message.add(*action, words.message);
    if (takes == Takes::one_or_several) {
      action
          ->add_option("--if-version", line->if_version,
                       "do it only while the incident has this version")
          ->type_name("N");
    }
    action->footer(fmt::format("Example:\n  {} {}", before, words.example));
  }
}

std::vector<std::string_view> action_names(const CLI::App& command) {
  std::vector<std::string_view> names;
  for (const auto* action : command.get_subcommands({})) names.push_back(action->get_name());
  return names;
}

std::string action_of(const CLI::App& command) {
  const auto chosen = command.get_subcommands();
  return chosen.empty() ? std::string{} : chosen.front()->get_name();
}

}  // namespace deskd::ctl

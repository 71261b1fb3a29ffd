// deskctl incidents, deskctl incident, deskctl raise

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "config/limits.h"
#include "daemon/ctl/acting/act.h"
#include "daemon/ctl/acting/actions.h"
#include "daemon/ctl/acting/words.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/listing.h"
#include "daemon/ctl/pages/incident_page.h"
#include "daemon/ctl/pages/why_page.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

void refuse(Session& session, std::string_view sentence) {
  complain(sentence);
  session.end_with(ExitCode::usage);
}

// The action of the command line as the server takes it; nothing when it is wrong, which is said.
std::optional<Act> act_of(Session& session, const std::string& action, const ActionLine& line) {
  auto body = line.body(action, session.times().now);
  if (body) return Act{action, std::move(*body)};
  refuse(session, body.error());
  return std::nullopt;
}

struct ListArguments {
  Filters filters;
  std::shared_ptr<ActionLine> line = std::make_shared<ActionLine>();
  bool applies = false;
  bool is_agreed = false;
};

void add_filters(CLI::App& command, Filters& filters) {
  filters.add_several(
      command, "state",
      "open, or one of new, assigned, in_progress, pending, resolved, closed, cancelled");
  filters.add_several(command, "queue", "the queue in which it stands");
  filters.add_several(command, "priority", "P1 …");
  filters.add_several(command, "class", "its class");
  filters.add_several(command, "severity", "critical, major, minor, warning, info, unknown");
  filters.add_several(command, "person", "who has it");
  filters.add(command, "resource", "its resource, or one of its alarms'");
  filters.add(command, "opened-since", "opened at or after this time (RFC 3339)");
  filters.add(command, "q", "part of its title or resource");
  filters.add(command, "sort",
              "opened_at, updated_at, id or priority; with - in front the other way round; "
              "newest first is the default");
  filters.add_flag(command, "--acked", "acked", "true", "only acknowledged ones");
  filters.add_flag(command, "--unacked", "acked", "false", "only those nobody acknowledged");
  filters.add_flag(command, "--firing", "firing", "true", "only those with a firing alarm");
  filters.add_labels(command);
  filters.add_limit(command);
}

void show_incidents(Session& session, const Filters& filters) {
  show_list(
      session, "/api/v1/incidents", filters,
      [&](const auto& incidents) {
        return incident_table(incidents, session.times()).text(session.terminal());
      },
      "no such incident");
}

// What makes no sense with --apply; empty: it may begin.
std::string fault_in(const CLI::App& command, const ListArguments& arguments) {
  if (action_of(command).empty()) return "--apply needs an action behind it, such as ack";
  for (const char* option : {"--limit", "--sort"}) {
    if (command.count(option) > 0) {
      return fmt::format("{} doesn't go with --apply, which acts on all that the filters find",
                         option);
    }
  }
  if (arguments.filters.query().empty()) {
    return "--apply needs a filter that says which incidents, such as --state open";
  }
  const bool can_ask = ::isatty(STDIN_FILENO) == 1 && !arguments.line->message.is_from_input();
  if (!arguments.is_agreed && !can_ask) {
    return "--apply asks first, and here is nobody to ask: say --yes";
  }
  return {};
}

void run_incidents(Session& session, const CLI::App& command, const ListArguments& arguments) {
  const std::string action = action_of(command);
  if (!arguments.applies && action.empty()) return show_incidents(session, arguments.filters);
  if (!arguments.applies) {
    return refuse(session, fmt::format("to {} all of a list, say --apply {}", action, action));
  }
  if (const std::string fault = fault_in(command, arguments); !fault.empty()) {
    return refuse(session, fault);
  }
  const auto act = act_of(session, action, *arguments.line);
  if (act) act_on_all(session, arguments.filters.query(), *act, arguments.is_agreed);
}

void add_incidents(CLI::App& cli, Session& session) {
  auto* command =
      cli.add_subcommand("incidents", "list incidents, or do something with all that are found");
  auto arguments = std::make_shared<ListArguments>();
  add_filters(*command, arguments->filters);
  command->add_flag("--apply", arguments->applies, "do what follows with all of them: an action");
  command->add_flag("-y,--yes", arguments->is_agreed, "with --apply: don't ask first");
  add_actions(*command, arguments->line, Takes::all_of_a_list,
              "deskctl incidents --queue triage --unacked --apply");
  command->footer(
      "FIRING counts the alarms that fire, of all it ever held. On a narrow terminal columns go:\n"
      "FIRING, then SEVERITY, OPENED and PERSON. Options behind an action are the action's.\n"
      "Examples:\n"
      "  deskctl incidents --state open --queue noc-network --unacked\n"
      "  deskctl incidents --state open --sort priority\n"
      "  deskctl incidents --label site=fra --apply ack -m \"power cut in Frankfurt\"");
  command->callback(
      [&session, command, arguments] { run_incidents(session, *command, *arguments); });
}

struct IncidentArguments {
  std::vector<std::string> words;
  std::shared_ptr<ActionLine> line = std::make_shared<ActionLine>();
  bool why = false;
};

void show_why(Session& session, const std::string& id) {
  const auto incident = session.ask({.path = "/api/v1/incidents/" + percent_encoded(id)});
  if (!incident) return;
  const auto rules = fetch(session, "/api/v1/rules", {}, limits::rules_max);
  if (!rules) return;
  const auto reasons = reasons_of(*incident, rules->items);
  print(session.options.json ? boost::json::serialize(reasons) + "\n" : why_page(reasons, session));
}

void show_incident(Session& session, const std::string& id) {
  session.show(
      {.path = "/api/v1/incidents/" + percent_encoded(id)},
      [&](const boost::json::value& incident) { print(incident_page(incident, session)); });
}

void act_on(Session& session, const std::vector<std::string>& ids, const std::string& action,
            const IncidentArguments& arguments) {
  const std::string& if_version = arguments.line->if_version;
  if (arguments.why) return refuse(session, "--why shows an incident; it goes with no action");
  if (ids.size() > 1 && !if_version.empty()) {
    return refuse(session, "--if-version is the version of one incident; these are several");
  }
  const auto act = act_of(session, action, *arguments.line);
  if (!act) return;
  if (ids.size() == 1) return act_on_one(session, ids.front(), *act, if_version);
  act_on_several(session, ids, *act);
}

void run_incident(Session& session, const CLI::App& command, const IncidentArguments& arguments) {
  const std::string action = action_of(command);
  const auto ids = checked_ids(arguments.words, action_names(command));
  if (!ids) return refuse(session, ids.error());
  if (!action.empty()) return act_on(session, *ids, action, arguments);
  for (const std::string& id : *ids) {
    arguments.why ? show_why(session, id) : show_incident(session, id);
  }
}

void add_incident(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("incident", "show incidents, or do something with them");
  auto arguments = std::make_shared<IncidentArguments>();
  command->add_option("ids", arguments->words, "one or more ids, before or behind the action")
      ->type_name("ID…");
  command->add_flag("--why", arguments->why,
                    "only why it is where it is: which rule decided what, and where it stood");
  add_actions(*command, arguments->line, Takes::one_or_several, "deskctl incident 0-4711");
  command->footer(
      "Each action has its own --help.\n"
      "Examples:\n"
      "  deskctl incident 0-4711\n"
      "  deskctl incident 0-4711 --why\n"
      "  deskctl incident 0-4711 0-4712 ack\n"
      "  deskctl incident 0-4711 resolve -m \"replaced the transceiver\"");
  command->callback(
      [&session, command, arguments] { run_incident(session, *command, *arguments); });
}

struct RaiseArguments {
  boost::json::object members;
  Message message;
};

void add_raise(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("raise", "open an incident by hand; prints its id");
  auto arguments = std::make_shared<RaiseArguments>();
  const auto add = [&](const char* option, const char* key, const char* help) {
    return command->add_option_function<std::string>(
        option, [arguments, key](const std::string& value) { arguments->members[key] = value; },
        help);
  };
  add("title", "title", "what is wrong")->required()->type_name("TITLE");
  add("--queue", "queue", "where it waits; without it in the catch-all")->type_name("QUEUE");
  add("--priority", "priority", "P1 …; without it by impact and urgency")->type_name("LEVEL");
  add("--class", "class", "such as network.link")->type_name("CLASS");
  add("--impact", "impact", "high, medium or low")->type_name("LEVEL");
  add("--urgency", "urgency", "high, medium or low")->type_name("LEVEL");
  add("--resource", "resource", "what it is about")->type_name("NAME");
  arguments->message.add(*command, "for the timeline");
  command->footer(
      "Example:\n"
      "  deskctl raise \"No light on the dark fibre\" --queue noc-network --impact high \\\n"
      "    --urgency high --resource edge-7 -m \"the carrier called\"");
  command->callback([&session, arguments] {
    boost::json::object body = arguments->members;
    if (const std::string text = arguments->message.text(); !text.empty()) body["text"] = text;
    session.show({.method = "POST",
                  .path = "/api/v1/incidents",
                  .query = {},
                  .body = boost::json::serialize(body)},
                 [](const boost::json::value& incident) {
                   print(one_line(text_at(incident, "id")) + "\n");
                 });
  });
}

}  // namespace

void add_incident_commands(CLI::App& cli, Session& session) {
  add_incidents(cli, session);
  add_incident(cli, session);
  add_raise(cli, session);
}

}  // namespace deskd::ctl

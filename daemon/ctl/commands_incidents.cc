// deskctl incidents, deskctl incident

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/ctl/commands.h"
#include "daemon/ctl/incident_page.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/listing.h"
#include "daemon/ctl/words.h"

namespace deskd::ctl {

namespace {

Table incident_table(const boost::json::array& incidents, const Session& session) {
  using Align = Column::Align;
  Table table{{{.title = "ID"},
               {.title = "PRI"},
               {.title = "STATE"},
               {.title = "SEVERITY"},
               {.title = "QUEUE", .shrinks = true},
               {.title = "PERSON", .shrinks = true},
               {.title = "FIRING", .align = Align::right},
               {.title = "OPENED"},
               {.title = "TITLE", .shrinks = true}}};
  const TimeStyle times = session.times();
  for (const auto& incident : incidents) {
    const std::string state = text_at(incident, "state");
    const std::string severity = text_at(incident, "severity");
    const bool acked = !text_at(incident, "acknowledged_by").empty();
    table.row({{text_at(incident, "id"), Colour::cyan},
               {text_at(incident, "priority"), Colour::bold},
               {state + (acked ? " +ack" : ""), state_colour(state)},
               {severity, severity_colour(severity)},
               {text_at(incident, "queue")},
               {text_at(incident, "person")},
               {text_at(incident, "firing") + "/" + text_at(incident, "alarm_count")},
               {times.show(text_at(incident, "opened_at"))},
               {text_at(incident, "title")}});
  }
  return table;
}

void add_incidents(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("incidents", "list incidents");
  auto filters = std::make_shared<Filters>();
  filters->add(*command, "state",
               "open, or one of new, assigned, in_progress, pending, resolved, closed");
  filters->add(*command, "queue", "the queue in which it stands");
  filters->add(*command, "priority", "P1 …");
  filters->add(*command, "class", "its class");
  filters->add(*command, "severity", "critical, major, minor, warning, info, unknown");
  filters->add(*command, "person", "who has it");
  filters->add(*command, "resource", "a resource of one of its alarms");
  filters->add(*command, "opened-since", "opened at or after this time (RFC 3339)");
  filters->add(*command, "q", "part of its title or resource");
  filters->add(*command, "sort", "-opened_at (newest first, the default), opened_at, -id, id");
  filters->add_flag(*command, "--acked", "acked", "true", "only acknowledged ones");
  filters->add_flag(*command, "--unacked", "acked", "false", "only those nobody acknowledged");
  filters->add_flag(*command, "--firing", "firing", "true", "only those with a firing alarm");
  filters->add_labels(*command);
  filters->add_limit(*command);
  command->footer(
      "FIRING counts the alarms that fire, of all it ever held.\n"
      "Example:\n  deskctl incidents --state open --queue noc-network --unacked");
  command->callback([&session, filters] {
    show_list(
        session, "/api/v1/incidents", *filters,
        [&](const auto& incidents) {
          return incident_table(incidents, session).text(session.terminal());
        },
        "no such incident");
  });
}

struct IncidentArguments {
  std::vector<std::string> words;
  std::string text;
  std::string version;
};

void act(Session& session, const std::string& id, const std::string& action,
         const IncidentArguments& arguments) {
  Request request{
      .method = "POST",
      .path = "/api/v1/incidents/" + percent_encoded(id) + "/" + percent_encoded(action)};
  boost::json::object body;
  if (!arguments.text.empty()) body["text"] = arguments.text;
  request.body = boost::json::serialize(body);
  if (!arguments.version.empty()) request.headers.emplace_back("If-Match", arguments.version);
  session.show(request, [&](const boost::json::value& incident) {
    print(incident_line(incident, session.terminal()));
  });
}

void run_incident(Session& session, const IncidentArguments& arguments) {
  const auto words = split_ids(arguments.words);
  if (!words) {
    complain(words.error());
    return session.end_with(ExitCode::usage);
  }
  if (words->action == "note" && arguments.text.empty()) {
    complain("a note needs its text: -m TEXT");
    return session.end_with(ExitCode::usage);
  }
  for (const std::string& id : words->ids) {
    if (!words->action.empty()) {
      act(session, id, words->action, arguments);
      continue;
    }
    session.show(
        {.path = "/api/v1/incidents/" + percent_encoded(id)},
        [&](const boost::json::value& incident) { print(incident_page(incident, session)); });
  }
}

void add_incident(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("incident", "show incidents, or do something with them");
  auto arguments = std::make_shared<IncidentArguments>();
  command
      ->add_option("ids", arguments->words,
                   "one or more ids; then ack, resolve, close, reopen or note")
      ->required()
      ->type_name("ID… [ACTION]");
  command->add_option("-m,--message", arguments->text, "the text of a note or a resolution")
      ->type_name("TEXT");
  command
      ->add_option("--if-version", arguments->version,
                   "do it only while the incident has this version")
      ->type_name("N");
  command->footer(
      "Examples:\n"
      "  deskctl incident 0-4711\n"
      "  deskctl incident 0-4711 0-4712 ack\n"
      "  deskctl incident 0-4711 resolve -m \"replaced the transceiver\"");
  command->callback([&session, arguments] { run_incident(session, *arguments); });
}

}  // namespace

void add_incident_commands(CLI::App& cli, Session& session) {
  add_incidents(cli, session);
  add_incident(cli, session);
}

}  // namespace deskd::ctl

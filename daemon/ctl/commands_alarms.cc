// deskctl alarms, deskctl alarm

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/ctl/acting/actions.h"
#include "daemon/ctl/acting/words.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/listing.h"
#include "daemon/ctl/pages/alarm_page.h"

namespace deskd::ctl {

namespace {

void add_alarms(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("alarms", "list alarms");
  auto filters = std::make_shared<Filters>();
  filters->add(*command, "status", "firing or cleared");
  filters->add(*command, "severity", "critical, major, minor, warning, info, unknown");
  filters->add(*command, "source", "a source that spoke of it");
  filters->add(*command, "type", "its type");
  filters->add(*command, "resource", "its resource");
  filters->add_labels(*command);
  filters->add_limit(*command);
  command->footer("Example:\n  deskctl alarms --status firing --severity critical");
  command->callback([&session, filters] {
    show_list(
        session, "/api/v1/alarms", *filters,
        [&](const auto& alarms) {
          return alarm_table(alarms, session.times()).text(session.terminal());
        },
        "no such alarm");
  });
}

struct AlarmArguments {
  std::vector<std::string> words;
  Message message;
};

void run_alarm(Session& session, const CLI::App& command, const AlarmArguments& arguments) {
  const auto ids = checked_ids(arguments.words, action_names(command));
  if (!ids) {
    complain(ids.error());
    return session.end_with(ExitCode::usage);
  }
  const bool clears = !action_of(command).empty();
  boost::json::object body;
  if (clears) {
    if (const std::string text = arguments.message.text(); !text.empty()) body["text"] = text;
  }
  for (const std::string& id : *ids) {
    Request request{.path = "/api/v1/alarms/" + percent_encoded(id)};
    if (clears) {
      request.method = "POST";
      request.path += "/clear";
      request.body = boost::json::serialize(body);
    }
    session.show(request,
                 [&](const boost::json::value& alarm) { print(alarm_page(alarm, session)); });
  }
}

void add_alarm(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("alarm", "show alarms, or clear them by hand");
  auto arguments = std::make_shared<AlarmArguments>();
  command->require_subcommand(0, 1);
  command->add_option("ids", arguments->words, "one or more ids, before or behind the action")
      ->type_name("ID…");
  auto* clear = command->add_subcommand("clear", "say that it fires no more");
  arguments->message.add(*clear, "why");
  clear->footer(
      "A cleared alarm raises again with its next firing alert.\n"
      "Example:\n  deskctl alarm 0-9 clear -m \"the sender is gone\"");
  command->footer(
      "Examples:\n"
      "  deskctl alarm 0-9\n"
      "  deskctl alarm 0-9 clear -m \"the sender is gone\"");
  command->callback([&session, command, arguments] { run_alarm(session, *command, *arguments); });
}

}  // namespace

void add_alarm_commands(CLI::App& cli, Session& session) {
  add_alarms(cli, session);
  add_alarm(cli, session);
}

}  // namespace deskd::ctl

// deskctl alarms, deskctl alarm

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/ctl/alarm_page.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/listing.h"
#include "daemon/ctl/words.h"

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
  std::string text;
};

void run_alarm(Session& session, const AlarmArguments& arguments) {
  const auto words = split_ids(arguments.words);
  const bool known = words && (words->action.empty() || words->action == "clear");
  if (!known) {
    complain(words ? "an alarm can only be shown, or cleared with 'clear'" : words.error());
    return session.end_with(ExitCode::usage);
  }
  for (const std::string& id : words->ids) {
    Request request{.path = "/api/v1/alarms/" + percent_encoded(id)};
    if (words->action == "clear") {
      request.method = "POST";
      request.path += "/clear";
      boost::json::object body;
      if (!arguments.text.empty()) body["text"] = arguments.text;
      request.body = boost::json::serialize(body);
    }
    session.show(request,
                 [&](const boost::json::value& alarm) { print(alarm_page(alarm, session)); });
  }
}

void add_alarm(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("alarm", "show alarms, or clear them by hand");
  auto arguments = std::make_shared<AlarmArguments>();
  command->add_option("ids", arguments->words, "one or more ids; then clear")
      ->required()
      ->type_name("ID… [clear]");
  command->add_option("-m,--message", arguments->text, "why it is cleared")->type_name("TEXT");
  command->footer(
      "A cleared alarm raises again with its next firing alert.\n"
      "Examples:\n"
      "  deskctl alarm 0-9\n"
      "  deskctl alarm 0-9 clear -m \"the sender is gone\"");
  command->callback([&session, arguments] { run_alarm(session, *arguments); });
}

}  // namespace

void add_alarm_commands(CLI::App& cli, Session& session) {
  add_alarms(cli, session);
  add_alarm(cli, session);
}

}  // namespace deskd::ctl

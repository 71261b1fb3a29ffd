// deskctl alerts, deskctl send

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/ctl/commands.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/listing.h"
#include "daemon/ctl/pages/recent_alerts.h"

namespace deskd::ctl {

namespace {

void add_alerts(CLI::App& cli, Session& session) {
  auto* command =
      cli.add_subcommand("alerts", "the last alerts that came in, and what became of each");
  auto filters = std::make_shared<Filters>();
  auto follows = std::make_shared<bool>(false);
  auto raw = std::make_shared<bool>(false);
  filters->add(*command, "source", "the source by which it came");
  filters->add(*command, "sender", "who sent it");
  filters->add(*command, "outcome",
               "raised, merged, cleared, unmatched, dropped, stale, malformed, refused");
  filters->add_limit(*command);
  command->add_flag("-f,--follow", *follows, "go on with what comes in, until interrupted");
  command->add_flag("--raw", *raw, "show each message as it came in");
  command->footer(
      "What never became an alert stands among them: a malformed element with the place in its\n"
      "message and what is wrong there, a refused message with the reason. --json has all of it.\n"
      "Examples:\n"
      "  deskctl alerts --source hooks -f\n"
      "  deskctl alerts --outcome malformed");
  command->callback([&session, filters, follows, raw] {
    const bool with_messages = *raw || asks_for_messages(filters->query());
    if (*follows) return follow_alerts(session, *filters, with_messages);
    show_list(
        session, "/api/v1/alerts", *filters,
        [&](const auto& alerts) {
          return with_messages ? alert_messages(alerts, session)
                               : alert_table(alerts, session.times()).text(session.terminal());
        },
        "no such alert among the recent ones");
  });
}

struct TestAlert {
  std::string source = "hooks";
  std::string resource = "deskctl-test";
  std::string type = "TestAlert";
  std::string severity = "warning";
  std::string summary;
  bool resolved = false;
};

// In the words of the generic format's own mapping; the label marks it for rules and people.
std::string body_of(const TestAlert& alert, const std::string& actor) {
  const std::string summary =
      !alert.summary.empty()
          ? alert.summary
          : fmt::format("Test alert sent with deskctl by {}", actor.empty() ? "nobody" : actor);
  return boost::json::serialize(
      boost::json::object{{"resource", alert.resource},
                          {"type", alert.type},
                          {"status", alert.resolved ? "resolved" : "firing"},
                          {"severity", alert.severity},
                          {"summary", summary},
                          {"labels", boost::json::object{{"deskctl_test", "true"}}}});
}

void send(Session& session, const TestAlert& alert) {
  const Request request{.method = "POST",
                        .path = "/in/" + percent_encoded(alert.source),
                        .body = body_of(alert, session.options.actor)};
  session.show(request, [&](const boost::json::value& answer) {
    print(fmt::format("accepted: {}\n", text_at(answer, "accepted")));
  });
}

void add_send(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("send", "send a test alert through a generic webhook source");
  auto alert = std::make_shared<TestAlert>();
  command->add_option("--source", alert->source, "a source of kind webhook, format generic")
      ->capture_default_str();
  command->add_option("--resource", alert->resource, "what it is about")->capture_default_str();
  command->add_option("--type", alert->type, "what is wrong with it")->capture_default_str();
  command->add_option("--severity", alert->severity, "how bad it is")->capture_default_str();
  command->add_option("--summary", alert->summary, "one line for people");
  command->add_flag("--resolved", alert->resolved, "send the end of it");
  command->footer(
      "The alert has the label deskctl_test=true. It is a real one otherwise: rules judge it and\n"
      "it opens an incident. The source must read the generic format's own names (resource, type,\n"
      "status, severity, summary, labels).\n"
      "Example:\n"
      "  deskctl send --resource edge-7 --type linkDown --severity critical\n"
      "  deskctl send --resource edge-7 --type linkDown --resolved");
  command->callback([&session, alert] { send(session, *alert); });
}

}  // namespace

void add_alert_commands(CLI::App& cli, Session& session) {
  add_alerts(cli, session);
  add_send(cli, session);
}

}  // namespace deskd::ctl

// deskctl queues, deskctl next

#include "daemon/ctl/commands.h"
#include "daemon/ctl/listing.h"
#include "daemon/ctl/pages/incident_page.h"
#include "daemon/ctl/pages/queue_table.h"

namespace deskd::ctl {

namespace {

constexpr std::size_t queues_shown_max = 1'000;
constexpr long no_content = 204;

void add_queues(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("queues", "list the queues and what waits in them");
  command->footer(
      "BACKLOG counts the open incidents by priority, UNACKED those of them that nobody\n"
      "acknowledged, OLDEST says when the first of them was opened.\n"
      "Example:\n  deskctl queues");
  command->callback([&session] {
    show_list(
        session, "/api/v1/queues", Filters{queues_shown_max},
        [&](const auto& queues) {
          return queue_table(queues, session.times()).text(session.terminal());
        },
        "no queue");
  });
}

void claim_next(Session& session, const std::string& queue) {
  const auto reply = session.reply_to(
      {.method = "POST", .path = "/api/v1/queues/" + percent_encoded(queue) + "/next"});
  if (!reply) return;
  if (reply->status == no_content) {
    complain("nothing new waits in " + queue);
    return session.end_with(ExitCode::not_found);
  }
  session.show(
      *reply, [&](const boost::json::value& incident) { print(incident_page(incident, session)); });
}

void add_next(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("next", "take the most urgent new incident of a queue");
  auto queue = std::make_shared<std::string>();
  command->add_option("queue", *queue, "the queue")->required()->type_name("QUEUE");
  command->footer(
      "It is yours from then on, and shown. The exit code is 3 when nothing new waits.\n"
      "Example:\n  deskctl next noc-network");
  command->callback([&session, queue] { claim_next(session, *queue); });
}

}  // namespace

void add_queue_commands(CLI::App& cli, Session& session) {
  add_queues(cli, session);
  add_next(cli, session);
}

}  // namespace deskd::ctl

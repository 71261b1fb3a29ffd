// deskctl rules, deskctl rules check, deskctl rules test, deskctl rules explain

#include <fmt/format.h>

#include <cstdio>

#include "daemon/ctl/commands.h"
#include "daemon/ctl/explaining.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/listing.h"
#include "daemon/setup/setup.h"

namespace deskd::ctl {

namespace {

Table rule_table(const boost::json::array& rules) {
  using Align = Column::Align;
  Table table{{{.title = "RULE", .shrinks = true},
               {.title = "HITS", .align = Align::right},
               {.title = "UNSTATED", .align = Align::right},
               {.title = "WHERE", .shrinks = true}}};
  for (const auto& rule : rules) {
    const std::string unstated = text_at(rule, "unstated");
    table.row({{text_at(rule, "name"), Colour::cyan},
               {text_at(rule, "hits")},
               {unstated, unstated == "0" ? Colour::none : Colour::yellow},
               {text_at(rule, "file") + ":" + text_at(rule, "line")}});
  }
  return table;
}

void list_rules(Session& session) {
  show_list(
      session, "/api/v1/rules", Filters{10'000},
      [&](const auto& rules) { return rule_table(rules).text(session.terminal()); }, "no rule");
}

std::string plural(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

// Reads the files exactly as deskd does at its start, the tests of the rules included.
std::unique_ptr<daemon::Setup> load(Session& session, const std::string& config) {
  config::Problems problems;
  auto setup = daemon::load_setup(config, problems, {.mib_program = daemon::this_program});
  std::fputs(problems.text().c_str(), stderr);
  if (!setup) {
    complain(config + " would not be taken over");
    session.end_with(ExitCode::bad_configuration);
  }
  return setup;
}

void check(Session& session, const std::string& config) {
  const auto setup = load(session, config);
  if (!setup) return;
  print(fmt::format("{}: good ({}, {}, {}, {})\n", config, plural(setup->files.size(), "file"),
                    plural(setup->judging.rules->names().size(), "rule"),
                    plural(setup->judging.sources.size(), "source"),
                    plural(setup->plan.queues.size(), "queue")));
}

void test(Session& session, const std::string& config) {
  const auto setup = load(session, config);
  if (!setup) return;
  print(fmt::format("{}: {} passed\n", config, plural(setup->rule_tests, "test")));
}

void add_file_command(CLI::App& rules, const std::string& name, const std::string& help,
                      const std::string& footer, std::function<void(const std::string&)> run) {
  auto* command = rules.add_subcommand(name, help);
  auto config = std::make_shared<std::string>("config/deskd.yaml");
  command->add_option("--config", *config, "deskd's configuration file")
      ->envname("DESKD_CONFIG")
      ->type_name("FILE")
      ->capture_default_str();
  command->footer(footer);
  command->callback([config, run = std::move(run)] { run(*config); });
}

}  // namespace

void add_rule_commands(CLI::App& cli, Session& session) {
  auto* rules =
      cli.add_subcommand("rules", "list the rules with their hits; check, test or ask them");
  rules->require_subcommand(0, 1);
  rules->footer(
      "UNSTATED counts the decisions that a rule wanted to take and could not.\n"
      "Examples:\n"
      "  deskctl rules\n"
      "  deskctl rules check --config config/deskd.yaml\n"
      "  deskctl rules explain --source hooks payload.json");
  rules->callback([rules, &session] {
    if (rules->get_subcommands().empty()) list_rules(session);
  });
  add_file_command(
      *rules, "check", "read deskd's files as it would, and tell every mistake (no daemon needed)",
      "Prints each mistake with file, line and column; exit code 78 when there is one.\n"
      "Example:\n  deskctl rules check --config config/deskd.yaml",
      [&session](const std::string& config) { check(session, config); });
  add_file_command(
      *rules, "test", "run the tests that stand in the rules (no daemon needed)",
      "A test that fails is told with what was expected, what came, and the rule that did it.\n"
      "Example:\n  deskctl rules test --config config/deskd.yaml",
      [&session](const std::string& config) { test(session, config); });
  add_explain_command(*rules, session);
}

}  // namespace deskd::ctl

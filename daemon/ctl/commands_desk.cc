// deskctl sources, deskctl reload

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <cstdio>

#include "daemon/ctl/commands.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/listing.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

using Align = Column::Align;

// "webhook generic", "alertmanager_api".
std::string kind(const boost::json::value& source) {
  const std::string kind = text_at(source, "kind");
  const std::string format = text_at(source, "format");
  return format.empty() || format == kind ? kind : kind + " " + format;
}

// "raised=1, merged=9", without those that never came.
std::string outcomes(const boost::json::value& source) {
  std::string out;
  const auto* counts = at(source, "outcomes").if_object();
  if (!counts) return out;
  for (const auto& [outcome, count] : *counts) {
    if (text(count) == "0") continue;
    out += fmt::format("{}{}={}", out.empty() ? "" : ", ", std::string_view{outcome}, text(count));
  }
  return out;
}

Table source_table(const boost::json::array& sources, const TimeStyle& times) {
  Table table{{{.title = "SOURCE", .shrinks = true},
               {.title = "KIND"},
               {.title = "STATE", .shrinks = true},
               {.title = "RECEIVED", .align = Align::right},
               {.title = "IN FLIGHT", .align = Align::right},
               {.title = "LAST ALERT"}}};
  for (const auto& source : sources) {
    table.row({{text_at(source, "name"), Colour::cyan},
               {kind(source)},
               {text_at(source, "state")},
               {text_at(source, "received")},
               {text_at(source, "in_flight")},
               {times.show(text_at(source, "last_alert_at"))}});
  }
  return table;
}

Table outcome_table(const boost::json::array& sources) {
  Table table{{{.title = "SOURCE"}, {.title = "WHAT BECAME OF ITS ALERTS", .shrinks = true}}};
  for (const auto& source : sources) {
    std::string counts = outcomes(source);
    if (!counts.empty()) table.row({{text_at(source, "name"), Colour::cyan}, {std::move(counts)}});
  }
  return table;
}

Table refusal_table(const boost::json::array& sources, const TimeStyle& times) {
  Table table{{{.title = "SOURCE", .shrinks = true},
               {.title = "WHEN"},
               {.title = "COUNT", .align = Align::right},
               {.title = "SENDER", .shrinks = true},
               {.title = "USER", .shrinks = true},
               {.title = "REASON"},
               {.title = "DETAIL", .shrinks = true}}};
  for (const auto& source : sources) {
    for (const auto& refusal : list_at(source, "refusals")) {
      table.row({{text_at(source, "name"), Colour::cyan},
                 {times.show(text_at(refusal, "at"))},
                 {text_at(refusal, "count")},
                 {text_at(refusal, "sender")},
                 {text_at(refusal, "user")},
                 {text_at(refusal, "reason")},
                 {text_at(refusal, "detail")}});
    }
  }
  return table;
}

std::string sources_page(const boost::json::array& sources, const Session& session) {
  const Terminal& terminal = session.terminal();
  std::string page = source_table(sources, session.times()).text(terminal);
  const Table outcomes = outcome_table(sources);
  if (!outcomes.empty()) page += "\n" + outcomes.text(terminal);
  const Table refusals = refusal_table(sources, session.times());
  return refusals.empty() ? page : page + "\nLast refusals\n" + refusals.text(terminal);
}

void add_sources(CLI::App& cli, Session& session) {
  auto* command =
      cli.add_subcommand("sources", "list the sources, what became of their alerts, and refusals");
  command->footer("Example:\n  deskctl sources");
  command->callback([&session] {
    show_list(
        session, "/api/v1/sources", Filters{1'000},
        [&](const auto& sources) { return sources_page(sources, session); }, "no source");
  });
}

void reload(Session& session) {
  session.show({.method = "POST", .path = "/api/v1/reload"}, [](const boost::json::value& answer) {
    std::fputs(paragraph(text_at(answer, "text")).c_str(), stderr);
    for (const auto& setting : list_at(answer, "restarts")) {
      complain(text(setting) + " differs, and takes effect with the next start");
    }
    print(fmt::format("reloaded: setup {} is in force (hash {})\n", text_at(answer, "number"),
                      one_line(text_at(answer, "hash"))));
  });
}

void add_reload(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("reload", "have deskd read all its files again");
  command->footer(
      "Waits until the new files are in force. With a mistake in any of them nothing changes,\n"
      "every mistake is told, and the exit code is 78.\n"
      "Example:\n  deskctl reload");
  command->callback([&session] { reload(session); });
}

}  // namespace

void add_desk_commands(CLI::App& cli, Session& session) {
  add_sources(cli, session);
  add_reload(cli, session);
}

}  // namespace deskd::ctl

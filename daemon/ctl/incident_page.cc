#include "daemon/ctl/incident_page.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/ctl/alarm_page.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/shown_text.h"
#include "daemon/ctl/table.h"

namespace deskd::ctl {

namespace {

// "5m ago by anna", or nothing.
std::string moment(const boost::json::value& incident, std::string_view field,
                   std::string_view person, const TimeStyle& times) {
  const std::string at = times.show(text_at(incident, field));
  const std::string who = person.empty() ? "" : text_at(incident, person);
  return at.empty() || who.empty() ? at : at + " by " + who;
}

std::string reasons(const boost::json::value& incident) {
  const std::string impact = text_at(incident, "impact");
  const std::string urgency = text_at(incident, "urgency");
  if (impact.empty() && urgency.empty()) return "";
  return fmt::format(" (impact {}, urgency {})", impact.empty() ? "not stated" : impact,
                     urgency.empty() ? "not stated" : urgency);
}

std::string head(const boost::json::value& incident, const Session& session) {
  const TimeStyle times = session.times();
  const std::string state = text_at(incident, "state");
  const std::string severity = text_at(incident, "severity");
  return fields(
      {{"state", {state, state_colour(state)}},
       {"priority", {text_at(incident, "priority") + reasons(incident), Colour::bold}},
       {"severity", {severity, severity_colour(severity)}},
       {"queue", {text_at(incident, "queue")}},
       {"person", {text_at(incident, "person")}},
       {"class", {text_at(incident, "class")}},
       {"runbook", {text_at(incident, "runbook")}},
       {"alarms",
        {fmt::format("{} firing of {}, {} alerts", text_at(incident, "firing"),
                     text_at(incident, "alarm_count"), text_at(incident, "alert_count"))}},
       {"opened", {moment(incident, "opened_at", "", times)}},
       {"updated", {moment(incident, "updated_at", "", times)}},
       {"acknowledged", {moment(incident, "acknowledged_at", "acknowledged_by", times)}},
       {"resolved", {moment(incident, "resolved_at", "", times)}},
       {"closed", {moment(incident, "closed_at", "", times)}},
       {"version", {text_at(incident, "version")}}},
      session.terminal());
}

std::string timeline_table(const boost::json::array& timeline, const Session& session) {
  Table table{{{.title = "WHEN"},
               {.title = "WHO", .shrinks = true},
               {.title = "WHAT"},
               {.title = "TEXT", .shrinks = true}}};
  const TimeStyle times = session.times();
  for (const auto& entry : timeline) {
    table.row({{times.show(text_at(entry, "at"))},
               {text_at(entry, "actor")},
               {text_at(entry, "action")},
               {text_at(entry, "text")}});
  }
  return table.text(session.terminal());
}

std::string section(std::string_view title, const std::string& body, const Terminal& terminal) {
  if (body.empty()) return {};
  return fmt::format("\n{}\n{}", terminal.paint(title, Colour::bold), body);
}

}  // namespace

std::string incident_line(const boost::json::value& incident, const Terminal& terminal) {
  const std::string state = text_at(incident, "state");
  const std::string by = text_at(incident, "acknowledged_by");
  return fmt::format("{}  {}{}  {}  {}  {}\n",
                     terminal.paint(one_line(text_at(incident, "id")), Colour::cyan),
                     terminal.paint(one_line(state), state_colour(state)),
                     by.empty() ? "" : ", acknowledged by " + one_line(by),
                     one_line(text_at(incident, "priority")), one_line(text_at(incident, "queue")),
                     one_line(text_at(incident, "title")));
}

std::string incident_page(const boost::json::value& incident, const Session& session) {
  const Terminal& terminal = session.terminal();
  std::string page =
      fmt::format("{}  {}\n\n", terminal.paint(one_line(text_at(incident, "id")), Colour::cyan),
                  terminal.paint(one_line(text_at(incident, "title")), Colour::bold));
  page += head(incident, session);
  page += section(
      "Alarms", alarm_table(list_at(incident, "alarms"), session.times()).text(terminal), terminal);
  page += section("Decided by", verdict_table(at(incident, "verdict"), terminal), terminal);
  page += section("Timeline", timeline_table(list_at(incident, "timeline"), session), terminal);
  return page;
}

std::string verdict_table(const boost::json::value& verdict, const Terminal& terminal) {
  Table table{{{.title = "DECISION"},
               {.title = "VALUE", .shrinks = true},
               {.title = "RULE", .shrinks = true},
               {.title = "WHERE", .shrinks = true}}};
  const auto* decisions = verdict.if_object();
  if (!decisions) return {};
  for (const auto& [decision, made] : *decisions) {
    if (!made.is_object()) continue;
    const std::string file = text_at(made, "file");
    table.row({{std::string{decision}},
               {text_at(made, "value")},
               {text_at(made, "rule")},
               {file.empty() ? "" : file + ":" + text_at(made, "line")}});
  }
  return table.text(terminal);
}

}  // namespace deskd::ctl

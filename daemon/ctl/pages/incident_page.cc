#include "daemon/ctl/pages/incident_page.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>

#include "daemon/ctl/json_view.h"
#include "daemon/ctl/pages/alarm_page.h"
#include "daemon/ctl/terminal/shown_text.h"

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

std::string pinned(const boost::json::value& incident) {
  const std::string names = joined(list_at(incident, "pinned"));
  return names.empty() ? names : names + " (stated by a person, rules leave it)";
}

std::string head(const boost::json::value& incident, const Session& session) {
  const TimeStyle times = session.times();
  const std::string state = text_at(incident, "state");
  const std::string severity = text_at(incident, "severity");
  return fields(
      {{"state", {state, state_colour(state)}},
       {"pending until", {moment(incident, "pending_until", "", times)}},
       {"priority", {text_at(incident, "priority") + reasons(incident), Colour::bold}},
       {"severity", {severity, severity_colour(severity)}},
       {"queue", {text_at(incident, "queue")}},
       {"person", {text_at(incident, "person")}},
       {"class", {text_at(incident, "class")}},
       {"pinned", {pinned(incident)}},
       {"resource", {text_at(incident, "resource")}},
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

std::string section(std::string_view title, const std::string& body, const Terminal& terminal) {
  if (body.empty()) return {};
  return fmt::format("\n{}\n{}", terminal.paint(title, Colour::bold), body);
}

// "assigned to anna", "pending until in 2h, with anna".
std::string standing(const boost::json::value& incident, const TimeStyle& times) {
  const std::string state = text_at(incident, "state");
  const std::string person = text_at(incident, "person");
  const std::string with = person.empty() ? "" : " with " + person;
  if (state == "assigned") return person.empty() ? state : "assigned to " + person;
  if (state == "in_progress") return "in progress" + with;
  if (state != "pending") return state;
  const std::string until = times.show(text_at(incident, "pending_until"));
  return until.empty() ? "pending" + with : fmt::format("pending{}, wakes {}", with, until);
}

}  // namespace

Table incident_table(const boost::json::array& incidents, const TimeStyle& times) {
  Table table{{{.title = "ID"},
               {.title = "PRI"},
               {.title = "STATE"},
               {.title = "SEVERITY", .drops = 2},
               {.title = "QUEUE", .shrinks = true, .least = 11},
               {.title = "PERSON", .shrinks = true, .drops = 4},
               {.title = "FIRING", .align = Column::Align::right, .drops = 1},
               {.title = "OPENED", .drops = 3},
               {.title = "TITLE", .shrinks = true, .least = 20}}};
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

std::string incident_line(const boost::json::value& incident, const Session& session) {
  const Terminal& terminal = session.terminal();
  const std::string state = text_at(incident, "state");
  const std::string by = text_at(incident, "acknowledged_by");
  return fmt::format(
      "{}  {}{}  {}  {}  {}\n", terminal.paint(one_line(text_at(incident, "id")), Colour::cyan),
      terminal.paint(one_line(standing(incident, session.times())), state_colour(state)),
      by.empty() ? "" : ", acknowledged by " + one_line(by),
      one_line(text_at(incident, "priority")), one_line(text_at(incident, "queue")),
      one_line(text_at(incident, "title")));
}

std::string result_line(const boost::json::value& result, const Terminal& terminal) {
  const std::string state = text_at(result, "state");
  return fmt::format("{}  {}\n", terminal.paint(one_line(text_at(result, "id")), Colour::cyan),
                     terminal.paint(one_line(state), state_colour(state)));
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

std::string author_of(std::string_view decision, const boost::json::value& verdict) {
  if (std::string rule = text_at(at(verdict, decision), "rule"); !rule.empty()) return rule;
  if (decision == "priority") {
    const bool by_matrix = at(verdict, "impact").is_object() && at(verdict, "urgency").is_object();
    return by_matrix ? "(impact and urgency)" : "(default)";
  }
  if (decision == "queue") return "(catch-all)";
  return decision == "title" ? "(the alert)" : "(no rule)";
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
               {author_of(decision, verdict), file.empty() ? Colour::dim : Colour::none},
               {file.empty() ? "" : file + ":" + text_at(made, "line")}});
  }
  return table.text(terminal);
}

std::string timeline_table(const boost::json::array& timeline, const Session& session) {
  Table table{{{.title = "WHEN"},
               {.title = "WHO", .shrinks = true},
               {.title = "WHAT"},
               {.title = "TEXT", .wraps = true, .least = 20}}};
  const TimeStyle times = session.times();
  for (const auto& entry : timeline) {
    table.row({{times.show(text_at(entry, "at"))},
               {text_at(entry, "actor")},
               {text_at(entry, "action")},
               {text_at(entry, "text")}});
  }
  return table.text(session.terminal());
}

}  // namespace deskd::ctl

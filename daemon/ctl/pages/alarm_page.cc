#include "daemon/ctl/pages/alarm_page.h"

#include <fmt/format.h>

#include "daemon/ctl/json_view.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

// "resource=edge-7, type=linkDown, qualifier=null": pairs in the order in which rules state them.
std::string identity(const boost::json::value& alarm) {
  std::string out;
  for (const auto& pair : list_at(alarm, "identity")) {
    const auto* field_and_value = pair.if_array();
    if (!field_and_value || field_and_value->size() != 2) continue;
    const auto& value = (*field_and_value)[1];
    if (!out.empty()) out += ", ";
    out += text((*field_and_value)[0]) + "=" + (value.is_null() ? "null" : text(value));
  }
  return out;
}

// "linkDown on edge-7 (3)", as far as it is known.
std::string what_and_where(const boost::json::value& alarm) {
  std::string out = text_at(alarm, "type");
  const std::string resource = text_at(alarm, "resource");
  const std::string qualifier = text_at(alarm, "qualifier");
  if (!resource.empty()) out += (out.empty() ? "" : " on ") + resource;
  return qualifier.empty() ? out : out + " (" + qualifier + ")";
}

Table origin_table(const boost::json::array& origins) {
  Table table{{{.title = "SOURCE"},
               {.title = "SENDER", .shrinks = true},
               {.title = "KEY", .shrinks = true},
               {.title = "STATUS"},
               {.title = "SEVERITY"}}};
  for (const auto& origin : origins) {
    const std::string status = text_at(origin, "status");
    const std::string severity = text_at(origin, "severity");
    table.row({{text_at(origin, "source")},
               {text_at(origin, "sender")},
               {text_at(origin, "key")},
               {status, state_colour(status)},
               {severity, severity_colour(severity)}});
  }
  return table;
}

}  // namespace

Table alarm_table(const boost::json::array& alarms, const TimeStyle& times) {
  Table table{{{.title = "ID"},
               {.title = "STATUS"},
               {.title = "SEVERITY"},
               {.title = "COUNT", .align = Column::Align::right, .drops = 1},
               {.title = "LAST"},
               {.title = "INCIDENT"},
               {.title = "ALARM", .shrinks = true, .least = 14},
               {.title = "SUMMARY", .shrinks = true, .least = 16}}};
  for (const auto& alarm : alarms) {
    const std::string status = text_at(alarm, "status");
    const std::string severity = text_at(alarm, "severity");
    table.row({{text_at(alarm, "id"), Colour::cyan},
               {status, state_colour(status)},
               {severity, severity_colour(severity)},
               {text_at(alarm, "count")},
               {times.show(text_at(alarm, "last_at"))},
               {text_at(alarm, "incident"), Colour::cyan},
               {what_and_where(alarm)},
               {text_at(alarm, "summary")}});
  }
  return table;
}

std::string alarm_page(const boost::json::value& alarm, const Session& session) {
  const Terminal& terminal = session.terminal();
  const TimeStyle times = session.times();
  const std::string status = text_at(alarm, "status");
  const std::string severity = text_at(alarm, "severity");
  std::string page =
      fmt::format("{}  {}\n\n", terminal.paint(one_line(text_at(alarm, "id")), Colour::cyan),
                  terminal.paint(one_line(text_at(alarm, "summary")), Colour::bold));
  page += fields({{"status", {status, state_colour(status)}},
                  {"severity", {severity, severity_colour(severity)}},
                  {"identity", {identity(alarm)}},
                  {"resource", {text_at(alarm, "resource")}},
                  {"type", {text_at(alarm, "type")}},
                  {"qualifier", {text_at(alarm, "qualifier")}},
                  {"incident", {text_at(alarm, "incident"), Colour::cyan}},
                  {"firing alerts", {text_at(alarm, "count")}},
                  {"raised", {times.show(text_at(alarm, "raised_at"))}},
                  {"last", {times.show(text_at(alarm, "last_at"))}},
                  {"cleared", {times.show(text_at(alarm, "cleared_at"))}},
                  {"labels", {pairs(at(alarm, "labels"))}},
                  {"annotations", {pairs(at(alarm, "annotations"))}}},
                 terminal);
  const std::string origins = origin_table(list_at(alarm, "origins")).text(terminal);
  if (origins.empty()) return page;
  return page + fmt::format("\n{}\n{}", terminal.paint("Origins", Colour::bold), origins);
}

}  // namespace deskd::ctl

#include "daemon/ctl/top/page.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <sstream>

#include "daemon/ctl/json_view.h"
#include "daemon/ctl/pages/alarm_page.h"
#include "daemon/ctl/pages/incident_page.h"

namespace deskd::ctl::top {

namespace {

struct Field {
  std::string_view title;
  std::string text;
  Colour colour = Colour::none;
};

std::vector<Field> fields_of(const boost::json::value& incident, const TimeStyle& times) {
  const std::string state = text_at(incident, "state");
  const std::string severity = text_at(incident, "severity");
  const std::string acked_by = text_at(incident, "acknowledged_by");
  return {{"state", state, state_colour(state)},
          {"priority", text_at(incident, "priority"), Colour::bold},
          {"impact", text_at(incident, "impact")},
          {"urgency", text_at(incident, "urgency")},
          {"severity", severity, severity_colour(severity)},
          {"queue", text_at(incident, "queue")},
          {"person", text_at(incident, "person")},
          {"class", text_at(incident, "class")},
          {"resource", text_at(incident, "resource")},
          {"runbook", text_at(incident, "runbook")},
          {"pending until", text_at(incident, "pending_until")},
          {"opened", times.show(text_at(incident, "opened_at"))},
          {"acknowledged",
           acked_by.empty() ? ""
                            : times.show(text_at(incident, "acknowledged_at")) + " by " + acked_by},
          {"resolved", times.show(text_at(incident, "resolved_at"))}};
}

// What a table printed, line by line, under its title.
void add_section(std::vector<Line>& lines, std::string_view title, const std::string& text,
                 std::size_t width) {
  if (text.empty()) return;
  lines.emplace_back();
  lines.push_back(Line{title, Colour::bold}.fit(width));
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) lines.push_back(Line{line}.fit(width));
}

std::string timeline(const boost::json::array& entries, const TimeStyle& times,
                     const Terminal& terminal) {
  Table table{{{.title = "WHEN"},
               {.title = "WHO", .shrinks = true},
               {.title = "WHAT"},
               {.title = "TEXT", .shrinks = true}}};
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    table.row({{times.show(text_at(*entry, "at"))},
               {text_at(*entry, "actor")},
               {text_at(*entry, "action")},
               {text_at(*entry, "text")}});
  }
  return table.text(terminal);
}

}  // namespace

std::vector<Line> page_lines(const boost::json::value& incident, rules::Time now,
                             std::size_t width) {
  const TimeStyle times{.utc = false, .now = now};
  const Terminal terminal{.width = width, .colours = false};
  std::vector<Line> lines;
  lines.push_back(Line{text_at(incident, "id"), Colour::cyan}
                      .add("  ")
                      .add(text_at(incident, "title"), Colour::bold)
                      .fit(width));
  for (const Field& field : fields_of(incident, times)) {
    if (field.text.empty()) continue;
    lines.push_back(
        Line{field.title, Colour::dim}.pad(15).add(field.text, field.colour).fit(width));
  }
  add_section(lines, "Alarms", alarm_table(list_at(incident, "alarms"), times).text(terminal),
              width);
  add_section(lines, "Decided by", verdict_table(at(incident, "verdict"), terminal), width);
  add_section(lines, "Timeline, newest first",
              timeline(list_at(incident, "timeline"), times, terminal), width);
  return lines;
}

}  // namespace deskd::ctl::top

#include "daemon/ctl/pages/why_page.h"

#include <fmt/format.h>

#include <map>

#include "daemon/ctl/json_view.h"
#include "daemon/ctl/pages/incident_page.h"
#include "daemon/ctl/terminal/shown_text.h"
#include "daemon/ctl/terminal/table.h"

namespace deskd::ctl {

namespace {

// "rules.d/50-network.yaml:31"
std::string where(const boost::json::value& rule) {
  const std::string file = text_at(rule, "file");
  return file.empty() ? "" : file + ":" + text_at(rule, "line");
}

std::string today(const boost::json::value& made) {
  if (text_at(made, "rule").empty()) return "";
  const std::string place = where(at(made, "today"));
  if (place.empty()) return "gone";
  return place == where(made) ? "the same" : place;
}

std::string decisions(const boost::json::value& verdict, const Terminal& terminal) {
  Table table{{{.title = "DECISION"},
               {.title = "VALUE", .shrinks = true, .least = 8},
               {.title = "RULE", .shrinks = true, .least = 10},
               {.title = "WHERE", .wraps = true, .least = 16},
               {.title = "TODAY", .wraps = true, .least = 10}}};
  const auto* const made = verdict.if_object();
  if (!made) return {};
  for (const auto& [decision, by] : *made) {
    const std::string rule = text_at(by, "rule");
    const std::string now = today(by);
    table.row({{std::string{decision}},
               {text_at(by, "value")},
               {author_of(decision, verdict), rule.empty() ? Colour::dim : Colour::cyan},
               {where(by)},
               {now, now == "the same" ? Colour::dim : Colour::yellow}});
  }
  return table.text(terminal);
}

std::string section(std::string_view title, const std::string& body, const Terminal& terminal) {
  return fmt::format("\n{}\n{}", terminal.paint(title, Colour::bold),
                     body.empty() ? "nothing\n" : body);
}

}  // namespace

boost::json::object reasons_of(const boost::json::value& incident,
                               const boost::json::array& rules) {
  std::map<std::string, const boost::json::value*> by_name;
  for (const auto& rule : rules) by_name.emplace(text_at(rule, "name"), &rule);
  boost::json::object verdict;
  if (const auto* const decisions = at(incident, "verdict").if_object()) {
    verdict = *decisions;
  }
  for (auto& [decision, made] : verdict) {
    auto* const members = made.if_object();
    if (!members) continue;
    const auto found = by_name.find(text_at(made, "rule"));
    auto& place = (*members)["today"];
    if (found == by_name.end()) continue;
    place = boost::json::object{{"file", at(*found->second, "file")},
                                {"line", at(*found->second, "line")}};
  }
  boost::json::array timeline;
  for (const auto& entry : list_at(incident, "timeline")) {
    if (text_at(entry, "actor").starts_with("rule:")) timeline.push_back(entry);
  }
  return {{"id", at(incident, "id")},
          {"title", at(incident, "title")},
          {"pinned", at(incident, "pinned")},
          {"verdict", std::move(verdict)},
          {"timeline", std::move(timeline)}};
}

std::string why_page(const boost::json::object& reasons, const Session& session) {
  const Terminal& terminal = session.terminal();
  const boost::json::value value(reasons);
  std::string page =
      fmt::format("{}  {}\n", terminal.paint(one_line(text_at(value, "id")), Colour::cyan),
                  terminal.paint(one_line(text_at(value, "title")), Colour::bold));
  page += section("Decided by", decisions(at(value, "verdict"), terminal), terminal);
  if (const std::string names = joined(list_at(value, "pinned")); !names.empty()) {
    page += fmt::format("\nA person stated: {}. Rules leave it as it is.\n", one_line(names));
  }
  return page +
         section("What rules did", timeline_table(list_at(value, "timeline"), session), terminal);
}

}  // namespace deskd::ctl

#include "daemon/ctl/pages/source_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "daemon/ctl/json_view.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

using Align = Column::Align;

constexpr std::size_t refusals_at_a_glance = 10;  // the page should fit a terminal

bool is_in_trouble(const boost::json::value& source) { return !text_at(source, "detail").empty(); }

Cell state(const boost::json::value& source) {
  return {text_at(source, "state"), is_in_trouble(source) ? Colour::red : Colour::none};
}

// "webhook generic", "alertmanager_api".
std::string kind(const boost::json::value& source) {
  const std::string kind = text_at(source, "kind");
  const std::string format = text_at(source, "format");
  return format.empty() || format == kind ? kind : kind + " " + format;
}

std::uint64_t number(const boost::json::value& value) {
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_int64() && value.get_int64() > 0) {
    return static_cast<std::uint64_t>(value.get_int64());
  }
  return 0;
}

// "raised=1, merged=9", without those that never came.
std::string counted(const boost::json::value& counts) {
  std::string out;
  const auto* object = counts.if_object();
  if (!object) return out;
  for (const auto& [name, count] : *object) {
    if (number(count) == 0) continue;
    out += fmt::format("{}{}={}", out.empty() ? "" : ", ", std::string_view{name}, text(count));
  }
  return out;
}

// Of all partitions: "4711"; "4711+" where some end is not known, "?" where none is.
std::string lag(const boost::json::value& source) {
  const auto& lag = at(source, "lag");
  const auto unknown = number(at(lag, "unknown"));
  if (unknown == 0) return text_at(lag, "records");
  return unknown == number(at(lag, "partitions")) ? "?" : text_at(lag, "records") + "+";
}

// Of a source that drops; nothing for others.
Cell dropped(const boost::json::value& source) {
  const auto* reasons = at(source, "dropped").if_object();
  if (!reasons) return {};
  std::uint64_t total = 0;
  for (const auto& [reason, count] : *reasons) total += number(count);
  return {std::to_string(total), total > 0 ? Colour::yellow : Colour::dim};
}

// "engine_id=0x80…, listen=127.0.0.1:9162", without counts of nothing.
std::string facts(const boost::json::value& source) {
  std::string out;
  for (const auto& fact : list_at(source, "facts")) {
    const std::string value = text_at(fact, "value");
    if (value == "0") continue;
    out += fmt::format("{}{}={}", out.empty() ? "" : ", ", text_at(fact, "name"), value);
  }
  return out;
}

Table trouble_table(const boost::json::array& sources) {
  Table table{{{.title = "IN TROUBLE", .shrinks = true},
               {.title = "STATE"},
               {.title = "WHY", .wraps = true}}};
  for (const auto& source : sources) {
    if (!is_in_trouble(source)) continue;
    table.row(
        {{text_at(source, "name"), Colour::cyan}, state(source), {text_at(source, "detail")}});
  }
  return table;
}

// A line for each source of which `words` has some.
template <class Words>
Table words_table(const boost::json::array& sources, std::string title, Words words) {
  Table table{{{.title = "SOURCE", .shrinks = true}, {.title = std::move(title), .wraps = true}}};
  for (const auto& source : sources) {
    std::string said = words(source);
    if (!said.empty()) table.row({{text_at(source, "name"), Colour::cyan}, {std::move(said)}});
  }
  return table;
}

struct Refused {
  const boost::json::value* source;
  const boost::json::value* refusal;
};

// Of all sources, the newest first: times of one form are in order as texts.
std::vector<Refused> last_refusals(const boost::json::array& sources) {
  std::vector<Refused> all;
  for (const auto& source : sources) {
    for (const auto& refusal : list_at(source, "refusals")) all.push_back({&source, &refusal});
  }
  std::ranges::stable_sort(all, std::greater{},
                           [](const Refused& one) { return text_at(*one.refusal, "at"); });
  return all;
}

Table refusal_table(const std::vector<Refused>& refused, std::size_t most, const TimeStyle& times) {
  Table table{{{.title = "SOURCE", .shrinks = true},
               {.title = "WHEN"},
               {.title = "COUNT", .align = Align::right},
               {.title = "SENDER", .shrinks = true},
               {.title = "USER", .shrinks = true, .drops = 1},
               {.title = "REASON", .shrinks = true, .least = 12},
               {.title = "DETAIL", .wraps = true, .least = 16}}};
  for (std::size_t i = 0; i < std::min(most, refused.size()); ++i) {
    const auto& refusal = *refused[i].refusal;
    table.row({{text_at(*refused[i].source, "name"), Colour::cyan},
               {times.show(text_at(refusal, "at"))},
               {text_at(refusal, "count")},
               {text_at(refusal, "sender")},
               {text_at(refusal, "user")},
               {text_at(refusal, "reason"), Colour::yellow},
               {text_at(refusal, "detail")}});
  }
  return table;
}

Table lag_table(const boost::json::array& partitions) {
  Table table{{{.title = "TOPIC", .shrinks = true},
               {.title = "PARTITION", .align = Align::right},
               {.title = "NEXT OFFSET", .align = Align::right},
               {.title = "LAG", .align = Align::right}}};
  for (const auto& one : partitions) {
    const bool is_known = !at(one, "lag").is_null();
    table.row({{text_at(one, "topic")},
               {text_at(one, "partition")},
               {text_at(one, "next")},
               is_known ? Cell{text_at(one, "lag")} : Cell{"unknown", Colour::yellow}});
  }
  return table;
}

// "0 alerts, 0 of 67108864 bytes".
std::string lane(const boost::json::value& source) {
  const auto& lane = at(source, "lane");
  return fmt::format("{} alerts, {} of {} bytes", text_at(lane, "alerts"), text_at(lane, "bytes"),
                     text_at(lane, "bytes_max"));
}

std::string unless_zero(std::string count) { return count == "0" ? std::string{} : count; }

std::string own_fields(const boost::json::value& source, const Session& session) {
  std::vector<std::pair<std::string_view, Cell>> lines{
      {"kind", {kind(source)}},
      {"state", state(source)},
      {"why", {text_at(source, "detail"), Colour::red}},
      {"received", {text_at(source, "received")}},
      {"in flight", {text_at(source, "in_flight")}},
      {"became", {counted(at(source, "outcomes"))}},
      {"severity unknown", {unless_zero(text_at(source, "severity_unknown"))}},
      {"times clamped", {unless_zero(text_at(source, "event_time_clamped"))}},
      {"last alert", {session.times().show(text_at(source, "last_alert_at"))}},
      {"lane", {lane(source)}},
      {"requests refused", {counted(at(source, "requests_refused")), Colour::yellow}},
      {"dropped", {counted(at(source, "dropped")), Colour::yellow}},
      {"lag", {lag(source)}}};
  std::vector<std::string> names;  // `fields` looks at them
  const auto& known = list_at(source, "facts");
  names.reserve(known.size());
  for (const auto& fact : known) {
    names.push_back(one_line(text_at(fact, "name")));
    lines.emplace_back(names.back(), Cell{text_at(fact, "value")});
  }
  return fields(lines, session.terminal());
}

std::string section(std::string_view title, const Table& table, const Terminal& terminal) {
  if (table.empty()) return {};
  return fmt::format("\n{}\n{}", terminal.paint(title, Colour::bold), table.text(terminal));
}

// Where not all partitions are shown.
std::string partitions_left_out(const boost::json::value& source) {
  const auto& lag = at(source, "lag");
  const auto all = number(at(lag, "partitions"));
  const auto shown = list_at(lag, "by_partition").size();
  return all > shown ? fmt::format("and {} more, none further behind\n", all - shown) : "";
}

}  // namespace

boost::json::array troubled_first(const boost::json::array& sources) {
  boost::json::array sorted;
  for (const bool wanted : {true, false}) {
    for (const auto& source : sources) {
      if (is_in_trouble(source) == wanted) sorted.push_back(source);
    }
  }
  return sorted;
}

Table source_table(const boost::json::array& sources, const TimeStyle& times) {
  Table table{{{.title = "SOURCE", .shrinks = true, .least = 10},
               {.title = "KIND", .drops = 2},
               {.title = "STATE", .shrinks = true, .least = 11},
               {.title = "RECEIVED", .align = Align::right},
               {.title = "IN FLIGHT", .align = Align::right, .drops = 1},
               {.title = "LAG", .align = Align::right},
               {.title = "DROPPED", .align = Align::right},
               {.title = "LAST ALERT"}}};
  for (const auto& source : sources) {
    table.row({{text_at(source, "name"), Colour::cyan},
               {kind(source)},
               state(source),
               {text_at(source, "received")},
               {text_at(source, "in_flight")},
               {lag(source)},
               dropped(source),
               {times.show(text_at(source, "last_alert_at"))}});
  }
  return table;
}

std::string sources_page(const boost::json::array& listed, const Session& session) {
  const boost::json::array sources = troubled_first(listed);
  const Terminal& terminal = session.terminal();
  std::string page = trouble_table(sources).text(terminal);
  if (!page.empty()) page += "\n";
  page += source_table(sources, session.times()).text(terminal);
  const Table tables[] = {
      words_table(sources, "WHAT BECAME OF ITS ALERTS",
                  [](const auto& source) { return counted(at(source, "outcomes")); }),
      words_table(sources, "DATAGRAMS THAT WERE DROPPED",
                  [](const auto& source) { return counted(at(source, "dropped")); }),
      words_table(sources, "FACTS", facts)};
  for (const Table& table : tables) {
    if (!table.empty()) page += "\n" + table.text(terminal);
  }
  const auto refused = last_refusals(sources);
  page += section("Last refusals", refusal_table(refused, refusals_at_a_glance, session.times()),
                  terminal);
  if (refused.size() > refusals_at_a_glance) {
    page +=
        fmt::format("and {} before: deskctl sources NAME\n", refused.size() - refusals_at_a_glance);
  }
  return page;
}

std::string source_page(const boost::json::value& source, const Session& session) {
  const Terminal& terminal = session.terminal();
  std::string page = terminal.paint(one_line(text_at(source, "name")), Colour::cyan) + "\n\n" +
                     own_fields(source, session);
  page += section("Partitions", lag_table(list_at(at(source, "lag"), "by_partition")), terminal);
  page += partitions_left_out(source);
  boost::json::array only;
  only.push_back(source);
  const auto refused = last_refusals(only);
  return page + section("Last refusals", refusal_table(refused, refused.size(), session.times()),
                        terminal);
}

}  // namespace deskd::ctl

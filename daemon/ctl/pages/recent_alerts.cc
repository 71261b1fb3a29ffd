#include "daemon/ctl/pages/recent_alerts.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <set>
#include <thread>

#include "config/limits.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

// The rules that took a decision, each once, in the order of the verdict.
std::string deciding_rules(const boost::json::value& alert) {
  std::vector<std::string> names;
  const auto* decisions = at(alert, "verdict").if_object();
  if (!decisions) return {};
  for (const auto& [decision, made] : *decisions) {
    std::string rule = text_at(made, "rule");
    if (!rule.empty() && std::find(names.begin(), names.end(), rule) == names.end()) {
      names.push_back(std::move(rule));
    }
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// "/alerts/3/status: 'firing' or 'resolved' expected"; empty for what became an alert.
std::string why_turned_away(const boost::json::value& alert) {
  const auto& why = at(alert, "turned_away");
  const std::string pointer = text_at(why, "pointer");
  return (pointer.empty() ? "" : pointer + ": ") + text_at(why, "detail");
}

std::string summary(const boost::json::value& alert) {
  return at(alert, "turned_away").is_object() ? why_turned_away(alert) : text_at(alert, "summary");
}

Colour outcome_colour(const std::string& outcome) {
  return outcome == "malformed" || outcome == "refused" ? Colour::red : Colour::bold;
}

std::string title(const boost::json::value& alert) {
  const std::string type = text_at(alert, "type");
  const std::string resource = text_at(alert, "resource");
  return resource.empty() ? type : type + " on " + resource;
}

// What has come in since the last look, oldest first. An alert has no id of its own: its whole
// JSON, receipt time included, tells it from the others.
class News {
 public:
  std::vector<boost::json::value> take(const boost::json::array& newest_first) {
    std::set<std::string> now;
    std::vector<boost::json::value> fresh;
    for (const auto& alert : newest_first) {
      std::string whole = boost::json::serialize(alert);
      if (!seen_.contains(whole)) fresh.push_back(alert);
      now.insert(std::move(whole));
    }
    seen_ = std::move(now);
    std::reverse(fresh.begin(), fresh.end());
    return fresh;
  }

 private:
  std::set<std::string> seen_;
};

std::string follow_line(const boost::json::value& alert, const Terminal& terminal) {
  const std::string severity = text_at(alert, "severity");
  const std::string line = fmt::format(
      "{}  {:<9}  {:<8}  {:<8}  {}  {}", text_at(alert, "received_at"), text_at(alert, "outcome"),
      severity, text_at(alert, "status"), title(alert), summary(alert));
  const std::string clean = one_line(line);
  return terminal.paint(terminal.width ? cut(clean, *terminal.width) : clean,
                        severity_colour(severity));
}

// "hooks  10.0.0.7  linkDown on edge-7", as far as it is known.
std::string origin(const boost::json::value& alert) {
  std::string text = text_at(alert, "source");
  for (const std::string& part : {text_at(alert, "sender"), title(alert)}) {
    if (!part.empty()) text += "  " + part;
  }
  return text;
}

// The message as it came in, indented; on the terminal's own lines where it is long.
std::string raw_line(const boost::json::value& alert, const Terminal& terminal) {
  const std::string raw = text_at(alert, "raw");
  if (raw.empty()) return "  " + terminal.paint("(the message is not kept)", Colour::dim) + "\n";
  return "  " + terminal.paint(one_line(raw), Colour::dim) + "\n";
}

}  // namespace

Table alert_table(const boost::json::array& alerts, const TimeStyle& times) {
  Table table{{{.title = "RECEIVED"},
               {.title = "OUTCOME"},
               {.title = "STATUS"},
               {.title = "SEVERITY"},
               {.title = "SOURCE", .shrinks = true},
               {.title = "ALERT", .shrinks = true},
               {.title = "ALARM"},
               {.title = "RULES", .shrinks = true},
               {.title = "SUMMARY", .shrinks = true}}};
  for (const auto& alert : alerts) {
    const std::string status = text_at(alert, "status");
    const std::string severity = text_at(alert, "severity");
    table.row({{times.show(text_at(alert, "received_at"))},
               {text_at(alert, "outcome"), outcome_colour(text_at(alert, "outcome"))},
               {status, state_colour(status)},
               {severity, severity_colour(severity)},
               {text_at(alert, "source")},
               {title(alert)},
               {text_at(alert, "alarm"), Colour::cyan},
               {deciding_rules(alert)},
               {summary(alert)}});
  }
  return table;
}

std::string alert_messages(const boost::json::array& alerts, const Session& session) {
  const Terminal& terminal = session.terminal();
  std::string page;
  for (const auto& alert : alerts) {
    const std::string outcome = text_at(alert, "outcome");
    page += page.empty() ? "" : "\n";
    page += one_line(session.times().show(text_at(alert, "received_at"))) + "  " +
            terminal.paint(outcome, outcome_colour(outcome)) + "  " + one_line(origin(alert)) +
            "\n";
    if (const auto told = summary(alert); !told.empty()) page += "  " + one_line(told) + "\n";
    page += raw_line(alert, terminal);
  }
  return page;
}

bool asks_for_messages(const Query& query) {
  return std::ranges::any_of(query, [](const auto& filter) {
    return filter.first == "outcome" &&
           (filter.second == "malformed" || filter.second == "refused");
  });
}

void follow_alerts(Session& session, const Filters& filters, bool with_messages) {
  Request request{.path = "/api/v1/alerts", .query = filters.query()};
  request.query.emplace_back("limit", std::to_string(limits::page_max));
  // Asked for every second: without what nobody looks at.
  if (!with_messages && !session.options.json) request.query.emplace_back("raw", "false");
  News news;
  for (;;) {
    const auto page = session.ask(request);
    if (!page) return;
    for (const auto& alert : news.take(list_at(*page, "items"))) {
      print(session.options.json ? boost::json::serialize(alert)
                                 : follow_line(alert, session.terminal()));
      print("\n");
      if (with_messages && !session.options.json) print(raw_line(alert, session.terminal()));
    }
    if (std::fflush(stdout) != 0) return;
    std::this_thread::sleep_for(std::chrono::seconds{1});
  }
}

}  // namespace deskd::ctl

#include "daemon/ctl/recent_alerts.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <set>
#include <thread>

#include "config/limits.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/shown_text.h"

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
      severity, text_at(alert, "status"), title(alert), text_at(alert, "summary"));
  const std::string clean = one_line(line);
  return terminal.paint(terminal.width ? cut(clean, *terminal.width) : clean,
                        severity_colour(severity));
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
               {text_at(alert, "outcome"), Colour::bold},
               {status, state_colour(status)},
               {severity, severity_colour(severity)},
               {text_at(alert, "source")},
               {title(alert)},
               {text_at(alert, "alarm"), Colour::cyan},
               {deciding_rules(alert)},
               {text_at(alert, "summary")}});
  }
  return table;
}

void follow_alerts(Session& session, const Filters& filters) {
  Request request{.path = "/api/v1/alerts", .query = filters.query()};
  request.query.emplace_back("limit", std::to_string(limits::page_max));
  News news;
  for (;;) {
    const auto page = session.ask(request);
    if (!page) return;
    for (const auto& alert : news.take(list_at(*page, "items"))) {
      print(session.options.json ? boost::json::serialize(alert)
                                 : follow_line(alert, session.terminal()));
      print("\n");
    }
    if (std::fflush(stdout) != 0) return;
    std::this_thread::sleep_for(std::chrono::seconds{1});
  }
}

}  // namespace deskd::ctl

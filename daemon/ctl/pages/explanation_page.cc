#include "daemon/ctl/pages/explanation_page.h"

#include <fmt/format.h>

#include "daemon/ctl/json_view.h"
#include "daemon/ctl/pages/incident_page.h"
#include "daemon/ctl/terminal/shown_text.h"
#include "daemon/ctl/terminal/table.h"

namespace deskd::ctl {

namespace {

std::string where(const boost::json::value& rule) {
  const std::string file = text_at(rule, "file");
  return file.empty() ? "" : file + ":" + text_at(rule, "line");
}

std::string alert_fields(const boost::json::value& alert, const Terminal& terminal) {
  const std::string severity = text_at(alert, "severity");
  return fields({{"status", {text_at(alert, "status"), state_colour(text_at(alert, "status"))}},
                 {"severity", {severity, severity_colour(severity)}},
                 {"type", {text_at(alert, "type")}},
                 {"resource", {text_at(alert, "resource")}},
                 {"qualifier", {text_at(alert, "qualifier")}},
                 {"summary", {text_at(alert, "summary")}},
                 {"sender", {text_at(alert, "sender")}},
                 {"key", {text_at(alert, "key")}},
                 {"labels", {pairs(at(alert, "labels"))}},
                 {"annotations", {pairs(at(alert, "annotations"))}},
                 {"happened", {text_at(alert, "event_at")}},
                 {"started", {text_at(alert, "starts_at")}},
                 {"ends", {text_at(alert, "ends_at")}}},
                terminal);
}

// "when.labels.speed.ge (rules.d/50.yaml:31): wanted ge 10000, labels.speed is 100"
std::string failure(const boost::json::value& failed) {
  const std::string field = text_at(failed, "field");
  const std::string value = text_at(failed, "value");
  return one_line(fmt::format("{} ({}): wanted {}, {} is {}", text_at(failed, "path"),
                              where(failed), text_at(failed, "wanted"), field,
                              value.empty() ? "missing" : value));
}

// "  queue      taken: noc-network"
std::string decision(const boost::json::value& traced) {
  const std::string fate = text_at(traced, "fate");
  const std::string by = text_at(traced, "by");
  std::string told;
  if (fate == "taken") {
    told = "taken: " + text_at(traced, "value");
  } else if (fate == "stated_before") {
    told = fmt::format("rule {} above had taken it", by);
  } else if (fate == "overruled") {
    told = fmt::format("{}, but rule {} has the last word", text_at(traced, "value"), by);
  } else {
    told = fmt::format("not stated: {}", text_at(traced, "why"));
  }
  return one_line(fmt::format("  {:<14}  {}", text_at(traced, "decision"), told));
}

std::string rule(const boost::json::value& trace, const Terminal& terminal) {
  const bool matched = text_at(trace, "matched") == "true";
  const std::string name = one_line(text_at(trace, "rule"));
  std::string page = fmt::format("{}  {}  {}\n", terminal.paint(name, Colour::cyan),
                                 terminal.paint(matched ? "matched" : "did not match",
                                                matched ? Colour::green : Colour::yellow),
                                 one_line(where(trace)));
  if (text_at(trace, "reached") == "false") {
    page += fmt::format("  it was not read: rule {} ended the reading\n",
                        one_line(text_at(trace, "ended_by")));
  }
  if (at(trace, "failed").is_object()) page += "  " + failure(at(trace, "failed")) + "\n";
  for (const auto& other : list_at(trace, "alternatives")) {
    page += "  or " + failure(other) + "\n";
  }
  for (const auto& one : list_at(trace, "decisions")) page += decision(one) + "\n";
  return page;
}

std::string others(const boost::json::value& alert) {
  std::string text;
  const auto counts = [](const std::string& number) { return !number.empty() && number != "0"; };
  if (const auto failed = text_at(alert, "rules_failed"); counts(failed)) {
    text = fmt::format("{} {} not match", failed, failed == "1" ? "rule did" : "rules did");
  }
  if (const auto left = text_at(alert, "rules_not_reached"); counts(left)) {
    text += fmt::format("{}{} {} not read", text.empty() ? "" : ", ", left,
                        left == "1" ? "was" : "were");
  }
  return text.empty() ? text : "(" + text + ")\n";
}

std::string follows(const boost::json::value& prospect) {
  if (!prospect.is_object()) {
    return "What would follow depends on what fires now; ask a running deskd.\n";
  }
  return fmt::format("{}. {}\n", text_at(prospect, "outcome"), one_line(text_at(prospect, "text")));
}

std::string alert_page(const boost::json::value& alert, const Session& session) {
  const Terminal& terminal = session.terminal();
  const auto heading = [&](std::string_view text) {
    return "\n" + terminal.paint(text, Colour::bold) + "\n";
  };
  std::string page = terminal.paint("Alert " + text_at(alert, "index"), Colour::bold) + "\n";
  page += alert_fields(at(alert, "alert"), terminal);
  page += heading("Decided by") + verdict_table(at(alert, "verdict"), terminal);
  page += heading("Rules");
  for (const auto& one : list_at(alert, "rules")) page += rule(one, terminal);
  page += others(alert);
  return page + heading("What would follow") + follows(at(alert, "follows"));
}

std::string malformed(const boost::json::value& explained, const Terminal& terminal) {
  const auto& all = list_at(explained, "malformed");
  if (all.empty()) return {};
  std::string page = terminal.paint("Malformed", Colour::bold) + "\n";
  for (const auto& one : all) {
    const std::string pointer = text_at(one, "pointer");
    page += one_line(fmt::format("  alert {}  {}{}{}", text_at(one, "index"), pointer,
                                 pointer.empty() ? "" : ": ", text_at(one, "detail"))) +
            "\n";
  }
  return page;
}

}  // namespace

std::string explanation_page(const boost::json::value& explained, const Session& session) {
  std::string page;
  for (const auto& alert : list_at(explained, "alerts")) {
    if (!page.empty()) page += "\n";
    page += alert_page(alert, session);
  }
  if (const auto left_out = text_at(explained, "left_out"); !left_out.empty() && left_out != "0") {
    page += fmt::format("\n… and {} more alerts, which were not explained\n", left_out);
  }
  const std::string bad = malformed(explained, session.terminal());
  if (!bad.empty() && !page.empty()) page += "\n";
  page += bad;
  return page.empty() ? "the payload holds no alert\n" : page;
}

}  // namespace deskd::ctl

#include "daemon/ctl/pages/queue_table.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>

#include "daemon/ctl/json_view.h"

namespace deskd::ctl {

namespace {

// "3: P1 1, P3 2", or "0".
std::string backlog(const boost::json::value& queue) {
  const auto* by_priority = at(queue, "backlog").if_object();
  if (!by_priority) return text_at(queue, "backlog");
  std::int64_t total = 0;
  std::string parts;
  for (const auto& [priority, count] : *by_priority) {
    const auto number = count.is_int64() ? count.get_int64() : 0;
    if (number == 0) continue;
    total += number;
    parts +=
        fmt::format("{}{} {}", parts.empty() ? ": " : ", ", std::string_view{priority}, number);
  }
  return std::to_string(total) + parts;
}

// What is nothing does not catch the eye.
Cell count(const boost::json::value& counts, std::string_view name, Colour colour = Colour::none) {
  const std::string number = text_at(counts, name);
  return {number, number == "0" ? Colour::dim : colour};
}

}  // namespace

Table queue_table(const boost::json::array& queues, const TimeStyle& times) {
  using Align = Column::Align;
  Table table{{{.title = "QUEUE", .shrinks = true, .least = 10},
               {.title = "TEAM", .shrinks = true, .drops = 3},
               {.title = "TIER", .align = Align::right, .drops = 1},
               {.title = "BACKLOG", .shrinks = true, .least = 12},
               {.title = "UNACKED", .align = Align::right},
               {.title = "NEW", .align = Align::right},
               {.title = "ASSIGNED", .align = Align::right},
               {.title = "IN PROGRESS", .align = Align::right},
               {.title = "PENDING", .align = Align::right},
               {.title = "OLDEST"},
               {.title = "", .drops = 2}}};
  for (const auto& queue : queues) {
    const auto& by_state = at(queue, "states");
    table.row({{text_at(queue, "name"), Colour::cyan},
               {text_at(queue, "team")},
               {text_at(queue, "tier")},
               {backlog(queue)},
               count(queue, "unacknowledged", Colour::yellow),
               count(by_state, "new", Colour::yellow),
               count(by_state, "assigned"),
               count(by_state, "in_progress"),
               count(by_state, "pending"),
               {times.show(text_at(queue, "oldest_at"))},
               {text_at(queue, "catch_all") == "true" ? "catch-all" : "", Colour::dim}});
  }
  return table;
}

}  // namespace deskd::ctl

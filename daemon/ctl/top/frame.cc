#include "daemon/ctl/top/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "daemon/ctl/terminal/shown_text.h"
#include "daemon/ctl/top/page.h"

namespace deskd::ctl::top {

namespace {

using Align = Column::Align;
using std::chrono::duration_cast;

constexpr std::size_t side_by_side_width = 110;  // two tables of 54 columns can be read
constexpr auto message_shown_for = std::chrono::seconds{10};

// "12s", "5m", "3h", "2d"; nothing when the time is not known.
std::string age(rules::Time time, rules::Time now) {
  using namespace std::chrono;
  if (!rules::is_known(time)) return {};
  const auto past = std::max(duration_cast<seconds>(now - time), 0s);
  if (past < 60s) return fmt::format("{}s", past.count());
  if (past < 60min) return fmt::format("{}m", duration_cast<minutes>(past).count());
  if (past < 48h) return fmt::format("{}h", duration_cast<hours>(past).count());
  return fmt::format("{}d", duration_cast<days>(past).count());
}

std::string rate(const std::optional<double>& alerts_per_second) {
  if (!alerts_per_second) return "-";
  const double rate = *alerts_per_second;
  return rate > 0 && rate < 99.95 ? fmt::format("{:.1f}", rate) : fmt::format("{:.0f}", rate);
}

std::string clock(rules::Time now) { return rules::rfc3339(now).substr(11, 8) + " UTC"; }

Line head_line(const State& state, std::size_t width) {
  Line line{"deskd ", Colour::bold};
  line.add(state.address).add("  ");
  if (state.trouble) {
    const auto since = rules::is_known(state.answered_at)
                           ? fmt::format(" since {}", age(state.answered_at, state.now))
                           : std::string{" yet"};
    const std::string what = state.trouble->was_answered ? "an error" : "no answer";
    return line.add(what + since + ": " + state.trouble->sentence, Colour::red).fit(width);
  }
  if (!rules::is_known(state.answered_at)) return line.add("asking …", Colour::dim).fit(width);
  std::uint64_t open = 0;
  std::uint64_t unacknowledged = 0;
  for (const Queue& queue : state.reading.queues) {
    open += queue.open;
    unacknowledged += queue.unacknowledged;
  }
  std::optional<double> alerts;
  for (const Source& source : state.reading.sources) {
    if (source.alerts_per_second) alerts = alerts.value_or(0) + *source.alerts_per_second;
  }
  line.add(fmt::format("{} open", open), Colour::bold);
  line.add(fmt::format(", {} unacked", unacknowledged),
           unacknowledged > 0 ? Colour::yellow : Colour::none);
  line.add(fmt::format(", {} alerts/s", rate(alerts)));
  if (!state.reading.unconfirmed.empty()) {
    line.add("  not confirmed: " + state.reading.unconfirmed, Colour::red);
  }
  const std::string time = clock(state.now);
  if (line.width() + time.size() + 2 <= width) line.pad(width - time.size()).add(time);
  return line.fit(width);
}

Line foot_line(const State& state, std::size_t width) {
  if (!state.message.empty() && state.now - state.message_at < message_shown_for) {
    return Line{state.message, Colour::bold}.fit(width);
  }
  std::string keys;
  if (state.shown == Shown::help) {
    keys = "any key: back";
  } else if (state.shown == Shown::page) {
    keys = "q back  j/k scroll  a ack  t take  ? help";
  } else {
    const std::string_view sort = state.sort == Sort::newest ? "newest" : "most urgent";
    keys = fmt::format("q quit  ? help  Enter page  a ack  t take  s {}", sort);
    if (!state.queue.empty()) keys += "  n next of " + state.queue;
  }
  return Line{keys, Colour::dim}.fit(width);
}

// The first of `count` to show in `rows` lines so that `selected` is among them.
std::size_t first_shown(std::size_t selected, std::size_t count, std::size_t rows) {
  if (rows == 0 || count <= rows || selected < rows) return 0;
  return std::min(selected - rows + 1, count - rows);
}

template <class Item>
std::size_t place_of(const std::vector<Item>& items, std::string Item::* member,
                     const std::string& name) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].*member == name) return i;
  }
  return 0;
}

// A table in `height` lines, titles included.
template <class Item, class MakeRow>
std::vector<Line> table(const std::vector<GridColumn>& columns, const std::vector<Item>& items,
                        const Size& size, std::size_t selected, MakeRow make_row) {
  if (size.height == 0) return {};
  const std::size_t rows = size.height - 1;
  const std::size_t first = first_shown(selected, items.size(), rows);
  std::vector<GridRow> shown;
  for (std::size_t i = first; i < items.size() && i < first + rows; ++i) {
    shown.push_back(make_row(items[i]));
  }
  return grid(columns, shown, size.width);
}

std::vector<Line> queue_lines(const State& state, const Size& size) {
  const auto& queues = state.reading.queues;
  constexpr std::size_t level_width = 4;
  constexpr std::size_t fixed = 2 + 13 + 6 + 6 + 7;  // mark, a name of 12, OPEN, UNACK, OLDEST
  const std::size_t levels_that_fit =
      size.width > fixed ? (size.width - fixed) / (level_width + 1) : 0;
  const std::size_t levels =
      queues.empty() ? 0 : std::min(queues.front().backlog.size(), levels_that_fit);
  std::vector<GridColumn> columns{{.title = "QUEUE"},
                                  {.title = "OPEN", .width = 5, .align = Align::right},
                                  {.title = "UNACK", .width = 5, .align = Align::right}};
  for (std::size_t i = 0; i < levels; ++i) {
    columns.push_back(
        {.title = queues.front().backlog[i].first, .width = level_width, .align = Align::right});
  }
  columns.push_back({.title = "OLDEST", .width = 6, .align = Align::right});
  return table(
      columns, queues, size, place_of(queues, &Queue::name, state.queue), [&](const Queue& queue) {
        GridRow row{.cells = {{queue.name, Colour::cyan},
                              {std::to_string(queue.open), Colour::bold},
                              {std::to_string(queue.unacknowledged),
                               queue.unacknowledged > 0 ? Colour::yellow : Colour::none}},
                    .selected = queue.name == state.queue};
        for (std::size_t i = 0; i < levels; ++i) {
          const std::uint64_t count = i < queue.backlog.size() ? queue.backlog[i].second : 0;
          row.cells.push_back({count > 0 ? std::to_string(count) : "."});
        }
        row.cells.push_back({age(queue.oldest_at, state.now)});
        return row;
      });
}

std::vector<Line> source_lines(const State& state, const Size& size) {
  std::vector<std::string> names;
  for (const Source& source : state.reading.sources) names.push_back(source.name);
  const std::vector<GridColumn> columns{
      {.title = "SOURCE", .width = fitting_width("SOURCE", names, size.width < 70 ? 12 : 24)},
      {.title = "STATE"},
      {.title = "ALERTS/S", .width = 8, .align = Align::right},
      {.title = "RECEIVED", .width = 11, .align = Align::right, .from = 50},
      {.title = "LAST", .width = 5, .align = Align::right}};
  return table(columns, state.reading.sources, size, 0, [&](const Source& source) {
    const bool is_well = source.detail.empty();
    return GridRow{.cells = {{source.name, Colour::cyan},
                             {is_well ? source.state : source.state + ": " + source.detail,
                              is_well ? Colour::none : Colour::red},
                             {rate(source.alerts_per_second)},
                             {std::to_string(source.received)},
                             {age(source.last_alert_at, state.now)}}};
  });
}

std::vector<GridColumn> incident_columns(const std::vector<Incident>& incidents,
                                         std::size_t width) {
  std::vector<std::string> ids, queues, people;
  for (const Incident& incident : incidents) {
    ids.push_back(incident.id);
    queues.push_back(incident.queue);
    people.push_back(incident.person);
  }
  const std::size_t name_max = width < 100 ? 12 : 24;
  return {{.title = "ID", .width = fitting_width("ID", ids, 12)},
          {.title = "PRI", .width = 3},
          {.title = "STATE", .width = 11},
          {.title = "ACK", .width = 3, .from = 60},
          {.title = "SEVERITY", .width = 8, .from = 100},
          {.title = "QUEUE", .width = fitting_width("QUEUE", queues, name_max), .from = 60},
          {.title = "PERSON", .width = fitting_width("PERSON", people, name_max), .from = 70},
          {.title = "FIRING", .width = 7, .align = Align::right, .from = 110},
          {.title = "AGE", .width = 4, .align = Align::right},
          {.title = "TITLE"}};
}

std::vector<Line> incident_lines(const State& state, const Size& size) {
  const auto& incidents = state.reading.incidents;
  const auto columns = incident_columns(incidents, size.width);
  auto lines =
      table(columns, incidents, size, place_of(incidents, &Incident::id, state.incident),
            [&](const Incident& incident) {
              return GridRow{.cells = {{incident.id, Colour::cyan},
                                       {incident.priority, Colour::bold},
                                       {incident.state, state_colour(incident.state)},
                                       {incident.acknowledged ? "ack" : ""},
                                       {incident.severity, severity_colour(incident.severity)},
                                       {incident.queue},
                                       {incident.person},
                                       {fmt::format("{}/{}", incident.firing, incident.alarms)},
                                       {age(incident.opened_at, state.now)},
                                       {incident.title}},
                             .selected = incident.id == state.incident};
            });
  if (incidents.empty() && lines.size() < size.height && rules::is_known(state.answered_at)) {
    lines.push_back(Line{"  no open incident", Colour::dim}.fit(size.width));
  }
  return lines;
}

std::vector<Line> side_by_side(std::vector<Line> left, const std::vector<Line>& right,
                               std::size_t left_width) {
  left.resize(std::max(left.size(), right.size()));
  for (std::size_t i = 0; i < right.size(); ++i) left[i].pad(left_width).append(right[i]);
  return left;
}

void append(std::vector<Line>& lines, std::vector<Line> more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

// Queues and sources get what they need, but leave half of the room to the incidents.
std::vector<Line> list_lines(const State& state, const Size& size) {
  const std::size_t queues = state.reading.queues.size() + 1;
  const std::size_t sources = state.reading.sources.size() + 1;
  std::vector<Line> lines;
  if (size.height < 4) return incident_lines(state, size);
  if (size.width >= side_by_side_width) {
    const std::size_t height = std::min(std::max(queues, sources), size.height / 2);
    const std::size_t half = size.width / 2;
    lines = side_by_side(queue_lines(state, {half - 1, std::min(queues, height)}),
                         source_lines(state, {size.width - half, std::min(sources, height)}), half);
  } else if (size.height < 12) {
    lines = queue_lines(state, {size.width, std::min(queues, size.height / 2)});
  } else {
    append(lines, queue_lines(state, {size.width, std::min(queues, size.height * 3 / 10)}));
    append(lines, source_lines(state, {size.width, std::min(sources, size.height / 4)}));
  }
  append(lines, incident_lines(state, {size.width, size.height - lines.size()}));
  return lines;
}

std::vector<Line> help_lines(std::size_t width) {
  static constexpr std::array<std::string_view, 15> texts{
      "j k, arrows      select an incident",
      "Enter            its page; q or Esc leads back",
      "a                acknowledge it",
      "t                take it: it becomes yours",
      "Tab, left right  select a queue",
      "n                next: take the most urgent new incident of that queue",
      "s                sort by age (newest first) or by urgency",
      "q, Ctrl-C        quit",
      "",
      "UNACK      open incidents that nobody acknowledged",
      "P1 P2 ...  open incidents of that priority; a dot is none",
      "OLDEST     how long the oldest open incident of the queue is open",
      "ALERTS/S   between the last two looks; - after a start",
      "STATE      of a source; those in trouble stand first, and say why",
      "AGE        how long the incident is open"};
  std::vector<Line> lines;
  lines.reserve(texts.size());
  for (const auto text : texts) lines.push_back(Line{text}.fit(width));
  return lines;
}

std::vector<Line> incident_page_lines(const State& state, std::size_t width) {
  if (state.reading.page) return page_lines(*state.reading.page, state.now, width);
  const std::string& fault = state.reading.page_fault;
  return {Line{fault.empty() ? "asking …" : fault, Colour::dim}.fit(width)};
}

// Between the first line and the last.
std::vector<Line> body_lines(const State& state, const Size& size) {
  if (state.shown == Shown::help) return help_lines(size.width);
  if (state.shown == Shown::list) return list_lines(state, size);
  auto lines = incident_page_lines(state, size.width);
  const std::size_t last = lines.size() > size.height ? lines.size() - size.height : 0;
  const auto scrolled = static_cast<std::ptrdiff_t>(std::min(state.scroll, last));
  lines.erase(lines.begin(), lines.begin() + scrolled);
  return lines;
}

}  // namespace

std::vector<Line> frame(const State& state, const Size& size) {
  if (size.height == 0) return {};
  std::vector<Line> lines{head_line(state, size.width)};
  if (size.height == 1) return lines;
  const std::size_t room = size.height - 2;
  auto body = body_lines(state, {size.width, room});
  body.resize(room);
  append(lines, std::move(body));
  lines.push_back(foot_line(state, size.width));
  return lines;
}

std::size_t scroll_max(const State& state, const Size& size) {
  if (state.shown != Shown::page || size.height <= 2) return 0;
  const std::size_t lines = incident_page_lines(state, size.width).size();
  return lines > size.height - 2 ? lines - (size.height - 2) : 0;
}

}  // namespace deskd::ctl::top

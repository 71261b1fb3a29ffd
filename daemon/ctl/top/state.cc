#include "daemon/ctl/top/state.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/ctl/json_view.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl::top {

namespace {

using Kind = Key::Kind;

constexpr std::size_t page_step = 10;

std::uint64_t number(const boost::json::value& value) {
  if (value.is_uint64()) return value.get_uint64();
  return value.is_int64() && value.get_int64() > 0 ? static_cast<std::uint64_t>(value.get_int64())
                                                   : 0;
}

rules::Time time_at(const boost::json::value& value, std::string_view name) {
  return rules::parse_rfc3339(text_at(value, name)).value_or(rules::Time{});
}

std::string clean_at(const boost::json::value& value, std::string_view name) {
  return one_line(text_at(value, name));
}

// The place of `name` among `items`, or that of the last when `name` was beyond it.
template <class Item>
std::optional<std::size_t> place(const std::vector<Item>& items, std::string Item::* member,
                                 const std::string& name) {
  const auto found = std::find_if(items.begin(), items.end(),
                                  [&](const Item& item) { return item.*member == name; });
  if (found == items.end()) return std::nullopt;
  return static_cast<std::size_t>(found - items.begin());
}

// What is selected after `before` gave way to `after`: the same, else what stands in its place.
template <class Item>
std::string reselected(const std::vector<Item>& before, const std::vector<Item>& after,
                       std::string Item::* member, const std::string& selected) {
  if (after.empty()) return {};
  if (place(after, member, selected)) return selected;
  const std::size_t was = place(before, member, selected).value_or(0);
  return after[std::min(was, after.size() - 1)].*member;
}

template <class Item>
std::string moved(const std::vector<Item>& items, std::string Item::* member,
                  const std::string& selected, std::ptrdiff_t by) {
  if (items.empty()) return {};
  const auto now = static_cast<std::ptrdiff_t>(place(items, member, selected).value_or(0));
  const auto last = static_cast<std::ptrdiff_t>(items.size()) - 1;
  return items[static_cast<std::size_t>(std::clamp(now + by, std::ptrdiff_t{0}, last))].*member;
}

void set_rates(std::vector<Source>& sources, const std::vector<Source>& before,
               rules::Duration passed) {
  const double seconds = std::chrono::duration<double>(passed).count();
  if (seconds <= 0) return;
  for (Source& source : sources) {
    const auto was = place(before, &Source::name, source.name);
    if (!was || before[*was].received > source.received) continue;
    source.alerts_per_second =
        static_cast<double>(source.received - before[*was].received) / seconds;
  }
}

// Lines or incidents by which a key moves; 0: it is no such key.
std::ptrdiff_t step(const Key& key) {
  constexpr std::ptrdiff_t far = 100'000;
  switch (key.kind) {
    case Kind::up:
      return -1;
    case Kind::down:
      return 1;
    case Kind::page_up:
      return -static_cast<std::ptrdiff_t>(page_step);
    case Kind::page_down:
      return page_step;
    case Kind::home:
      return -far;
    case Kind::end:
      return far;
    case Kind::character:
      return key.character == 'k' ? -1 : key.character == 'j' ? 1 : 0;
    default:
      return 0;
  }
}

std::optional<Action> action_of(const State& state, char key) {
  const std::string& incident = state.shown == Shown::page ? state.shown_incident : state.incident;
  if (key == 'a' && !incident.empty()) return Action{Action::Kind::ack, incident};
  if (key == 't' && !incident.empty()) return Action{Action::Kind::take, incident};
  if (key == 'n' && !state.queue.empty()) return Action{Action::Kind::next, state.queue};
  return std::nullopt;
}

void press_in_list(State& state, const Key& key) {
  const auto& queues = state.reading.queues;
  if (const auto by = step(key); by != 0) {
    state.incident = moved(state.reading.incidents, &Incident::id, state.incident, by);
  } else if (key.kind == Kind::left || key.kind == Kind::right || key.kind == Kind::tab) {
    const bool last = !queues.empty() && state.queue == queues.back().name;
    state.queue = key.kind == Kind::tab && last
                      ? queues.front().name
                      : moved(queues, &Queue::name, state.queue, key.kind == Kind::left ? -1 : 1);
  } else if (key.kind == Kind::enter && !state.incident.empty()) {
    state.shown = Shown::page;
    state.shown_incident = state.incident;
    state.scroll = 0;
  } else if (key.character == 's') {
    state.sort = state.sort == Sort::newest ? Sort::most_urgent : Sort::newest;
  }
}

void press_in_page(State& state, const Key& key) {
  if (key.kind == Kind::escape || key.kind == Kind::enter || key.kind == Kind::left) {
    state.shown = Shown::list;
  } else if (const auto by = step(key); by < 0) {
    state.scroll -= std::min(state.scroll, static_cast<std::size_t>(-by));
  } else {
    state.scroll += static_cast<std::size_t>(by);
  }
}

}  // namespace

std::vector<Queue> queues_of(const boost::json::value& list) {
  std::vector<Queue> queues;
  for (const auto& item : list_at(list, "items")) {
    Queue queue;
    queue.name = clean_at(item, "name");
    queue.unacknowledged = number(at(item, "unacknowledged"));
    queue.oldest_at = time_at(item, "oldest_at");
    if (const auto* backlog = at(item, "backlog").if_object()) {
      for (const auto& [priority, count] : *backlog) {
        queue.backlog.emplace_back(one_line(priority), number(count));
        queue.open += number(count);
      }
    }
    queues.push_back(std::move(queue));
  }
  return queues;
}

std::vector<Source> sources_of(const boost::json::value& list) {
  std::vector<Source> sources;
  for (const auto& item : list_at(list, "items")) {
    sources.push_back({.name = clean_at(item, "name"),
                       .state = clean_at(item, "state"),
                       .detail = clean_at(item, "detail"),
                       .received = number(at(item, "received")),
                       .alerts_per_second = std::nullopt,
                       .last_alert_at = time_at(item, "last_alert_at")});
  }
  std::ranges::stable_sort(sources, {}, [](const Source& one) { return one.detail.empty(); });
  return sources;
}

std::vector<Incident> incidents_of(const boost::json::value& list) {
  std::vector<Incident> incidents;
  for (const auto& item : list_at(list, "items")) {
    incidents.push_back({.id = clean_at(item, "id"),
                         .priority = clean_at(item, "priority"),
                         .state = clean_at(item, "state"),
                         .severity = clean_at(item, "severity"),
                         .queue = clean_at(item, "queue"),
                         .person = clean_at(item, "person"),
                         .title = clean_at(item, "title"),
                         .acknowledged = !text_at(item, "acknowledged_by").empty(),
                         .firing = number(at(item, "firing")),
                         .alarms = number(at(item, "alarm_count")),
                         .opened_at = time_at(item, "opened_at")});
  }
  return incidents;
}

void State::take(std::expected<Reading, Trouble> taken, rules::Time at) {
  if (!taken) {
    trouble = std::move(taken.error());
    return;
  }
  trouble.reset();
  if (rules::is_known(answered_at)) {
    set_rates(taken->sources, reading.sources, at - answered_at);
  }
  // A look that was on its way when the page opened has none of it.
  const bool keeps_page = !taken->page && taken->page_fault.empty() &&
                          text_at(reading.page.value_or(nullptr), "id") == shown_incident;
  if (keeps_page) taken->page = std::move(reading.page);
  incident = reselected(reading.incidents, taken->incidents, &Incident::id, incident);
  queue = reselected(reading.queues, taken->queues, &Queue::name, queue);
  reading = std::move(*taken);
  answered_at = at;
}

void State::say(std::string_view text) {
  message = one_line(text);
  message_at = now;
}

Wish press(State& state, const Key& key) {
  state.message.clear();
  if (state.shown == Shown::help) {
    state.shown = Shown::list;
    return {};
  }
  if (key == Key{.character = 'q'}) {
    if (state.shown == Shown::list) return {.quit = true, .action = {}};
    state.shown = Shown::list;
    return {};
  }
  if (key == Key{.character = '?'}) {
    state.shown = Shown::help;
    return {};
  }
  if (key.kind == Kind::character) {
    if (auto action = action_of(state, key.character))
      return {.quit = false, .action = std::move(action)};
  }
  state.shown == Shown::page ? press_in_page(state, key) : press_in_list(state, key);
  return {};
}

}  // namespace deskd::ctl::top

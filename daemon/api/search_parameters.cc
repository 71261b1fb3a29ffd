#include "daemon/api/search_parameters.h"

#include <algorithm>
#include <array>

#include "rules/outcome.h"

namespace deskd::api {

namespace {

// "open" stands for the four states that are.
constexpr std::array<std::string_view, 8> state_words{
    "new", "assigned", "in_progress", "pending", "resolved", "closed", "cancelled", "open"};
constexpr std::array<std::string_view, 8> incident_orders{
    "-opened_at", "opened_at", "-id", "id", "-updated_at", "updated_at", "-priority", "priority"};
constexpr std::array<std::string_view, 4> alarm_orders{"-raised_at", "raised_at", "-id", "id"};
constexpr std::array<std::string_view, 2> alarm_statuses{"firing", "cleared"};

constexpr std::uint64_t partition_max = 0x7fff'ffff;  // Kafka's protocol: an int32

/// The word of `sort`, of which there is one at most.
std::optional<std::string> read_sort(Parameters& parameters,
                                     std::span<const std::string_view> orders) {
  const auto sorts = parameters.words("sort", orders);
  if (sorts.size() > 1) parameters.refuse("sort", "stands more than once");
  if (sorts.empty()) return std::nullopt;
  return sorts.front();
}

IncidentOrder read_incident_order(Parameters& parameters, std::size_t limit_default) {
  IncidentOrder order;
  const auto sort = read_sort(parameters, incident_orders).value_or("-opened_at");
  if (sort.ends_with("updated_at")) order.sort = IncidentSort::updated_at;
  if (sort.ends_with("priority")) order.sort = IncidentSort::priority;
  order.is_reversed = sort.starts_with('-');
  order.limit = parameters.limit(limit_default);
  if (const auto cursor = parameters.text("cursor")) {
    order.after = parse_cursor(order.sort, *cursor);
    if (!order.after) parameters.refuse("cursor", "is none that a list in this order gave");
  }
  return order;
}

PageOrder read_alarm_order(Parameters& parameters) {
  PageOrder order;
  const auto sort = read_sort(parameters, alarm_orders);
  order.oldest_first = sort && !sort->starts_with('-');
  order.limit = parameters.limit();
  order.after = parameters.number("cursor").value_or(0);
  return order;
}

std::vector<desk::State> read_states(Parameters& parameters) {
  std::vector<desk::State> states;
  for (const auto& word : parameters.words("state", state_words)) {
    if (const auto state = desk::state_named(word)) {
      states.push_back(*state);
    } else {
      for (const auto open : {desk::State::fresh, desk::State::assigned, desk::State::in_progress,
                              desk::State::pending}) {
        states.push_back(open);
      }
    }
  }
  return states;
}

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace

IncidentSearch read_incident_search(Parameters& parameters, std::size_t limit_default) {
  IncidentSearch search;
  search.states = read_states(parameters);
  search.queues = parameters.texts("queue");
  search.priorities = parameters.texts("priority");
  search.classes = parameters.texts("class");
  search.people = parameters.texts("person");
  search.severities = parameters.severities("severity");
  search.acknowledged = parameters.flag("acked");
  search.firing = parameters.flag("firing");
  search.opened_since = parameters.time("opened_since").value_or(rules::Time{});
  search.resource = parameters.text("resource").value_or("");
  search.labels = parameters.family("label");
  search.part = in_lower_case(parameters.text("q").value_or(""));
  search.order = read_incident_order(parameters, limit_default);
  if (search.order.sort == IncidentSort::priority &&
      !std::ranges::all_of(search.states, desk::is_open)) {
    parameters.refuse("sort", "by priority lists open incidents only: ask for open states");
  }
  return search;
}

AlarmSearch read_alarm_search(Parameters& parameters) {
  AlarmSearch search;
  const auto statuses = parameters.words("status", alarm_statuses);
  if (statuses.size() == 1) search.active = statuses.front() == "firing";
  search.severities = parameters.severities("severity");
  search.sources = parameters.texts("source");
  search.types = parameters.texts("type");
  search.resources = parameters.texts("resource");
  search.labels = parameters.family("label");
  search.order = read_alarm_order(parameters);
  return search;
}

LetterSearch read_letter_search(Parameters& parameters, std::size_t limit_default) {
  LetterSearch search;
  search.sources = parameters.texts("source");
  search.topics = parameters.texts("topic");
  search.partition = parameters.number("partition");
  if (search.partition > partition_max) parameters.refuse("partition", "is larger than any");
  search.order.limit = parameters.limit(limit_default);
  search.order.after = parameters.number("cursor").value_or(0);
  return search;
}

AlertSearch read_alert_search(Parameters& parameters) {
  AlertSearch search;
  search.sources = parameters.texts("source");
  search.senders = parameters.texts("sender");
  search.outcomes = parameters.words("outcome", rules::outcome_names);
  search.with_raw = parameters.flag("raw").value_or(true);
  search.limit = parameters.limit();
  if (const auto cursor = parameters.text("cursor")) {
    search.before = parse_place(*cursor);
    if (!search.before) parameters.refuse("cursor", "is none that a list gave");
  }
  return search;
}

}  // namespace deskd::api

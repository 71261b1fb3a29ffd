#include "daemon/api/views/incident_order.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace deskd::api {

namespace {

using Visit = std::function<bool(const Place&)>;

std::uint64_t nanoseconds(rules::Time time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

rules::Time time_of(std::uint64_t nanoseconds) {
  return rules::Time{rules::Duration{static_cast<rules::Duration::rep>(nanoseconds)}};
}

/// How many numbers a cursor has.
std::size_t width(IncidentSort sort) {
  switch (sort) {
    case IncidentSort::opened_at:
      return 1;
    case IncidentSort::updated_at:
      return 2;
    case IncidentSort::priority:
      return 3;
  }
  return 0;
}

/// The number at the front of `text`, as it is written without a sign or zeros before it.
std::optional<std::uint64_t> take_number(std::string_view& text, std::uint64_t max) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number > max) return std::nullopt;
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (digits > 1 && text.front() == '0') return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

void walk_ids(std::uint64_t last, const IncidentOrder& order, const Visit& visit) {
  if (order.is_reversed) {
    const auto from = order.after ? std::min(order.after->incident, last + 1) : last + 1;
    for (auto id = from; id-- > 1;) {
      if (!visit({.incident = id})) return;
    }
  } else {
    for (auto id = order.after ? order.after->incident : 0; id < last;) {
      if (!visit({.incident = ++id})) return;
    }
  }
}

/// `after`: where to go on; `place_of(key)`: what `visit` is told.
template <class Keys, class PlaceOf>
void walk_keys(const Keys& keys, const std::optional<typename Keys::key_type>& after,
               bool is_reversed, const PlaceOf& place_of, const Visit& visit) {
  if (is_reversed) {
    auto at = after ? keys.lower_bound(*after) : keys.end();
    while (at != keys.begin()) {
      if (!visit(place_of(*--at))) return;
    }
  } else {
    auto at = after ? keys.upper_bound(*after) : keys.begin();
    for (; at != keys.end(); ++at) {
      if (!visit(place_of(*at))) return;
    }
  }
}

}  // namespace

std::string cursor_text(IncidentSort sort, const Place& place) {
  switch (sort) {
    case IncidentSort::opened_at:
      return fmt::format("{}", place.incident);
    case IncidentSort::updated_at:
      return fmt::format("{}-{}", nanoseconds(place.at), place.incident);
    case IncidentSort::priority:
      return fmt::format("{}-{}-{}", place.priority, nanoseconds(place.at), place.incident);
  }
  return {};
}

std::optional<Place> parse_cursor(IncidentSort sort, std::string_view cursor) {
  constexpr auto id_max = std::numeric_limits<std::uint64_t>::max();
  constexpr auto time_max = static_cast<std::uint64_t>(rules::Duration::max().count());
  constexpr std::uint64_t priority_max = std::numeric_limits<std::uint8_t>::max();
  constexpr std::array<std::uint64_t, 3> most{priority_max, time_max, id_max};

  std::array<std::uint64_t, 3> parts{};
  const auto first = parts.size() - width(sort);
  for (auto i = first; i < parts.size(); ++i) {
    if (i > first) {
      if (!cursor.starts_with('-')) return std::nullopt;
      cursor.remove_prefix(1);
    }
    const auto part = take_number(cursor, most[i]);
    if (!part) return std::nullopt;
    parts[i] = *part;
  }
  if (!cursor.empty() || parts[2] == 0) return std::nullopt;
  return Place{static_cast<std::uint8_t>(parts[0]), time_of(parts[1]), parts[2]};
}

void walk(const desk::Desk& desk, const IncidentOrder& order, const Visit& visit) {
  switch (order.sort) {
    case IncidentSort::opened_at:
      return walk_ids(desk.last_incident(), order, visit);
    case IncidentSort::updated_at: {
      using Key = std::pair<rules::Time, desk::IncidentId>;
      std::optional<Key> after;
      if (order.after) after.emplace(order.after->at, order.after->incident);
      return walk_keys(
          desk.by_update(), after, order.is_reversed,
          [](const Key& key) { return Place{0, key.first, key.second}; }, visit);
    }
    case IncidentSort::priority: {
      std::optional<desk::Urgency> after;
      if (order.after) {
        // A cursor may name any number; all beyond the last id are alike.
        const auto id = std::min(order.after->incident, desk.last_incident() + 1);
        after = desk::Urgency{.incident = id, .priority = order.after->priority};
      }
      return walk_keys(
          desk.by_urgency(), after, order.is_reversed,
          [&desk](const desk::Urgency& key) {
            return Place{static_cast<std::uint8_t>(key.priority), desk.opened_at(key.incident),
                         key.incident};
          },
          visit);
    }
  }
}

}  // namespace deskd::api

#pragma once
// The orders in which incidents are listed, and the cursors that say how far a list has come.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "config/limits.h"
#include "daemon/desk/desk.h"

namespace deskd::api {

enum class IncidentSort : std::uint8_t {
  opened_at,   // ids count up with the time of opening, so this is the order of ids too
  updated_at,  // the last change
  priority,    // open incidents only: by urgency, then age
};

/// Where an incident stands in an order. Of the parts only those count that the order needs.
struct Place {
  std::uint8_t priority = 0;  // index into the plan's levels
  rules::Time at;             // of the opening or the last change
  desk::IncidentId incident = 0;
};

/// Which way a page goes and where it begins. `after` is where the page before ended. It names what
/// the incident was sorted by, not how many came before it, so a page goes on rightly whatever
/// comes and goes in between.
struct IncidentOrder {
  IncidentSort sort = IncidentSort::opened_at;
  bool is_reversed = true;
  std::optional<Place> after;
  std::size_t limit = limits::page_default;
};

/// "ID", "TIME-ID" or "PRIORITY-TIME-ID".
std::string cursor_text(IncidentSort sort, const Place& place);
/// Nothing when `cursor_text` can't have written it.
std::optional<Place> parse_cursor(IncidentSort sort, std::string_view cursor);

/// Calls `visit(place)` for all that follow `order.after`, until it returns false. Core thread
/// only; the visit must not change the desk.
void walk(const desk::Desk& desk, const IncidentOrder& order,
          const std::function<bool(const Place&)>& visit);

}  // namespace deskd::api

#pragma once
// A filter in a body: the parameters of the list of incidents as JSON.

#include <expected>
#include <string>

#include "connectors/format/json_tree.h"
#include "daemon/api/views/search.h"

namespace deskd::api {

/// Reads what the query of the list would say: a value is a text, true, false or a whole number, or
/// a list of those. A page of it is limits::page_max long where it says nothing else. Refuses a
/// filter that states no condition, and an order that changes while actions are done. The error is
/// one sentence.
std::expected<IncidentSearch, std::string> read_filter(const connectors::JsonNode& filter);

}  // namespace deskd::api

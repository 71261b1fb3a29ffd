#pragma once
// A filter in a body: the parameters of a list as JSON.

#include <expected>
#include <string>

#include "connectors/format/json_tree.h"
#include "daemon/api/views/letters.h"
#include "daemon/api/views/search.h"

namespace deskd::api {

/// Reads what the query of the list would say: a value is a text, true, false or a whole number, or
/// a list of those. A page of it is limits::page_max long where it says nothing else. Refuses a
/// filter that states no condition, and an order that changes while actions are done. The error is
/// one sentence.
std::expected<IncidentSearch, std::string> read_filter(const connectors::JsonNode& filter);
/// The same of dead letters, the oldest first, as their partitions had them. One without a
/// condition means all of them.
std::expected<LetterSearch, std::string> read_letter_filter(const connectors::JsonNode& filter);

}  // namespace deskd::api

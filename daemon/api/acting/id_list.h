#pragma once
// A list of ids in a body.

#include <cstdint>
#include <vector>

#include "daemon/api/acting/json_body.h"

namespace deskd::api {

/// Reads `list`, which stands under 'ids': from one to `count_max` ids, each once. Refuses others
/// in `body`, and then gives none.
std::vector<std::uint64_t> read_ids(JsonBody& body, const connectors::JsonNode& list,
                                    std::size_t count_max);

}  // namespace deskd::api

#include "daemon/api/acting/id_list.h"

#include <unordered_set>

#include <fmt/format.h>

#include "daemon/core/core.h"

namespace deskd::api {

std::vector<std::uint64_t> read_ids(JsonBody& body, const connectors::JsonNode& list,
                                    std::size_t count_max) {
  std::vector<std::uint64_t> ids;
  std::unordered_set<std::uint64_t> seen;
  for (const auto& item : connectors::Items(list)) {
    const auto id = item.is_text() ? daemon::parse_id(item.text) : std::nullopt;
    if (ids.size() == count_max) {
      body.refuse(fmt::format("'ids' has at most {} of them", count_max));
    } else if (!id) {
      body.refuse(fmt::format("number {} of 'ids' is no id like \"0-4711\"", ids.size() + 1));
    } else if (!seen.insert(*id).second) {
      body.refuse(fmt::format("{} stands twice in 'ids'", daemon::shown_id(*id)));
    } else {
      ids.push_back(*id);
      continue;
    }
    return {};
  }
  if (ids.empty()) body.refuse("'ids' is empty");
  return ids;
}

}  // namespace deskd::api

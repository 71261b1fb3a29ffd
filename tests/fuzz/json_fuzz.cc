// The JSON reader against simdjson's own: what one takes the other must take, but for the stated
// differences.

#include <simdjson.h>

#include <cstddef>
#include <cstdint>

#include "config/check.h"
#include "config/limits.h"
#include "connectors/format/json_tree.h"

using namespace deskd;

namespace {

std::size_t count(const connectors::JsonNode& node) {
  std::size_t nodes = 1;
  for (const auto [name, value] : connectors::Members(node)) nodes += 1 + count(value);
  for (const connectors::JsonNode& item : connectors::Items(node)) nodes += count(item);
  return nodes;
}

bool is_stated_difference(simdjson::error_code error) {
  // Numbers beyond 64 bits and halves of surrogate pairs are taken here and refused there. Where
  // such a number is also malformed, both refuse.
  return error == simdjson::NUMBER_ERROR || error == simdjson::STRING_ERROR ||
         error == simdjson::NUMBER_OUT_OF_RANGE;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  std::pmr::monotonic_buffer_resource arena;
  const auto ours = connectors::JsonTree::parse(body, arena);
  if (ours) {
    DESKD_CHECK(count(ours->root()) == ours->root().span);
  } else {
    DESKD_CHECK(ours.error().offset <= body.size());
    connectors::place_text(body, ours.error().offset);
  }
  if (body.starts_with("\xEF\xBB\xBF")) return 0;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  auto error = parser.allocate(body.size(), limits::json_depth_max);
  if (!error) error = parser.parse(body).get(root);
  if (ours) {
    DESKD_CHECK(error == simdjson::SUCCESS || is_stated_difference(error));
  } else if (error == simdjson::SUCCESS) {
    DESKD_CHECK(!root.is_array() && !root.is_object());
  }
  return 0;
}

#pragma once
// The leaves of JSON (RFC 8259): numbers and strings, byte by byte.

#include <cstddef>
#include <expected>
#include <memory_resource>
#include <string_view>

namespace deskd::connectors {

/// RFC 8259 section 6.
bool is_json_number(std::string_view text);

/// What stands between the quotes of a string, with its escapes resolved. The result is `raw`
/// itself when it has none, else it lives in `arena`. Fails with the offset in `raw` of an escape
/// that is none.
std::expected<std::string_view, std::size_t> unescape(std::string_view raw,
                                                      std::pmr::memory_resource& arena);

}  // namespace deskd::connectors

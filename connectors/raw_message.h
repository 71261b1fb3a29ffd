#pragma once
// Messages as they came in, for people to look at.

#include <cstddef>
#include <string>
#include <string_view>

namespace deskd::connectors {

/// The JSON value that begins at `offset` of `body`, looked for only now that somebody wants to see
/// it. A value longer than limits::raw_shown_bytes is returned in part, and then is longer than
/// that; empty when there is none.
std::string_view raw_value(std::string_view body, std::size_t offset);

/// `raw` as UTF-8: what is none becomes U+FFFD, and the rest behind limits::raw_shown_bytes "…".
std::string shown_raw(std::string_view raw);

}  // namespace deskd::connectors

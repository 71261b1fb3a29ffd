#pragma once
// A request to act, read whole before anything is asked of the core.

#include <cstdint>
#include <expected>
#include <optional>
#include <type_traits>
#include <utility>

#include "daemon/api/acting/action_body.h"
#include "daemon/api/acting/once.h"
#include "daemon/api/parameters.h"

namespace deskd::api {

/// What is wanted, of which version, and whether only once.
template <class Wanted>
struct Asked {
  Wanted wanted;
  std::optional<std::uint64_t> if_version;
  std::optional<Once> once;
};

/// `read(JsonBody&)` gives what the body wants. Routes that act take no query.
template <class Read>
auto read_asked(const Call& call, Read read)
    -> std::expected<Asked<std::invoke_result_t<Read&, JsonBody&>>, connectors::HttpAnswer> {
  if (auto fault = Parameters(call.request).fault()) return std::unexpected(std::move(*fault));
  auto body = JsonBody::parse(call.request);
  if (!body) return std::unexpected(std::move(body.error()));
  auto wanted = read(*body);
  if (auto fault = body->fault()) return std::unexpected(std::move(*fault));
  auto version = if_version(call.request);
  if (!version) return std::unexpected(std::move(version.error()));
  auto once = once_of(call);
  if (!once) return std::unexpected(std::move(once.error()));
  return Asked<std::invoke_result_t<Read&, JsonBody&>>{std::move(wanted), *version,
                                                       std::move(*once)};
}

/// The same where no single incident is meant, so that no version can be.
template <class Read>
auto read_asked_without_version(const Call& call, Read read) -> decltype(read_asked(call, read)) {
  auto asked = read_asked(call, std::move(read));
  if (asked && asked->if_version) {
    return std::unexpected(
        connectors::problem(400, "If-Match speaks of one incident's version: leave it out here"));
  }
  return asked;
}

}  // namespace deskd::api

#include "daemon/api/person.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "config/encoding.h"
#include "config/limits.h"

namespace deskd::api {

using connectors::HttpAnswer;
using connectors::problem;

namespace {

/// `sent` in any case; `known` in lower case.
bool is_alike(char known, char sent) {
  return known == (sent >= 'A' && sent <= 'Z' ? sent + 32 : sent);
}

bool is_address(int family, std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes;
  return ::inet_pton(family, std::string(text).c_str(), bytes.data()) == 1;
}

std::expected<desk::Actor, HttpAnswer> claimed_actor(const connectors::HttpRequest& request) {
  const auto claimed = request.header("x-desk-actor");
  if (claimed.empty()) return desk::Actor{desk::Actor::Kind::claimed_person, "anonymous"};
  if (claimed.size() > limits::actor_bytes_max || config::printable(claimed) != claimed) {
    return std::unexpected(problem(
        400, fmt::format("X-Desk-Actor is a name of at most {} bytes", limits::actor_bytes_max)));
  }
  return desk::Actor{desk::Actor::Kind::claimed_person, std::string(claimed)};
}

/// A problem with the challenge of RFC 6750, section 3. `error` is a word of its section 3.1; where
/// nothing was presented there is none.
HttpAnswer challenge(std::uint16_t status, std::string_view error, std::string_view detail) {
  auto answer = problem(status, detail);
  std::string value = R"(Bearer realm="deskd")";
  if (!error.empty()) value += fmt::format(R"(, error="{}")", error);
  answer.headers.emplace_back("WWW-Authenticate", std::move(value));
  return answer;
}

/// What follows "Bearer" (RFC 6750, section 2.1); the scheme is written in any case (RFC 9110,
/// section 11.1).
std::expected<std::string_view, HttpAnswer> bearer_token(const connectors::HttpRequest& request) {
  constexpr std::string_view scheme = "bearer";
  const auto count = std::ranges::count(request.headers, "authorization",
                                        &std::pair<std::string, std::string>::first);
  if (count > 1) {
    return std::unexpected(
        challenge(400, "invalid_request", "a request has one Authorization header at most"));
  }
  const auto header = request.header("authorization");
  const bool is_bearer = header.size() >= scheme.size() &&
                         std::equal(scheme.begin(), scheme.end(), header.begin(), is_alike) &&
                         (header.size() == scheme.size() || header[scheme.size()] == ' ');
  if (!is_bearer) {
    return std::unexpected(
        challenge(401, "", "this needs a token: send the header Authorization: Bearer TOKEN"));
  }
  const auto begin = header.find_first_not_of(' ', scheme.size());
  return begin == header.npos ? std::string_view{} : header.substr(begin);
}

std::expected<const daemon::Token*, HttpAnswer> token_of(const connectors::HttpRequest& request,
                                                         const daemon::People& people) {
  const auto presented = bearer_token(request);
  if (!presented) return std::unexpected(presented.error());
  const bool is_possible = !presented->empty() && presented->size() <= limits::token_bytes_max;
  const auto* token = is_possible ? people.find(*presented) : nullptr;
  if (token != nullptr) return token;
  return std::unexpected(challenge(401, "invalid_token", "the token is nobody's"));
}

}  // namespace

std::expected<desk::Actor, HttpAnswer> admit(const connectors::HttpRequest& request,
                                             daemon::Role needed, const daemon::People& people) {
  if (needed == daemon::Role::nobody) return desk::Actor{};
  if (!people.are_known()) return claimed_actor(request);
  const auto token = token_of(request, people);
  if (!token) return std::unexpected(token.error());
  const daemon::Token& known = **token;
  if (known.role < needed) {
    return std::unexpected(
        challenge(403, "insufficient_scope",
                  fmt::format("{} has the role {}, and this needs the role {}", known.actor,
                              daemon::name(known.role), daemon::name(needed))));
  }
  return desk::Actor{desk::Actor::Kind::person, known.actor};
}

bool is_cross_site(const connectors::HttpRequest& request) {
  const auto origin = request.header("origin");
  if (origin.empty()) return false;
  const auto host = request.header("host");
  return origin != fmt::format("http://{}", host) && origin != fmt::format("https://{}", host);
}

bool is_to_this_machine(const connectors::HttpRequest& request) {
  const std::string_view host = request.header("host");
  if (host.empty()) return true;
  const std::size_t bracket = host.starts_with('[') ? host.find(']') : 0;
  if (bracket == host.npos) return false;
  const std::string_view name = host.substr(0, host.find(':', bracket));
  if (name.starts_with('[')) {
    return name.ends_with(']') && is_address(AF_INET6, name.substr(1, name.size() - 2));
  }
  constexpr std::string_view here = "localhost";
  return std::ranges::equal(here, name, is_alike) || is_address(AF_INET, name);
}

}  // namespace deskd::api

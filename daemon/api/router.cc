#include "daemon/api/router.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "config/reader.h"

namespace deskd::api {

namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_place(std::string_view segment) { return segment.starts_with('{'); }

std::optional<std::vector<std::string>> match(const std::vector<std::string>& pattern,
                                              const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return std::nullopt;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_place(pattern[i]) && !path[i].empty()) {
      names.push_back(path[i]);
    } else if (pattern[i] != path[i]) {
      return std::nullopt;
    }
  }
  return names;
}

}  // namespace

void Router::add(std::string_view method, std::string_view path, daemon::Role needed,
                 Answering answering) {
  routes_.push_back(
      {std::string(method), std::string(path), split(path), needed, std::move(answering)});
}

std::vector<Router::Entry> Router::entries() const {
  std::vector<Entry> entries;
  for (const Route& route : routes_) entries.push_back({route.method, route.path, route.needed});
  return entries;
}

void Router::route(connectors::HttpRequest request, connectors::HttpRespond respond) const {
  const auto path = split(request.path);
  const bool is_written_out = std::ranges::find(routes_, path, &Route::segments) != routes_.end();
  std::vector<std::string_view> allowed;
  for (const Route& route : routes_) {
    if (is_written_out && route.segments != path) continue;
    auto names = match(route.segments, path);
    if (!names) continue;
    if (route.method == request.method) {
      auto actor = gate_(request, route.needed);
      if (!actor) return respond(std::move(actor.error()));
      return route.answering(
          {std::move(request), std::move(*names), std::move(respond), std::move(*actor)});
    }
    allowed.push_back(route.method);
  }
  if (allowed.empty()) return respond(not_found(request.path));
  const auto allow = fmt::format("{}", fmt::join(allowed, ", "));
  auto answer = connectors::problem(405, fmt::format("{} takes {}", request.path, allow));
  answer.headers.emplace_back("Allow", allow);
  respond(std::move(answer));
}

connectors::HttpAnswer Router::not_found(std::string_view path) const {
  std::vector<std::string_view> known;
  for (const Route& route : routes_) known.push_back(route.path);
  return connectors::problem(
      404, fmt::format("there is nothing at {}{}", path, config::nearest_hint(path, known)));
}

}  // namespace deskd::api

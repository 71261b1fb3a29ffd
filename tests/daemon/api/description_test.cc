#include "daemon/api/description.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "daemon/api/router.h"
#include "daemon/desk/action.h"
#include "tests/daemon/api/bench.h"

using namespace deskd;

namespace {

/// A request that openapi.yaml describes.
struct Described {
  std::string method;
  std::string path;
  std::string role;  // "nobody" where it needs no person's token
};

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

/// The role in `      security: [{token: [viewer]}]`.
std::string role_in(const std::string& line) {
  const std::string before = "{token: [";
  const auto at = line.find(before);
  if (at == std::string::npos) return "nobody";
  const auto begin = at + before.size();
  return line.substr(begin, line.find(']', begin) - begin);
}

/// Reads the paths by their indentation, which is the same all over the file. `/-/ready: *ready`
/// repeats what stands at `/readyz: &ready`.
std::vector<Described> read_description() {
  std::istringstream text{std::string(api::description())};
  std::vector<Described> described;
  std::string path;
  bool is_in_paths = false;
  for (std::string line; std::getline(text, line);) {
    if (!line.empty() && line[0] != ' ') is_in_paths = line == "paths:";
    if (!is_in_paths) continue;
    if (line.starts_with("  /")) {
      path = line.substr(2, line.find(':') - 2);
      if (line.find(": *") != std::string::npos) described.push_back({"GET", path, "nobody"});
    } else if (line == "    get:" || line == "    post:" || line == "    delete:") {
      described.push_back({upper(line.substr(4, line.size() - 5)), path, ""});
    } else if (line.starts_with("      security: ")) {
      described.back().role = role_in(line);
    }
  }
  return described;
}

std::vector<std::string> segments_of(std::string_view path) {
  std::istringstream text{std::string(path)};
  std::vector<std::string> segments;
  for (std::string segment; std::getline(text, segment, '/');) segments.push_back(segment);
  return segments;
}

bool takes(std::string_view route, std::string_view path) {
  const auto wanted = segments_of(route);
  const auto given = segments_of(path);
  if (wanted.size() != given.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const bool is_place = wanted[i].starts_with('{');
    if (is_place ? given[i].empty() : wanted[i] != given[i]) return false;
  }
  return true;
}

const api::Router::Entry* route_of(const std::vector<api::Router::Entry>& routes,
                                   const Described& described) {
  const auto found = std::ranges::find_if(routes, [&](const api::Router::Entry& route) {
    return route.method == described.method && takes(route.path, described.path);
  });
  return found == routes.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("the description and the router know the same requests, and who may send them") {
  const test::Bench bench;
  const auto routes = bench.router().entries();
  const auto described = read_description();
  CHECK(described.size() >= 40);
  std::set<const api::Router::Entry*> seen;
  for (const Described& request : described) {
    INFO(request.method << " " << request.path);
    const auto* route = route_of(routes, request);
    if (route == nullptr) {
      FAIL_CHECK("is described, and no route takes it");
      continue;
    }
    CHECK(request.role == daemon::name(route->needed));
    seen.insert(route);
  }
  for (const auto& route : routes) {
    if (!seen.contains(&route)) {
      FAIL_CHECK(route.method << " " << route.path << " has a route and is not described");
    }
  }
}

TEST_CASE("every action is described with a path of its own") {
  const auto described = read_description();
  for (std::size_t i = 0; i < desk::action_count; ++i) {
    const auto path =
        "/api/v1/incidents/{id}/" + std::string(desk::name(static_cast<desk::ActionKind>(i)));
    CAPTURE(path);
    CHECK(std::ranges::count(described, path, &Described::path) == 1);
  }
}

TEST_CASE("the description is served to everybody as YAML") {
  test::Bench bench;
  const auto answer = bench.get("/openapi.yaml");
  CHECK(answer.status == 200);
  CHECK(answer.content_type == "application/yaml");
  CHECK(answer.body == api::description());
  CHECK(answer.body.starts_with("openapi: 3.1.0\n"));
}

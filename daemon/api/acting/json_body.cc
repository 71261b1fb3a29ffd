#include "daemon/api/acting/json_body.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/encoding.h"
#include "config/limits.h"
#include "config/reader.h"
#include "rules/utf8.h"

namespace deskd::api {

using connectors::HttpAnswer;
using connectors::JsonKind;
using connectors::JsonNode;
using connectors::JsonTree;
using connectors::problem;

namespace {

/// What somebody sent, as a message may repeat it.
std::string shown(std::string_view text) {
  constexpr std::size_t shown_max = 100;
  return config::printable(rules::cut_bytes(text, shown_max));
}

std::optional<HttpAnswer> check_body(const connectors::HttpRequest& request) {
  if (request.body.size() > limits::action_body_bytes_max) {
    return problem(413, fmt::format("the body of an action has at most {} bytes",
                                    limits::action_body_bytes_max));
  }
  if (!request.header("content-type").starts_with("application/json")) {
    return problem(415,
                   "the body of an action is JSON: send the header Content-Type: application/json");
  }
  return std::nullopt;
}

}  // namespace

std::expected<JsonBody, HttpAnswer> JsonBody::parse(const connectors::HttpRequest& request) {
  JsonBody body(std::make_unique<std::pmr::monotonic_buffer_resource>());
  if (request.body.empty()) return body;
  if (auto fault = check_body(request)) return std::unexpected(std::move(*fault));
  auto tree = JsonTree::parse(request.body, *body.arena_);
  if (!tree) {
    const auto& fault = tree.error();
    return std::unexpected(
        problem(400, fmt::format("the body is no JSON: {}, {}", fault.detail,
                                 connectors::place_text(request.body, fault.offset))));
  }
  if (!tree->root().is_object()) {
    return std::unexpected(problem(400, "the body is no JSON object"));
  }
  body.tree_.emplace(std::move(*tree));
  return body;
}

const JsonNode* JsonBody::find(std::string_view key) {
  known_.push_back(key);
  if (!tree_) return nullptr;
  const JsonNode* found = nullptr;
  for (const auto [name, value] : connectors::Members(tree_->root())) {
    if (name != key) continue;
    if (found != nullptr) refuse(fmt::format("'{}' stands twice", key));
    found = &value;
  }
  return found;
}

const JsonNode* JsonBody::find(std::string_view key, JsonKind kind) {
  const auto* value = find(key);
  if (value == nullptr || value->kind == kind) return value;
  refuse(fmt::format("'{}' is {}, not {}", key, name(value->kind), name(kind)));
  return nullptr;
}

std::optional<std::string> JsonBody::text(std::string_view key) {
  const auto* value = find(key, JsonKind::text);
  if (value == nullptr) return std::nullopt;
  if (value->text.size() > limits::note_bytes_max) {
    refuse(fmt::format("'{}' has at most {} bytes", key, limits::note_bytes_max), 413);
    return std::nullopt;
  }
  return std::string(value->text);
}

std::optional<std::string> JsonBody::line(std::string_view key, std::size_t bytes_max) {
  const auto* value = find(key, JsonKind::text);
  if (value == nullptr) return std::nullopt;
  const bool is_short = value->text.size() <= bytes_max;
  if (value->text.empty()) {
    refuse(fmt::format("'{}' is empty", key));
  } else if (!is_short || config::printable(value->text) != value->text) {
    refuse(fmt::format("'{}' is one line of at most {} bytes", key, bytes_max),
           is_short ? 400 : 413);
  } else {
    return std::string(value->text);
  }
  return std::nullopt;
}

std::optional<std::size_t> JsonBody::word(std::string_view key,
                                          std::span<const std::string_view> words) {
  const auto* value = find(key, JsonKind::text);
  if (value == nullptr) return std::nullopt;
  const auto found = std::ranges::find(words, value->text);
  if (found != words.end()) return found - words.begin();
  refuse(fmt::format("'{}' can't be '{}'{}; it is one of {}", key, shown(value->text),
                     config::nearest_hint(value->text, words), fmt::join(words, ", ")));
  return std::nullopt;
}

std::optional<bool> JsonBody::flag(std::string_view key) {
  const auto* value = find(key, JsonKind::boolean);
  if (value == nullptr) return std::nullopt;
  return value->text == "true";
}

std::optional<rules::Time> JsonBody::time(std::string_view key) {
  const auto* value = find(key, JsonKind::text);
  if (value == nullptr) return std::nullopt;
  const auto time = rules::parse_rfc3339(value->text);
  if (time && rules::is_known(*time)) return time;
  refuse(fmt::format("'{}' is no RFC 3339 time, like 2026-11-22T08:00:00Z", key));
  return std::nullopt;
}

const JsonNode* JsonBody::list(std::string_view key) { return find(key, JsonKind::list); }
const JsonNode* JsonBody::object(std::string_view key) { return find(key, JsonKind::object); }

void JsonBody::refuse(std::string detail, std::uint16_t status) {
  if (!fault_) fault_ = Fault{status, std::move(detail)};
}

std::optional<HttpAnswer> JsonBody::fault() {
  if (tree_) {
    for (const auto [name, value] : connectors::Members(tree_->root())) {
      if (std::ranges::find(known_, name) != known_.end()) continue;
      fault_ = Fault{
          400, fmt::format("unknown key '{}'{}", shown(name), config::nearest_hint(name, known_))};
      break;
    }
  }
  if (!fault_) return std::nullopt;
  return problem(fault_->status, fault_->detail);
}

}  // namespace deskd::api

#include "daemon/api/parameters.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "config/reader.h"

namespace deskd::api {

std::vector<std::string> Parameters::texts(std::string_view name) {
  known_.push_back(name);
  std::vector<std::string> values;
  for (const auto& [key, value] : query_) {
    if (key != name) continue;
    if (value.empty()) refuse(name, "is empty");
    values.push_back(value);
  }
  return fault_.empty() ? values : std::vector<std::string>{};
}

std::optional<std::string> Parameters::text(std::string_view name) {
  auto values = texts(name);
  if (values.size() > 1) refuse(name, "stands more than once");
  if (values.size() != 1) return std::nullopt;
  return std::move(values.front());
}

std::vector<std::string> Parameters::words(std::string_view name,
                                           std::span<const std::string_view> words) {
  auto values = texts(name);
  for (const auto& value : values) {
    if (std::ranges::find(words, value) != words.end()) continue;
    refuse(name, fmt::format("can't be '{}'{}; it is one of {}", value,
                             config::nearest_hint(value, words), fmt::join(words, ", ")));
  }
  return values;
}

std::optional<bool> Parameters::flag(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  if (*value == "true") return true;
  if (*value == "false") return false;
  refuse(name, "is true or false");
  return std::nullopt;
}

std::optional<rules::Time> Parameters::time(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto time = rules::parse_rfc3339(*value);
  if (!time) refuse(name, "is no RFC 3339 time, like 2026-11-22T08:00:00Z");
  return time;
}

std::vector<rules::Severity> Parameters::severities(std::string_view name) {
  std::vector<rules::Severity> severities;
  for (const auto& word : words(name, rules::severity_names)) {
    if (const auto severity = rules::severity_named(word)) severities.push_back(*severity);
  }
  return severities;
}

std::optional<std::uint64_t> Parameters::number(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = value->data() + value->size();
  const auto [stopped, error] = std::from_chars(value->data(), end, number);
  if (error == std::errc{} && stopped == end) return number;
  refuse(name, "is no whole number");
  return std::nullopt;
}

std::size_t Parameters::limit(std::size_t otherwise) {
  const auto limit = number("limit");
  if (limit && (*limit == 0 || *limit > limits::page_max)) {
    refuse("limit", fmt::format("goes from 1 to {}", limits::page_max));
  }
  return static_cast<std::size_t>(limit.value_or(otherwise));
}

std::vector<std::pair<std::string, std::string>> Parameters::family(std::string_view prefix) {
  prefixes_.push_back(prefix);
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& [key, value] : query_) {
    if (key.size() <= prefix.size() + 1 || !key.starts_with(prefix) || key[prefix.size()] != '.') {
      continue;
    }
    members.emplace_back(key.substr(prefix.size() + 1), value);
  }
  return members;
}

void Parameters::refuse(std::string_view name, std::string detail) {
  if (fault_.empty()) fault_ = fmt::format("parameter '{}' {}", name, detail);
}

bool Parameters::is_known(std::string_view name) const {
  if (std::ranges::find(known_, name) != known_.end()) return true;
  return std::ranges::any_of(prefixes_, [&](std::string_view prefix) {
    return name.size() > prefix.size() + 1 && name.starts_with(prefix) &&
           name[prefix.size()] == '.';
  });
}

const std::string& Parameters::fault_text() {
  for (const auto& [key, value] : query_) {
    if (is_known(key)) continue;
    refuse(key, fmt::format("is not known here{}", config::nearest_hint(key, known_)));
  }
  return fault_;
}

std::optional<connectors::HttpAnswer> Parameters::fault() {
  if (fault_text().empty()) return std::nullopt;
  return connectors::problem(400, fault_);
}

}  // namespace deskd::api

#include <charconv>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "config/reader.h"

namespace deskd::config {

namespace {

constexpr std::size_t listed_names_max = 16;

/// The text of a scalar; else a problem that says what was expected.
const std::string* scalar(const Node& node, std::string_view expected, Problems& problems) {
  if (node.is_scalar()) return &node.text;
  problems.error(node.place(), fmt::format("expected {}, this is {}", expected, kind_name(node)));
  return nullptr;
}

/// Digits without leading zeros, which some readers of YAML take for octal.
std::optional<std::int64_t> whole(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::string> read_text(const Node& node, Problems& problems) {
  const std::string* text = scalar(node, "a text", problems);
  if (!text) return std::nullopt;
  if (!text->empty()) return *text;
  problems.error(node.place(), "this text must not be empty");
  return std::nullopt;
}

std::optional<bool> read_bool(const Node& node, Problems& problems) {
  const std::string* text = scalar(node, "true or false", problems);
  if (!text) return std::nullopt;
  if (*text == "true") return true;
  if (*text == "false") return false;
  problems.error(node.place(), fmt::format("'{}' is neither true nor false", *text));
  return std::nullopt;
}

std::optional<std::int64_t> read_whole(const Node& node, std::int64_t min, std::int64_t max,
                                       Problems& problems) {
  const std::string* text = scalar(node, "a whole number", problems);
  if (!text) return std::nullopt;
  const auto value = whole(*text);
  if (!value || *value < min || *value > max) {
    problems.error(node.place(),
                   fmt::format("'{}' is no whole number from {} to {}", *text, min, max));
    return std::nullopt;
  }
  return value;
}

std::optional<std::size_t> read_one_of(const Node& node, std::span<const std::string_view> names,
                                       std::string_view what, Problems& problems) {
  const std::string* text = scalar(node, what, problems);
  if (!text) return std::nullopt;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == *text) return i;
  }
  std::string hint = nearest_hint(*text, names);
  if (hint.empty() && names.size() == 1) {
    hint = fmt::format(": only '{}' is", names.front());
  } else if (hint.empty() && !names.empty() && names.size() <= listed_names_max) {
    hint = fmt::format(": one of {}", fmt::join(names, ", "));
  }
  problems.error(node.place(), fmt::format("'{}' is not {}{}", *text, what, hint));
  return std::nullopt;
}

std::vector<std::string> read_texts(const Node& node, Problems& problems) {
  std::vector<std::string> texts;
  const auto take = [&](const Node& item) {
    if (auto text = read_text(item, problems)) texts.push_back(std::move(*text));
  };
  if (node.is_sequence()) {
    for (const Node& item : node.items) take(item);
  } else if (node.is_scalar()) {
    take(node);
  } else {
    problems.error(node.place(),
                   fmt::format("expected a text or a list of texts, this is {}", kind_name(node)));
  }
  return texts;
}

std::span<const Node> read_list(const Node& node, std::string_view what, Problems& problems) {
  if (node.is_sequence()) return node.items;
  problems.error(node.place(), fmt::format("expected {}, this is {}", what, kind_name(node)));
  return {};
}

}  // namespace deskd::config

#include "daemon/api/matcher.h"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "config/limits.h"

namespace deskd::api {

namespace {

// A pattern's automaton; what needs more is refused.
constexpr std::int64_t pattern_memory_max = std::int64_t{1} << 20;

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// Takes the quotes off; nothing when they are not a pair.
std::optional<std::string> unquote(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      if (i + 1 == text.size()) return out;
      return std::nullopt;
    }
    if (text[i] != '\\') {
      out.push_back(text[i]);
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    if (text[i] == 'n') {
      out.push_back('\n');
    } else if (text[i] == '"' || text[i] == '\\') {
      out.push_back(text[i]);
    } else {
      out.push_back('\\');
      out.push_back(text[i]);
    }
  }
  return std::nullopt;
}

}  // namespace

std::expected<Matcher, std::string> Matcher::whole(std::string name, std::string_view pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(pattern_memory_max);
  Matcher matcher;
  matcher.label_.name = std::move(name);
  auto compiled = std::make_shared<const RE2>(std::string(pattern), options);
  if (!compiled->ok()) {
    return std::unexpected(
        fmt::format("bad regular expression '{}': {}", pattern, compiled->error()));
  }
  matcher.pattern_ = std::move(compiled);
  return matcher;
}

std::expected<Matcher, std::string> Matcher::parse(std::string_view text) {
  const auto fault = [&] { return std::unexpected(fmt::format("bad matcher format: {}", text)); };
  text = trim(text);
  const auto op_at = text.find_first_of("=!");
  if (op_at == 0 || op_at == std::string_view::npos) return fault();
  const auto name = trim(text.substr(0, op_at));
  std::string_view rest = text.substr(op_at);
  const bool is_pattern = rest.starts_with("=~") || rest.starts_with("!~");
  const bool is_negated = rest.front() == '!';
  if (is_negated && !is_pattern && !rest.starts_with("!=")) return fault();
  rest.remove_prefix(is_pattern || is_negated ? 2 : 1);
  auto value = unquote(trim(rest));
  if (name.empty() || !value) return fault();

  Matcher matcher;
  if (is_pattern) {
    auto whole_value = whole(std::string(name), *value);
    if (!whole_value) return whole_value;
    matcher = std::move(*whole_value);
  } else {
    matcher.label_.name = name;
    matcher.value_ = std::move(*value);
  }
  matcher.is_negated_ = is_negated;
  return matcher;
}

std::optional<std::string_view> Matcher::only_value() const {
  if (pattern_ || is_negated_) return std::nullopt;
  return value_;
}

bool Matcher::matches(std::string_view value) const {
  if (!pattern_) return (value == value_) != is_negated_;
  const auto seen = value.substr(0, limits::matched_bytes_max);
  return RE2::FullMatch({seen.data(), seen.size()}, *pattern_) != is_negated_;
}

}  // namespace deskd::api

#include "connectors/format/json_pointer.h"

#include <fmt/format.h>

#include <charconv>

namespace deskd::connectors {
namespace {

/// RFC 6901 section 3: `~0` is a tilde, `~1` a slash, and nothing else may follow a tilde.
std::optional<std::string> unescape_step(std::string_view step) {
  std::string name;
  for (std::size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      name += step[i];
      continue;
    }
    if (++i == step.size() || (step[i] != '0' && step[i] != '1')) return std::nullopt;
    name += step[i] == '0' ? '~' : '/';
  }
  return name;
}

/// RFC 6901 section 4: digits without leading zeros.
std::optional<std::size_t> index_of(std::string_view name) {
  if (name.size() > 1 && name.front() == '0') return std::nullopt;
  std::size_t index = 0;
  const char* const end = name.data() + name.size();
  const auto [past, error] = std::from_chars(name.data(), end, index);
  if (error != std::errc() || past != end) return std::nullopt;
  return index;
}

}  // namespace

std::expected<JsonPointer, std::string> JsonPointer::compile(std::string_view text) {
  JsonPointer pointer;
  pointer.text_ = text;
  if (!text.empty() && text.front() != '/') {
    return std::unexpected(
        fmt::format("'{0}' is no JSON pointer: it begins with '/' (did you mean '/{0}'?)", text));
  }
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::string_view step = text.substr(0, text.find('/'));
    auto name = unescape_step(step);
    if (!name) {
      return std::unexpected(fmt::format(
          "'{}' is no JSON pointer: '~' is written '~0', and '/' in a name '~1'", pointer.text_));
    }
    const auto index = index_of(*name);
    pointer.steps_.push_back({*std::move(name), index});
    text.remove_prefix(step.size());
  }
  return pointer;
}

const JsonNode* JsonPointer::resolve(const JsonNode& from) const {
  const JsonNode* at = &from;
  for (const Step& step : steps_) {
    if (at->is_list()) {
      at = step.index ? at->at(*step.index) : nullptr;
    } else {
      at = at->find(step.name);
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string pointer_step(std::string_view name) {
  std::string step = "/";
  for (const char c : name) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step += c;
    }
  }
  return step;
}

}  // namespace deskd::connectors

#include "rules/severity.h"

#include <algorithm>

namespace deskd::rules {
namespace {

constexpr std::size_t common_word_bytes_max = 8;  // "critical", "disaster"

// The words that monitoring tools share, in lower case, sorted.
constexpr std::array<std::pair<std::string_view, Severity>, 26> common_words{{
    {"average", Severity::minor},     {"crit", Severity::critical},
    {"critical", Severity::critical}, {"debug", Severity::info},
    {"disaster", Severity::critical}, {"down", Severity::critical},
    {"error", Severity::major},       {"failure", Severity::critical},
    {"fatal", Severity::critical},    {"high", Severity::major},
    {"info", Severity::info},         {"major", Severity::major},
    {"minor", Severity::minor},       {"p1", Severity::critical},
    {"p2", Severity::major},          {"p3", Severity::minor},
    {"p4", Severity::warning},        {"p5", Severity::info},
    {"sev0", Severity::critical},     {"sev1", Severity::major},
    {"sev2", Severity::minor},        {"sev3", Severity::warning},
    {"sev4", Severity::info},         {"unknown", Severity::unknown},
    {"warn", Severity::warning},      {"warning", Severity::warning},
}};
static_assert(std::ranges::is_sorted(common_words, {},
                                     &std::pair<std::string_view, Severity>::first));

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

Severity common_meaning(std::string_view word) {
  std::array<char, common_word_bytes_max> buffer;
  if (word.size() > buffer.size()) return Severity::unknown;
  std::ranges::transform(word, buffer.begin(), lower);
  const std::string_view lowered(buffer.data(), word.size());
  const auto found = std::ranges::lower_bound(common_words, lowered, {},
                                              &std::pair<std::string_view, Severity>::first);
  return found != common_words.end() && found->first == lowered ? found->second : Severity::unknown;
}

}  // namespace

std::optional<Severity> severity_named(std::string_view name) {
  const auto found = std::ranges::find(severity_names, name);
  if (found == severity_names.end()) return std::nullopt;
  return static_cast<Severity>(found - severity_names.begin());
}

Severity SeverityWords::meaning(std::string_view word) const {
  const auto own = std::ranges::find(own_, word, &std::pair<std::string, Severity>::first);
  return own != own_.end() ? own->second : common_meaning(word);
}

}  // namespace deskd::rules

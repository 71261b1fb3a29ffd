#include "rules/severity.h"

#include <algorithm>
#include <cstddef>

namespace deskd::rules {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// A word of at most eight bytes, in lower case, as one number that is compared at once.
constexpr std::uint64_t packed(std::string_view word) {
  std::uint64_t all = 0;
  for (const char c : word) all = all << 8 | static_cast<unsigned char>(lower(c));
  return word.empty() ? 0 : all << 8 * (sizeof(all) - word.size());
}

struct CommonWord {
  consteval CommonWord(std::string_view word, Severity meant)
      : number(packed(word)), bytes(word.size()), meaning(meant) {}

  std::uint64_t number;
  std::size_t bytes;  // what is sent may end in zeros
  Severity meaning;
};

constexpr std::size_t common_word_bytes_max = 8;  // "critical", "disaster"

// The words that monitoring tools share, in lower case, sorted.
constexpr std::array<CommonWord, 26> common_words{{
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
static_assert(std::ranges::is_sorted(common_words, {}, &CommonWord::number));

Severity common_meaning(std::string_view word) {
  if (word.size() > common_word_bytes_max) return Severity::unknown;
  const std::uint64_t number = packed(word);
  const auto found = std::ranges::lower_bound(common_words, number, {}, &CommonWord::number);
  if (found == common_words.end() || found->number != number) return Severity::unknown;
  return found->bytes == word.size() ? found->meaning : Severity::unknown;
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

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "config/reader.h"

namespace deskd::config {

namespace {

/// Longer words are not typing mistakes of a name; the bound keeps the table small.
constexpr std::size_t word_bytes_max = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// How many letters must be added, left out, changed or swapped with their neighbour (the optimal
/// string alignment distance). Upper and lower case count as the same letter.
std::size_t distance(std::string_view from, std::string_view to) {
  const std::size_t width = to.size() + 1;
  std::vector<std::size_t> cells((from.size() + 1) * width);
  const auto cell = [&](std::size_t i, std::size_t j) -> std::size_t& {
    return cells[i * width + j];
  };
  for (std::size_t i = 0; i <= from.size(); ++i) cell(i, 0) = i;
  for (std::size_t j = 0; j <= to.size(); ++j) cell(0, j) = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const bool same = lower(from[i - 1]) == lower(to[j - 1]);
      cell(i, j) =
          std::min({cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(from[i - 1]) == lower(to[j - 2]) &&
                           lower(from[i - 2]) == lower(to[j - 1]);
      if (swapped) cell(i, j) = std::min(cell(i, j), cell(i - 2, j - 2) + 1);
    }
  }
  return cell(from.size(), to.size());
}

}  // namespace

std::string_view nearest(std::string_view name, std::span<const std::string_view> names) {
  if (name.empty() || name.size() > word_bytes_max) return {};
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string_view candidate : names) {
    const std::size_t longer = std::max(name.size(), candidate.size());
    const std::size_t shorter = std::min(name.size(), candidate.size());
    if (candidate.size() > word_bytes_max || longer - shorter >= best_distance) continue;
    // Where half of the letters differ it is another word: P3 is not a mistyped P1.
    const std::size_t letters = distance(name, candidate);
    if (letters >= best_distance || 2 * letters >= longer) continue;
    best = candidate;
    best_distance = letters;
  }
  return best;
}

std::string nearest_hint(std::string_view name, std::span<const std::string_view> names) {
  const std::string_view near = nearest(name, names);
  return near.empty() ? std::string() : fmt::format(" (nearest: '{}')", near);
}

}  // namespace deskd::config

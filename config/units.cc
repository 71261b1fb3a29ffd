#include <array>
#include <charconv>
#include <limits>

#include <fmt/core.h>

#include "config/limits.h"
#include "config/reader.h"

namespace deskd::config {

namespace {

struct Unit {
  std::string_view name;
  std::uint64_t size = 1;
};

// Greatest first: a duration names its units in this order. `ms` before `m`, which begins it.
constexpr std::array durations{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                               Unit{"s", 1'000}, Unit{"ms", 1}};

constexpr std::array sizes{
    Unit{"B", 1},      Unit{"KiB", limits::KiB}, Unit{"MiB", limits::MiB}, Unit{"GiB", limits::GiB},
    Unit{"kB", 1'000}, Unit{"MB", 1'000'000},    Unit{"GB", 1'000'000'000}};

/// A number and its unit, taken off the front of `text`; nothing when there is none or it is too
/// great for 64 bits.
struct Amount {
  std::uint64_t count = 0;
  std::string_view unit;
};

std::optional<Amount> take_amount(std::string_view& text) {
  Amount amount;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), amount.count);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  const std::size_t unit_end = text.find_first_of("0123456789 ");
  amount.unit = text.substr(0, unit_end);
  text.remove_prefix(amount.unit.size());
  return amount;
}

/// `count` of a unit, the greatest number there is when that is too much.
std::uint64_t times(std::uint64_t count, std::uint64_t size) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  return count > most / size ? most : count * size;
}

std::optional<std::uint64_t> parse_milliseconds(std::string_view text) {
  std::uint64_t total = 0;
  auto next_unit = durations.begin();
  while (!text.empty()) {
    const auto amount = take_amount(text);
    if (!amount) return std::nullopt;
    while (next_unit != durations.end() && next_unit->name != amount->unit) ++next_unit;
    if (next_unit == durations.end()) return std::nullopt;
    const std::uint64_t part = times(amount->count, next_unit->size);
    total = part > std::numeric_limits<std::uint64_t>::max() - total ? part : total + part;
    ++next_unit;
  }
  return total;
}

const std::string* unit_text(const Node& node, std::string_view expected, Problems& problems) {
  if (node.is_scalar() && !node.text.empty()) return &node.text;
  problems.error(node.place(), fmt::format("expected {}, this is {}", expected,
                                           node.is_scalar() ? "empty" : kind_name(node)));
  return nullptr;
}

}  // namespace

std::optional<std::chrono::milliseconds> read_duration(const Node& node, Problems& problems) {
  const std::string* text = unit_text(node, "a duration such as 90s", problems);
  if (!text) return std::nullopt;
  const auto milliseconds = parse_milliseconds(*text);
  if (!milliseconds) {
    problems.error(node.place(),
                   fmt::format("'{}' is no duration: write 500ms, 90s, 10m, 1h30m or 7d", *text));
    return std::nullopt;
  }
  constexpr std::chrono::milliseconds longest = limits::duration_max;
  if (*milliseconds > static_cast<std::uint64_t>(longest.count())) {
    problems.error(node.place(), fmt::format("{} is longer than {}d", *text,
                                             limits::duration_max / std::chrono::hours(24)));
    return std::nullopt;
  }
  return std::chrono::milliseconds(*milliseconds);
}

std::optional<std::uint64_t> read_bytes(const Node& node, Problems& problems) {
  const std::string* text = unit_text(node, "a size such as 64MiB", problems);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  const auto amount = take_amount(rest);
  for (const Unit& unit : sizes) {
    if (!amount || !rest.empty() || unit.name != amount->unit) continue;
    const std::uint64_t bytes = times(amount->count, unit.size);
    if (bytes <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return bytes;
    problems.error(node.place(), fmt::format("{} is more than any disk holds", *text));
    return std::nullopt;
  }
  problems.error(node.place(),
                 fmt::format("'{}' is no size: write 512B, 64KiB, 64MiB or 20GiB", *text));
  return std::nullopt;
}

}  // namespace deskd::config

#pragma once
// What became of one alert: exactly one of these, so that the sum over all accounts for every alert
// received.

#include <array>
#include <cstdint>
#include <string_view>

namespace deskd::rules {

enum class Outcome : std::uint8_t {
  malformed,  // one per bad element or bad body
  refused,    // decoded, but its lane was full, or its Idempotency-Key belongs to another body
  dropped,    // firing, and a rule said so
  repeated,   // a transport's repeat of something already applied
  stale,      // older than what its origin said last, or an end of what has ended
  raised,     // its alarm became active
  merged,     // firing, and its alarm was active already
  cleared,    // resolved, and it ended an origin
  unmatched,  // resolved, and there was nothing to end
};

constexpr std::size_t outcome_count = 9;
constexpr std::array<std::string_view, outcome_count> outcome_names{
    "malformed", "refused", "dropped", "repeated", "stale",
    "raised",    "merged",  "cleared", "unmatched"};

constexpr std::string_view name(Outcome outcome) {
  return outcome_names[static_cast<std::size_t>(outcome)];
}

/// Counts by outcome, of one batch or of one source since the start.
struct OutcomeCounts {
  std::array<std::uint64_t, outcome_count> counts{};
  std::uint64_t& operator[](Outcome outcome) { return counts[static_cast<std::size_t>(outcome)]; }
  std::uint64_t operator[](Outcome outcome) const {
    return counts[static_cast<std::size_t>(outcome)];
  }
  std::uint64_t total() const;
  OutcomeCounts& operator+=(const OutcomeCounts& more);
};

}  // namespace deskd::rules

#pragma once
// Hashes of packed bytes. Those of 128 bits stand in ledgers (tombstones), so they never change.

#include <cstdint>
#include <string_view>

namespace deskd::rules {

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Hash128&) const = default;
};

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);  // XXH3, 64 bits
Hash128 hash128(std::string_view bytes);                               // XXH3, 128 bits

/// Makes a hash of numbers: each bit of `number` moves about half of the result's.
constexpr std::uint64_t spread(std::uint64_t number) {
  number = (number ^ number >> 32) * 0x9E3779B97F4A7C15;
  number = (number ^ number >> 29) * 0xBF58476D1CE4E5B9;
  return number ^ number >> 32;
}

}  // namespace deskd::rules

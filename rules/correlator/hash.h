#pragma once
// Hashes of packed bytes. They stand in ledgers (tombstones), so they never change.

#include <cstdint>
#include <string_view>

namespace deskd::rules {

struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Hash128&) const = default;
};

std::uint64_t hash64(std::string_view bytes);  // XXH3, 64 bits
Hash128 hash128(std::string_view bytes);       // XXH3, 128 bits

}  // namespace deskd::rules

#pragma once
// hash64 where the call would cost as much as the hash: texts are short, and many.

#include <cstdint>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace deskd::rules {

/// XXH3, 64 bits.
inline std::uint64_t inline_hash64(std::string_view bytes, std::uint64_t seed = 0) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace deskd::rules

#include "rules/correlator/hash.h"

#include "rules/inline_hash.h"

namespace deskd::rules {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed) {
  return inline_hash64(bytes, seed);
}

Hash128 hash128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

}  // namespace deskd::rules

#include "rules/decision/identity.h"

#include <xxhash.h>

#include <array>

#include "rules/decision/arena_copy.h"

namespace deskd::rules {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

/// 32 hex digits: identities are compared by it alone, so it must not collide.
std::string_view labels_hash(std::span<const Label> labels, std::pmr::memory_resource& arena) {
  // One block per label, chained: what it hashes has one shape, so ("ab", "c") is not ("a", "bc").
  struct Block {
    XXH128_hash_t so_far, name, value;
  };
  Block block{};
  for (const Label& label : labels) {
    if (label.name == "severity") continue;
    block.name = XXH3_128bits(label.name.data(), label.name.size());
    block.value = XXH3_128bits(label.value.data(), label.value.size());
    block.so_far = XXH3_128bits(&block, sizeof(block));
  }
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, block.so_far);
  const std::span<char> text = make_in<char>(arena, 2 * sizeof(canonical.digest));
  for (std::size_t i = 0; i < sizeof(canonical.digest); ++i) {
    text[2 * i] = hex_digits[canonical.digest[i] >> 4U];
    text[2 * i + 1] = hex_digits[canonical.digest[i] & 0xFU];
  }
  return {text.data(), text.size()};
}

template <std::size_t count>
std::span<IdentityPart> parts(const std::array<IdentityPart, count>& values,
                              std::pmr::memory_resource& arena) {
  return copy_to<IdentityPart>(arena, values);
}

}  // namespace

std::span<IdentityPart> read_identity(const CompiledIdentity& identity, Subject& subject,
                                      std::pmr::memory_resource& arena) {
  const auto result = make_in<IdentityPart>(arena, identity.slots.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = {identity.fields[i], subject.value(identity.slots[i])};
  }
  return result;
}

std::span<IdentityPart> default_identity(const Alert& alert, std::pmr::memory_resource& arena) {
  if (!alert.resource.empty() || !alert.type.empty()) {
    return parts<3>(
        {{{"resource", alert.resource}, {"type", alert.type}, {"qualifier", alert.qualifier}}},
        arena);
  }
  if (!alert.key.empty()) {
    return parts<2>({{{"source", alert.source}, {"key", alert.key}}}, arena);
  }
  return parts<1>({{{"labels_hash", labels_hash(alert.labels, arena)}}}, arena);
}

}  // namespace deskd::rules

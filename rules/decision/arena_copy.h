#pragma once
// Things that outlive a function but not a batch.

#include <cstring>
#include <memory>
#include <memory_resource>
#include <span>
#include <type_traits>

namespace deskd::rules {

/// Room for `count` of T, default-made, given back only with the whole arena.
template <typename T>
std::span<T> make_in(std::pmr::memory_resource& arena, std::size_t count) {
  static_assert(std::is_trivially_destructible_v<T>);
  if (count == 0) return {};
  T* first = static_cast<T*>(arena.allocate(count * sizeof(T), alignof(T)));
  std::uninitialized_default_construct_n(first, count);
  return {first, count};
}

template <typename T>
std::span<T> copy_to(std::pmr::memory_resource& arena, std::span<const T> source) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (source.empty()) return {};
  void* const first = arena.allocate(source.size_bytes(), alignof(T));
  return {static_cast<T*>(std::memcpy(first, source.data(), source.size_bytes())), source.size()};
}

}  // namespace deskd::rules

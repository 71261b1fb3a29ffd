#pragma once
// Asking the memory for something before it is looked at.

#include <cstddef>
#include <cstdint>

namespace deskd::rules {

/// What stands there is on its way into the caches when this returns. It need not be there at all.
inline void ask_for(const void* place, std::size_t bytes) {
  // gcc takes a function that only asks for one without effect, and leaves the call of it out.
  asm volatile("" : : "r"(place));
  constexpr std::size_t line = 64;
  const auto ask = [first = reinterpret_cast<std::uintptr_t>(place)](std::size_t at) {
    __builtin_prefetch(reinterpret_cast<const void*>(first + at));
  };
  for (std::size_t at = 0; at < bytes; at += line) ask(at);
  ask(bytes - 1);
}
template <class Record>
void ask_for(const Record& record) {
  ask_for(&record, sizeof record);
}

}  // namespace deskd::rules

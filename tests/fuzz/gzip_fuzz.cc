// Hostile gzip bodies: never more than the limit, never stuck.

#include <cstddef>
#include <cstdint>

#include "config/check.h"
#include "connectors/webhook/gzip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t bytes_max = 100'000;
  const auto inflated =
      deskd::connectors::inflate_gzip({reinterpret_cast<const char*>(data), size}, bytes_max);
  DESKD_CHECK(!inflated || inflated->size() <= bytes_max);
  return 0;
}

// Hostile bodies through the alertmanager format.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/decoded_body.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto format = deskd::tests::fuzzed_format("alertmanager");
  deskd::tests::decode_and_check(*format, {reinterpret_cast<const char*>(data), size});
  return 0;
}

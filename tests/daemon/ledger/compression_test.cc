#include "daemon/ledger/compression.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "tests/support/random_values.h"

namespace deskd {
namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

constexpr std::size_t roomy = 1 << 20;

}  // namespace

TEST_CASE("what was packed comes back, whatever it is") {
  test::RandomValues random(1);
  ledger::Compression compression;
  std::string packed;
  for (const std::size_t size : {0, 1, 20, 255, 256, 300, 5'000, 200'000}) {
    for (const bool repeats : {false, true}) {
      CAPTURE(size);
      CAPTURE(repeats);
      std::string raw;
      while (raw.size() < size)
        raw += static_cast<char>(repeats ? raw.size() % 7 : random.number());
      compression.pack(raw, packed);
      CHECK(compression.unpack(packed, roomy) == raw);
      if (size > 0) CHECK_FALSE(compression.unpack(packed, size - 1));
      if (repeats && size >= 300) CHECK(packed.size() < 100);
    }
  }
}

TEST_CASE("a blob that an older deskd packed at level 1, with Huffman codes, is read") {
  const std::string packed = from_hex(
      "28b52ffd60f801650500424b1b14b015161bc0dc5c116a282cf7a6cd957b625d0a1e253391e3904346bbfa22b9cb"
      "d4487346e6fdba4ee69ddad099fd7b99fc54ac427752b4b11651c83252447cd96e55c6d389097dec79bd5e2a9e99"
      "21537d9faf5ebd3f36e6eb5d2006a30800060c8123380202921488c128022720e0e71be948473ad2918e74a4231d"
      "e948473ad2918e74a4231de9484774a4231de948473ad2918e74a4231de948473ad2918e74a423ba2358979c");
  std::string raw;
  for (int i = 0; i < 40; ++i) {
    const std::string number = std::to_string(i * 7919 % 10'000);
    raw += "node-" + std::string(4 - number.size(), '0') + number + " is slow; ";
  }
  CHECK(ledger::Compression().unpack(packed, roomy) == raw);
}

}  // namespace deskd

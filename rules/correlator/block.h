#pragma once
// Bytes that are kept by the million.

#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>

#include "config/check.h"

namespace deskd::rules {

/// Bytes in one heap block that says how many they are: its owner holds a pointer, and nothing is
/// spare. Less than 4 GiB.
class Block {
 public:
  Block() = default;
  explicit Block(std::string_view bytes) : memory_(new char[sizeof(Size) + bytes.size()]) {
    DESKD_CHECK(bytes.size() <= std::numeric_limits<Size>::max());
    const auto size = static_cast<Size>(bytes.size());
    std::memcpy(memory_.get(), &size, sizeof(Size));
    bytes.copy(memory_.get() + sizeof(Size), size);
  }

  bool is_made() const { return memory_ != nullptr; }
  const void* place() const { return memory_.get(); }
  std::string_view bytes() const {
    if (!is_made()) return {};
    Size size = 0;
    std::memcpy(&size, memory_.get(), sizeof(Size));
    return {memory_.get() + sizeof(Size), size};
  }

 private:
  using Size = std::uint32_t;
  std::unique_ptr<char[]> memory_;
};

}  // namespace deskd::rules

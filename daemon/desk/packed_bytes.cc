#include "daemon/desk/packed_bytes.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "config/check.h"

namespace deskd::desk {

namespace {

// The allocator gives multiples of 16 bytes, of which it needs 8 for itself.
constexpr std::size_t step_min = 16;
constexpr std::size_t allocator_bytes = 8;

/// Bytes of the block that holds so many. The steps grow with it, so that appending costs the same
/// however much there is.
std::size_t block_bytes(std::size_t needed) {
  const auto step = std::max(step_min, std::bit_floor(needed) / 8);
  return (needed + allocator_bytes + step - 1) / step * step - allocator_bytes;
}

}  // namespace

std::size_t PackedBytes::size() const {
  Size size = 0;
  if (block_ != nullptr) std::memcpy(&size, block_.get(), sizeof size);
  return size;
}

std::string_view PackedBytes::view() const {
  return block_ == nullptr ? std::string_view{}
                           : std::string_view(block_.get() + sizeof(Size), size());
}

void PackedBytes::set_size(std::size_t size) {
  DESKD_CHECK(size <= std::numeric_limits<Size>::max());
  if (size == 0) return block_.reset();
  const auto before = this->size();
  const auto bytes = block_bytes(sizeof(Size) + size);
  if (block_ == nullptr || bytes != block_bytes(sizeof(Size) + before)) {
    auto block = std::make_unique_for_overwrite<char[]>(bytes);
    if (before > 0)
      std::memcpy(block.get() + sizeof(Size), block_.get() + sizeof(Size), std::min(before, size));
    block_ = std::move(block);
  }
  const auto stored = static_cast<Size>(size);
  std::memcpy(block_.get(), &stored, sizeof stored);
}

void PackedBytes::assign(std::string_view bytes) {
  if (bytes.size() != size()) block_.reset();
  set_size(bytes.size());
  if (!bytes.empty()) std::memcpy(block_.get() + sizeof(Size), bytes.data(), bytes.size());
}

void PackedBytes::append(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto before = size();
  set_size(before + bytes.size());
  std::memcpy(block_.get() + sizeof(Size) + before, bytes.data(), bytes.size());
}

void PackedBytes::remove_prefix(std::size_t count) {
  if (count == 0) return;
  const auto left = size() - std::min(size(), count);
  if (left > 0)
    std::memmove(block_.get() + sizeof(Size), block_.get() + sizeof(Size) + count, left);
  set_size(left);
}

}  // namespace deskd::desk

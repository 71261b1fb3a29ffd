#pragma once
// Bytes in as little memory as a block of them can have.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace deskd::desk {

/// A string of 8 bytes and one block, whose size follows from what is in it: at most an eighth of
/// it, or 16 bytes, is room to grow. Up to 4 GiB.
class PackedBytes {
 public:
  std::string_view view() const;  // until the next change
  bool empty() const { return block_ == nullptr; }
  const void* place() const { return block_.get(); }  // for who asks the memory for it

  void assign(std::string_view bytes);  // must not be a part of these
  void append(std::string_view bytes);
  void remove_prefix(std::size_t count);

 private:
  using Size = std::uint32_t;  // stands at the front of the block

  std::size_t size() const;
  void set_size(std::size_t size);  // keeps what was there, as far as it fits

  std::unique_ptr<char[]> block_;  // none: empty
};

}  // namespace deskd::desk

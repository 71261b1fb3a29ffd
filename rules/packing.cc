#include "rules/packing.h"

#include <bit>
#include <cstring>

namespace deskd::rules {

namespace {
constexpr std::size_t number_bytes_max = 10;  // 64 bits, 7 in a byte
}

void Packer::number(std::uint64_t value) {
  while (value >= 0x80) {
    out_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out_.push_back(static_cast<char>(value));
}

void Packer::text(std::string_view value) {
  number(value.size());
  out_.append(value);
}

void Packer::time(Time value) {
  number(static_cast<std::uint64_t>(value.time_since_epoch().count()));
}

namespace {

/// The bits of a number of at most 56, of which each of eight bytes holds seven: pairs of groups
/// are moved together three times.
std::uint64_t gather(std::uint64_t groups) {
  groups &= 0x7F7F7F7F7F7F7F7F;
  groups = (groups & 0x007F007F007F007F) | (groups & 0x7F007F007F007F00) >> 1;
  groups = (groups & 0x00003FFF00003FFF) | (groups & 0x3FFF00003FFF0000) >> 2;
  return (groups & 0x000000000FFFFFFF) | (groups & 0x0FFFFFFF00000000) >> 4;
}

/// Up to eight bytes.
std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  if (bytes.size() == sizeof value && std::endian::native == std::endian::little) {
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return value;
}

}  // namespace

// Times are of nine bytes, and there are many: no loop over their groups of bits.
std::uint64_t Unpacker::long_number() {
  constexpr std::uint64_t more = 0x8080808080808080;  // the bit that says that a byte follows
  const auto byte = [this](std::size_t i) {
    return i < bytes_.size() ? static_cast<unsigned char>(bytes_[i]) : 0x80u;
  };
  const std::uint64_t word = little_endian(bytes_.substr(0, sizeof more));
  const std::uint64_t ends = ~word & more;
  std::size_t size = 0;
  std::uint64_t value = 0;
  if (ends != 0) {
    size = static_cast<std::size_t>(std::countr_zero(ends)) / 8 + 1;
    value = gather(word & ~std::uint64_t{0} >> (64 - 8 * size));
  } else {
    size = byte(8) < 0x80 ? 9 : number_bytes_max;
    value = gather(word) | std::uint64_t{byte(8) & 0x7Fu} << 56;
    if (size == number_bytes_max) value |= std::uint64_t{byte(9)} << 63;
  }
  const unsigned last = byte(size - 1);  // 0: longer than needed, so no Packer wrote it
  const bool has_more_bits = size == number_bytes_max && last > 1;
  if (size > bytes_.size() || last == 0 || has_more_bits) {
    fail();
    return 0;
  }
  bytes_.remove_prefix(size);
  return value;
}

std::uint64_t Unpacker::number_up_to(std::uint64_t max) {
  const std::uint64_t value = number();
  if (value <= max) return value;
  fail();
  return 0;
}

std::string_view Unpacker::text() {
  const std::uint64_t size = number();
  if (size > bytes_.size()) {
    fail();
    return {};
  }
  const std::string_view value = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
  return value;
}

Time Unpacker::time() { return Time{Duration{static_cast<std::int64_t>(number())}}; }

}  // namespace deskd::rules

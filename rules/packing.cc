#include "rules/packing.h"

#include <bit>
#include <cstring>
#include <type_traits>

namespace deskd::rules {

namespace {

void put_little_endian(char* at, std::uint64_t value) {
  if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
  std::memcpy(at, &value, sizeof value);
}

/// The low 56 bits as eight bytes of seven bits each: split in halves three times, and each upper
/// half moved up.
std::uint64_t spread(std::uint64_t value) {
  value = (value & 0x000000000FFFFFFF) | (value & 0x00FFFFFFF0000000) << 4;
  value = (value & 0x00003FFF00003FFF) | (value & 0x0FFFC0000FFFC000) << 2;
  return (value & 0x007F007F007F007F) | (value & 0x3F803F803F803F80) << 1;
}

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

/// memcpy for what is mostly short, without the call. The two ends of a length between two powers
/// of two overlap.
void copy(char* to, const char* from, std::size_t size) {
  const auto ends = [&]<std::size_t part>(std::integral_constant<std::size_t, part>) {
    std::memcpy(to, from, part);
    std::memcpy(to + size - part, from + size - part, part);
  };
  if (size > 32) {
    std::memcpy(to, from, size);
  } else if (size >= 16) {
    ends(std::integral_constant<std::size_t, 16>{});
  } else if (size >= 8) {
    ends(std::integral_constant<std::size_t, 8>{});
  } else if (size >= 4) {
    ends(std::integral_constant<std::size_t, 4>{});
  } else if (size > 0) {
    to[0] = from[0];
    to[size / 2] = from[size / 2];
    to[size - 1] = from[size - 1];
  }
}

/// Appends what `write` puts at the place that it is given, at most `bytes_max`. (gcc 12 tells the
/// operation a greater size than it was asked for.)
void append(std::string& out, std::size_t bytes_max, auto&& write) {
  const std::size_t size = out.size();
  out.resize_and_overwrite(size + bytes_max, [&](char* bytes, std::size_t) {
    return static_cast<std::size_t>(write(bytes + size) - bytes);
  });
}

}  // namespace

// Times are of nine bytes, and there are many: no loop over their groups of bits.
char* pack_long_number(char* at, std::uint64_t value) {
  constexpr std::uint64_t more = 0x8080808080808080;  // the bit that says that a byte follows
  const std::uint64_t groups = spread(value);
  const std::uint64_t rest = value >> 56;
  if (rest == 0) {
    const auto size = static_cast<unsigned>(std::bit_width(value) + 6) / 7;
    put_little_endian(at, groups | more >> (8 * (9 - size)));
    return at + size;
  }
  put_little_endian(at, groups | more);
  // No word is written here: of the greatest numbers' room two bytes are left.
  at[8] = static_cast<char>(rest < 0x80 ? rest : rest | 0x80);
  if (rest < 0x80) return at + 9;
  at[9] = static_cast<char>(rest >> 7);
  return at + 10;
}

char* pack_text(char* at, std::string_view value) {
  at = pack_number(at, value.size());
  copy(at, value.data(), value.size());
  return at + value.size();
}

void Packer::number(std::uint64_t value) {
  append(out_, packed_number_max, [&](char* at) { return pack_number(at, value); });
}

void Packer::text(std::string_view value) {
  append(out_, packed_text_max(value.size()), [&](char* at) { return pack_text(at, value); });
}

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
    size = byte(8) < 0x80 ? 9 : packed_number_max;
    value = gather(word) | std::uint64_t{byte(8) & 0x7Fu} << 56;
    if (size == packed_number_max) value |= std::uint64_t{byte(9)} << 63;
  }
  const unsigned last = byte(size - 1);  // 0: longer than needed, so no Packer wrote it
  const bool has_more_bits = size == packed_number_max && last > 1;
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

#include "rules/packing.h"

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

std::uint64_t Unpacker::number() {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes_.size() && i < number_bytes_max; ++i) {
    const auto byte = static_cast<unsigned char>(bytes_[i]);
    if (i + 1 == number_bytes_max && byte > 1) break;  // more than 64 bits
    value |= std::uint64_t{byte & 0x7Fu} << (7 * i);
    if (byte < 0x80) {
      if (byte == 0 && i > 0) break;  // longer than needed: no Packer wrote it
      bytes_.remove_prefix(i + 1);
      return value;
    }
  }
  fail();
  return 0;
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

#pragma once
// Values as compact bytes: what commit records and the texts of alarms are made of.
//
// Whole numbers are LEB128 varints, texts a length and their bytes, times a varint of nanoseconds
// since the epoch.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rules/time.h"

namespace deskd::rules {

/// The most bytes that a packed number takes: 64 bits, 7 in a byte.
constexpr std::size_t packed_number_max = 10;
/// The most bytes that a packed text of `size` bytes takes.
constexpr std::size_t packed_text_max(std::size_t size) { return packed_number_max + size; }

// What a Packer does, where the caller has made room: the most bytes that the value takes are free
// at `at`. Each gives the place behind the value; up to the end of its room anything may stand
// then.
char* pack_long_number(char* at, std::uint64_t value);  // 128 and more
inline char* pack_number(char* at, std::uint64_t value) {
  if (value >= 0x80) return pack_long_number(at, value);
  *at = static_cast<char>(value);
  return at + 1;
}
char* pack_text(char* at, std::string_view value);

/// A time as the number that stands for it.
inline std::uint64_t number_of(Time value) {
  return static_cast<std::uint64_t>(value.time_since_epoch().count());
}

/// Appends to a string that the caller owns.
class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) {}
  void number(std::uint64_t value);
  void text(std::string_view value);
  void time(Time value) { number(number_of(value)); }
  void flag(bool value) { number(value ? 1 : 0); }

 private:
  std::string& out_;
};

/// Reads what a Packer wrote. Bytes that end too soon or hold an impossible number set `failed` for
/// good, and everything read after that is zero or empty: check once at the end. Texts are views
/// into the given bytes.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t number() {
    if (bytes_.empty() || static_cast<unsigned char>(bytes_.front()) >= 0x80) return long_number();
    const auto value = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }
  std::uint64_t number_up_to(std::uint64_t max);  // a greater one is a failure
  std::string_view text();
  Time time();
  bool flag() { return number_up_to(1) == 1; }

  bool failed() const { return failed_; }
  bool at_end() const { return bytes_.empty(); }
  std::size_t left() const { return bytes_.size(); }  // bytes not read yet
  void fail() {
    failed_ = true;
    bytes_ = {};
  }

 private:
  std::uint64_t long_number();  // of two bytes and more

  std::string_view bytes_;
  bool failed_ = false;
};

}  // namespace deskd::rules

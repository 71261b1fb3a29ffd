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

/// Appends to a string that the caller owns.
class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) {}
  void number(std::uint64_t value);
  void text(std::string_view value);
  void time(Time value);
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

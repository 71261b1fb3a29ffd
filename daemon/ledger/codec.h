#pragma once
// Fields to bytes and back, by one description: a function that names the fields of an entity in
// order runs with `Measuring`, with `Writing` and with `Reading`, so that they can't disagree.

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "config/limits.h"
#include "daemon/ledger/frames.h"
#include "rules/packing.h"
#include "rules/verdict.h"

namespace deskd::ledger {

/// Adds up the most bytes that `Writing` takes.
class Measuring {
 public:
  void number(std::unsigned_integral auto /*value*/) { bytes_max_ += rules::packed_number_max; }
  void flag(bool /*value*/) { ++bytes_max_; }
  void text(std::string_view value) { bytes_max_ += rules::packed_text_max(value.size()); }
  void time(rules::Time /*value*/) { bytes_max_ += rules::packed_number_max; }
  void rule(rules::RuleNumber /*value*/) { bytes_max_ += rules::packed_number_max; }
  template <typename Enum>
  void one_of(Enum /*value*/, Enum /*last*/) {
    bytes_max_ += rules::packed_number_max;
  }
  void list(const auto& items, auto&& each) {
    bytes_max_ += rules::packed_number_max;
    for (const auto& item : items) each(item);
  }
  static constexpr bool has_later_fields() { return true; }

  std::size_t bytes_max() const { return bytes_max_; }

 private:
  std::size_t bytes_max_ = 0;
};

/// Writes from `at` on, where the caller has made as much room as `Measuring` says.
class Writing {
 public:
  explicit Writing(char* at) : at_(at) {}

  void number(std::unsigned_integral auto value) { at_ = rules::pack_number(at_, value); }
  void flag(bool value) { *at_++ = value ? 1 : 0; }
  void text(std::string_view value) { at_ = rules::pack_text(at_, value); }
  void time(rules::Time value) { number(rules::number_of(value)); }
  /// Rules count from 0 and `no_rule` is the greatest number, so they are moved by one: "none",
  /// which is common, is one byte.
  void rule(rules::RuleNumber value) { number(rules::RuleNumber{value + 1}); }
  template <typename Enum>
  void one_of(Enum value, Enum /*last*/) {
    number(static_cast<std::uint64_t>(value));
  }
  void list(const auto& items, auto&& each) {
    number(items.size());
    for (const auto& item : items) each(item);
  }
  /// See `Reading::has_later_fields`.
  static constexpr bool has_later_fields() { return true; }

  char* end() const { return at_; }

 private:
  char* at_;
};

/// Reads what `Writing` wrote, from bytes that nobody vouches for: a value out of range fails, and
/// a list hardly takes memory before its items are read. What it reads into may hold another
/// entity, whose memory is used again.
class Reading {
 public:
  explicit Reading(std::string_view bytes) : unpacker_(bytes) {}

  template <std::unsigned_integral Number>
  void number(Number& value) {
    value = static_cast<Number>(unpacker_.number_up_to(std::numeric_limits<Number>::max()));
  }
  void flag(bool& value) { value = unpacker_.flag(); }
  void text(std::string_view& value) { value = unpacker_.text(); }
  void text(std::string& value) { value = unpacker_.text(); }
  void time(rules::Time& value) { value = unpacker_.time(); }
  void rule(rules::RuleNumber& value) {
    number(value);
    --value;
  }
  template <typename Enum>
  void one_of(Enum& value, Enum last) {
    value = static_cast<Enum>(unpacker_.number_up_to(static_cast<std::uint64_t>(last)));
  }
  template <typename Item>
  void list(std::vector<Item>& items, auto&& each) {
    const std::uint64_t count = unpacker_.number_up_to(limits::record_list_max);
    items.reserve(std::min(count, items_reserved_max));
    std::size_t read = 0;
    for (; read < count && !unpacker_.failed(); ++read) {
      if (read == items.size()) items.emplace_back();
      each(items[read]);
    }
    items.resize(read);
  }

  /// Whether the entity goes on here. Fields that came later stand at its end, behind
  /// `if (!codec.has_later_fields()) return;`, once for each version that added some: a record from
  /// before leaves their defaults, one that ends between them is damaged.
  bool has_later_fields() const { return !unpacker_.at_end(); }

  /// Whether the bytes were read to their end and nothing in them was wrong.
  bool whole() const { return !unpacker_.failed() && unpacker_.at_end(); }

 private:
  static constexpr std::uint64_t items_reserved_max = 16;

  rules::Unpacker unpacker_;
};

/// Appends a frame of what `name_fields` names, which runs twice: once for the room that is needed,
/// so that nothing looks for room while it is written.
void put_frame(std::string& blob, std::uint8_t kind, auto&& name_fields) {
  Measuring measuring;
  name_fields(measuring);
  append_frame(blob, kind, measuring.bytes_max(), [&](char* body) {
    Writing writing(body);
    name_fields(writing);
    return writing.end();
  });
}

}  // namespace deskd::ledger

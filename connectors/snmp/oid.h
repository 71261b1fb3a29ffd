#pragma once
// Object identifiers: a view for asking, a value for keeping.

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "config/limits.h"

namespace deskd::connectors {

/// The sub-identifiers of an OID, in memory of somebody else. Nothing here allocates.
class OidView {
 public:
  constexpr OidView() = default;
  constexpr explicit OidView(std::span<const std::uint32_t> sub_ids) : sub_ids_(sub_ids) {}

  constexpr std::size_t size() const { return sub_ids_.size(); }
  constexpr bool empty() const { return sub_ids_.empty(); }
  constexpr std::uint32_t operator[](std::size_t at) const { return sub_ids_[at]; }
  constexpr auto begin() const { return sub_ids_.begin(); }
  constexpr auto end() const { return sub_ids_.end(); }

  /// The first `count` sub-identifiers, and what stands after them; `count` is at most size().
  constexpr OidView first(std::size_t count) const { return OidView(sub_ids_.first(count)); }
  constexpr OidView after(std::size_t count) const { return OidView(sub_ids_.subspan(count)); }

  /// That one or below it. Everything is under the empty OID.
  constexpr bool is_under(OidView top) const {
    return size() >= top.size() && std::ranges::equal(first(top.size()), top);
  }

 private:
  std::span<const std::uint32_t> sub_ids_;
};

/// Sub-identifier by sub-identifier, a beginning before what it begins. For `Oid` too.
constexpr std::strong_ordering operator<=>(OidView a, OidView b) {
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end());
}
constexpr bool operator==(OidView a, OidView b) { return std::ranges::equal(a, b); }

/// An OID with room for as many sub-identifiers as one may have (RFC 2578, section 3.5). Copies as
/// many as it has.
class Oid {
 public:
  Oid() {}
  /// `sub_ids` has at most limits::oid_sub_ids_max.
  explicit Oid(OidView sub_ids) { set(sub_ids); }
  Oid(const Oid& other) { set(other); }
  Oid& operator=(const Oid& other) {
    set(other);
    return *this;
  }

  /// `1.3.6.1` or `.1.3.6.1`. Nothing when the text is no OID: other characters, an empty or too
  /// large number, more than 128 of them, or a beginning that can't be sent (ITU-T X.690, section
  /// 8.19.4: the first is at most 2, the second below 40 unless the first is 2).
  static std::optional<Oid> parse(std::string_view text);

  /// False when there is no room.
  [[nodiscard]] bool append(std::uint32_t sub_id);
  void clear() { size_ = 0; }

  operator OidView() const { return OidView(std::span(sub_ids_.data(), size_)); }

 private:
  void set(OidView sub_ids);

  // What lies behind `size_` is never read, so it needs no first value.
  std::array<std::uint32_t, limits::oid_sub_ids_max> sub_ids_;
  std::size_t size_ = 0;
};

/// Room for the longest OID as text.
using OidText = std::array<char, limits::oid_text_bytes_max>;

/// `1.3.6.1`, written into `room`; empty for the empty OID. `oid` has at most 128 sub-identifiers.
std::string_view print(OidView oid, OidText& room);

}  // namespace deskd::connectors

#pragma once
// The labels or annotations of one alert while they are read: sorted, each name once, bounded.

#include <array>
#include <cstddef>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>

#include "config/limits.h"
#include "rules/alert.h"

namespace deskd::connectors {

/// Lives during one decode; holds views only. Large, and not cleared when it is made.
class LabelList {
 public:
  LabelList() {}  // leaves `room_` as it is
  LabelList(const LabelList&) = delete;
  LabelList& operator=(const LabelList&) = delete;

  /// A name that is there already gets the new value. An empty value takes the name out again, as a
  /// missing label and an empty one are the same. Returns what is wrong with the pair, a sentence
  /// that stays; empty: nothing.
  std::string_view add(std::string_view name, std::string_view value) {
    // Most senders write them in order.
    const bool is_last = size_ == 0 || is_before(labels()[size_ - 1].name, name);
    const bool is_small = name.size() - 1 < limits::label_name_bytes_max &&  // and not empty
                          value.size() - 1 < limits::text_bytes_max;         // likewise
    if (!is_last || !is_small || size_ == limits::labels_max) return put(name, value);
    std::construct_at(labels() + size_++, rules::Label{name, value});
    return {};
  }

  void clear() { size_ = 0; }

  std::span<const rules::Label> view() const { return {labels(), size_}; }
  /// A copy that lives in `arena`.
  std::span<const rules::Label> keep(std::pmr::memory_resource& arena) const;

 private:
  /// Most names differ in their first byte.
  static bool is_before(std::string_view left, std::string_view right) {
    if (left.empty() || right.empty() || left.front() == right.front()) return left < right;
    return static_cast<unsigned char>(left.front()) < static_cast<unsigned char>(right.front());
  }
  /// Any pair at any place.
  std::string_view put(std::string_view name, std::string_view value);

  rules::Label* labels() { return reinterpret_cast<rules::Label*>(room_.data()); }
  const rules::Label* labels() const { return reinterpret_cast<const rules::Label*>(room_.data()); }

  alignas(rules::Label) std::array<std::byte, limits::labels_max * sizeof(rules::Label)> room_;
  std::size_t size_ = 0;
};

}  // namespace deskd::connectors

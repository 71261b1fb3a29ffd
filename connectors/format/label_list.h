#pragma once
// The labels or annotations of one alert while they are read: sorted, each name once, bounded.

#include <array>
#include <cstddef>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/limits.h"
#include "rules/alert.h"

namespace deskd::connectors {

/// Lives during one decode; holds views only.
class LabelList {
 public:
  /// A name that is there already gets the new value. An empty value takes the name out again, as a
  /// missing label and an empty one are the same. Returns what is wrong with the pair, if anything.
  std::optional<std::string> add(std::string_view name, std::string_view value);

  void clear() { size_ = 0; }

  std::span<const rules::Label> view() const { return {labels_.data(), size_}; }
  /// A copy that lives in `arena`.
  std::span<const rules::Label> keep(std::pmr::memory_resource& arena) const;

 private:
  std::array<rules::Label, limits::labels_max> labels_;
  std::size_t size_ = 0;
};

}  // namespace deskd::connectors

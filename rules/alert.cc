#include "rules/alert.h"

#include <algorithm>
#include <cstddef>

namespace deskd::rules {

std::string_view find_label(std::span<const Label> labels, std::string_view name) {
  // Of few labels most are told apart by their lengths.
  constexpr std::size_t few = 16;
  if (labels.size() <= few) {
    for (const Label& label : labels) {
      if (label.name.size() == name.size() && label.name == name) return label.value;
    }
    return {};
  }
  const auto found = std::ranges::lower_bound(labels, name, {}, &Label::name);
  return found != labels.end() && found->name == name ? found->value : std::string_view{};
}

}  // namespace deskd::rules

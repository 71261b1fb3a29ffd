#include "rules/alert.h"

#include <algorithm>

namespace deskd::rules {

std::string_view find_label(std::span<const Label> labels, std::string_view name) {
  const auto found = std::ranges::lower_bound(labels, name, {}, &Label::name);
  return found != labels.end() && found->name == name ? found->value : std::string_view{};
}

}  // namespace deskd::rules

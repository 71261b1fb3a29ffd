#include "daemon/setup/unique_names.h"

#include <fmt/core.h>

namespace deskd::daemon {

bool UniqueNames::take(const std::string& name, const config::Node& node, std::string_view what,
                       config::Problems& problems) {
  const auto [first, is_new] = lines_.emplace(name, node.line);
  if (is_new) return true;
  problems.error(node.place(),
                 fmt::format("a {} '{}' stands in line {} already", what, name, first->second));
  return false;
}

}  // namespace deskd::daemon

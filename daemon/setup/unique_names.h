#pragma once
// Names that may stand only once: of queues, of sources.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "config/yaml.h"

namespace deskd::daemon {

class UniqueNames {
 public:
  /// False, and a problem that names the line of the first, when `name` was taken before. `what`
  /// says what it names.
  bool take(const std::string& name, const config::Node& node, std::string_view what,
            config::Problems& problems);

 private:
  std::map<std::string, std::uint32_t, std::less<>> lines_;
};

}  // namespace deskd::daemon

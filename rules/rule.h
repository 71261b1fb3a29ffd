#pragma once
// Rules as people wrote them: plain structs with places, checked for form but not yet compiled.
// Placeholder until the reader lands: see rule_reader.h.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/yaml.h"

namespace deskd::rules {

struct Rule {
  config::Place place;
  std::string name;
};

}  // namespace deskd::rules

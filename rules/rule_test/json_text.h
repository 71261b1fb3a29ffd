#pragma once
// A body that a test writes as YAML, in the JSON that a sender would have sent.

#include <string>

#include "config/yaml.h"

namespace deskd::rules {

/// Maps and lists become objects and arrays. An unquoted scalar that is a JSON number, `true` or
/// `false` stands as it is, digit by digit; every other one is a string.
std::string json_text(const config::Node& node);

}  // namespace deskd::rules

#pragma once
// `then:` from YAML to plain decisions.

#include <array>
#include <string_view>

#include "config/reader.h"
#include "rules/rule.h"

namespace deskd::rules {

/// Words of the language whose time has not come: refused by name wherever a rule could have them.
constexpr std::array<std::string_view, 6> reserved_words{"heartbeat", "escalate", "inhibit",
                                                         "resolve",   "shadow",   "under"};

/// Reads a `then` map. Every mistake becomes a problem; what was readable is returned.
Decisions read_decisions(const config::Node& node, config::Problems& problems);

}  // namespace deskd::rules

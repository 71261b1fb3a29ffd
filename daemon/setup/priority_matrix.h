#pragma once
// desk.yaml's `priority`: the levels, and impact × urgency → level.

#include "config/reader.h"
#include "rules/desk_words.h"

namespace deskd::daemon {

/// What is not stated keeps its default (P1 to P5); who states `levels` states `matrix` and
/// `default` too.
rules::PriorityMatrix read_priorities(const config::Node& node, config::Problems& problems);

}  // namespace deskd::daemon

#pragma once
// `when:` from YAML to plain conditions.

#include <optional>
#include <string>
#include <string_view>

#include "config/reader.h"
#include "rules/rule.h"

namespace deskd::rules {

/// Reads a `when` map. Every mistake becomes a problem; what was readable is returned. Nothing when
/// the node is no map. Nesting is bounded by limits::condition_depth_max.
std::optional<Condition> read_when(const config::Node& node, config::Problems& problems);

/// The field that a text names; else a problem at `place` with the nearest word.
std::optional<FieldName> read_field(std::string_view text, const config::Place& place,
                                    config::Problems& problems);
/// " (nearest: 'labels.site')" for a text that names no field, or nothing: the tail of a message.
std::string field_hint(std::string_view text);

}  // namespace deskd::rules

#pragma once
// Which alerts speak of one condition.

#include <memory_resource>
#include <optional>
#include <span>

#include "rules/condition/subject.h"
#include "rules/decision/compiled_rule.h"
#include "rules/verdict.h"

namespace deskd::rules {

/// The values that the fields have now; a missing one is null (empty). The parts live in `arena`.
std::span<IdentityPart> read_identity(const CompiledIdentity& identity, Subject& subject,
                                      std::pmr::memory_resource& arena);

/// (resource, type, qualifier); where resource and type are both missing (source, key); without a
/// key a hash of all labels but severity, as the field `labels_hash`.
std::span<IdentityPart> default_identity(const Alert& alert, std::pmr::memory_resource& arena);

}  // namespace deskd::rules

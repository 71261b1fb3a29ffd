#pragma once
// All rules of one set in the form that runs, in their two layers.

#include <memory>
#include <vector>

#include "rules/decision/compiled_rule.h"
#include "rules/rule_set.h"

namespace deskd::rules {

/// Immutable once compiled; any thread. A rule's required equalities (condition.h) stand ready for
/// an index over each layer.
struct RuleSet::Compiled {
  explicit Compiled(DeskWords desk) : vocabulary(std::move(desk)) {}

  Vocabulary vocabulary;
  std::vector<FieldName> fields;    // by slot
  std::vector<TargetName> targets;  // by target
  Target drop = 0, stop = 0;
  std::vector<CompiledRule> profile;  // what messages mean
  std::vector<CompiledRule> own;      // what we do about them
  std::vector<RuleName> names;        // by number: the profile's rules, then the others
  std::vector<ClearsShape> clears_shapes;
  /// By number: each rule's conditions as they stand in the file, for who asks why one failed.
  std::vector<std::vector<std::shared_ptr<const Condition>>> written;
};

}  // namespace deskd::rules

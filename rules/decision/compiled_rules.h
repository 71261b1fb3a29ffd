#pragma once
// All rules of one set in the form that runs, in their two layers.

#include <memory>
#include <vector>

#include "rules/decision/compiled_rule.h"
#include "rules/index/rule_index.h"
#include "rules/rule_set.h"

namespace deskd::rules {

/// Immutable once compiled; any thread.
struct RuleSet::Compiled {
  explicit Compiled(DeskWords desk) : vocabulary(std::move(desk)) {}

  Vocabulary vocabulary;
  std::vector<FieldName> fields;    // by slot
  std::vector<TargetName> targets;  // by target
  Target drop = 0, stop = 0;
  TargetRange labels, annotations;  // that some rule sets
  std::size_t statements_max = 0;   // of one rule
  std::vector<CompiledRule> rules;  // by number: what messages mean, then what we do about them
  RuleNumber own_begin = 0;         // where the second layer begins
  RuleIndex index;                  // over both layers
  std::vector<RuleName> names;      // by number
  std::vector<ClearsShape> clears_shapes;
  /// By number: each rule's conditions as they stand in the file, for who asks why one failed.
  std::vector<Whens> written;
};

}  // namespace deskd::rules

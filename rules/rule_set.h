#pragma once
// The rules in the form that runs: compiled once per reload, then never changed.

#include <cstdint>
#include <expected>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include "config/problems.h"
#include "rules/alert.h"
#include "rules/desk_words.h"
#include "rules/explanation.h"
#include "rules/rule.h"
#include "rules/verdict.h"

namespace deskd::rules {

/// What people see of a rule: enough to find it again.
struct RuleName {
  std::string name;
  std::string file;  // as shown to people
  std::uint32_t line = 0;
};

/// A list of `clears.by` fields that some rule uses; the correlator keeps an index for each.
struct ClearsShape {
  std::vector<std::string> by;     // field texts, in the rule's order
  std::vector<std::string> types;  // that rules with this list name, each once, sorted
  bool operator==(const ClearsShape&) const = default;
};

/// Says what should become of an alert, looking at nothing but the alert.
///
/// Immutable after `compile`, so any thread may read it without a lock. It keeps no memory of
/// earlier alerts and no clock; both belong to `Correlator`.
class RuleSet {
 public:
  /// Checks and compiles `rules` (in file order; the two layers are separated here). Returns
  /// nothing when a mistake was found; all of them are in `problems`.
  static std::shared_ptr<const RuleSet> compile(const std::vector<Rule>& rules, DeskWords desk,
                                                config::Problems& problems);

  /// The decisions of all rules that match, each by the first rule that states it. What it makes
  /// lives in `arena`, which frees nothing before the verdict is done with; the alert's memory and
  /// this rule set must outlive the verdict too. Does not clamp an `event_at` that a rule set.
  Verdict judge(const Alert& alert, std::pmr::memory_resource& arena) const;

  /// The same verdict with every step on the way to it; costs many times as much. `only`: the
  /// failed conditions of this rule alone are looked for (no_rule: of none), which is cheaper.
  Explanation explain(const Alert& alert, std::pmr::memory_resource& arena,
                      std::optional<RuleNumber> only = {}) const;

  /// By RuleNumber: in the order in which they are read, the profile layer first.
  const std::vector<RuleName>& names() const;
  const DeskWords& desk() const;
  const std::vector<ClearsShape>& clears_shapes() const;

  ~RuleSet();

  struct Compiled;  // see rules/decision/compiled_rules.h

 private:
  explicit RuleSet(std::unique_ptr<const Compiled> compiled);
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace deskd::rules

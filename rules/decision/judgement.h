#pragma once
// One alert's way through the rules, and the verdict that comes of it.

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/decision/compiled_rules.h"
#include "rules/verdict.h"

namespace deskd::rules {

/// Lives for one call of `judge`. Its own lists live in `scratch`, the verdict's parts in `arena`;
/// `scratch` may be the same.
class Judgement {
 public:
  Judgement(const RuleSet::Compiled& rules, const Alert& alert, std::pmr::memory_resource& arena,
            std::pmr::memory_resource& scratch);

  /// Reads the rules that the index finds, top to bottom; within a layer the first that states a
  /// decision takes it, and what an earlier layer stated yields.
  Verdict run();

 private:
  friend class Tracing;  // reads every rule, without the index

  /// A decision that is taken.
  struct Taken {
    RuleNumber rule = no_rule;
    CompiledText::Value value;
  };
  struct Made {
    Target target = 0;
    CompiledText::Value value;
  };

  /// How many rules stated something that is read after the last rule, when a layer began.
  struct LayerBegin {
    std::ptrdiff_t identities = 0;
    std::ptrdiff_t clears = 0;
  };

  void read_layer(RuleNumber first, RuleNumber end, bool is_last);
  LayerBegin begin_layer();
  void end_layer(const LayerBegin& begin);
  void apply(const CompiledRule& rule);
  void take(Target target, RuleNumber rule, CompiledText::Value value);
  bool is_open(Target target) const { return taken_in_[target] < layer_; }
  bool is_taken(Target target) const { return taken_in_[target] > 0; }
  bool layer_has_ended(bool is_last) const;

  Verdict verdict();
  void state(Verdict& verdict, Target target);
  void state(Stated stated) { stated_[stated_count_++] = stated; }
  void state_priority(Verdict& verdict);
  void state_title(Verdict& verdict);
  void fill(Verdict& verdict, const TargetName& target, const Taken& taken);
  void fill_labels(Verdict& verdict);
  void decide_identity(Verdict& verdict);
  void decide_clears(Verdict& verdict);
  std::span<const Label> with_set(std::span<const Label> decoded, const TargetRange& targets);

  const RuleSet::Compiled& rules_;
  std::pmr::memory_resource& arena_;
  std::pmr::memory_resource& scratch_;
  Subject subject_;
  std::optional<Candidates> candidates_;  // while the index is in use
  std::uint8_t layer_ = 0;
  std::span<std::uint8_t> taken_in_;  // by target: the layer, from 1; 0: not yet
  std::span<Taken> taken_;            // by target; holds nothing until it is taken
  std::span<Made> made_;              // room for those of the rule at hand
  std::span<Stated> stated_;          // room for one of each target
  std::size_t stated_count_ = 0;
  std::pmr::vector<RuleNumber> matched_;
  std::pmr::vector<RuleNumber> unstated_;
  // Matched rules that state them, the last layer's first; read after the last rule.
  std::pmr::vector<const CompiledRule*> identities_;
  std::pmr::vector<const CompiledRule*> clears_;
};

}  // namespace deskd::rules

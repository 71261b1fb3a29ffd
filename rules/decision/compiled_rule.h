#pragma once
// One rule in the form that runs.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "rules/condition/condition.h"
#include "rules/decision/template.h"
#include "rules/decision/vocabulary.h"

namespace deskd::rules {

/// A decision that can be taken once for each layer: its number within one rule set. Numbers run in
/// order of Decision, then name, which is the order in which a verdict states them.
using Target = std::uint32_t;

struct TargetName {
  Decision decision = Decision::klass;
  std::string name;          // of a label or annotation
  std::optional<Slot> slot;  // the field that rules below see it in
};

/// Targets that follow each other.
struct TargetRange {
  Target first = 0;
  Target count = 0;
};

/// All decisions that some rule of a set can take, and those that every verdict has.
class TargetTable {
 public:
  TargetTable(std::span<const Rule> rules, FieldTable& fields);
  Target target(Decision decision, std::string_view name = {}) const;
  /// All of one decision, whatever their names.
  TargetRange range(Decision decision) const;
  const std::vector<TargetName>& names() const { return names_; }

 private:
  std::vector<TargetName> names_;  // by target
};

/// A text that a decision gets: always the same, or made from the alert.
class CompiledText {
 public:
  struct Value {
    std::string_view text;
    std::int64_t number = 0;  // see Vocabulary
  };
  static CompiledText compile(Decision decision, const Text& text, FieldTable& fields,
                              const Vocabulary& vocabulary, config::Problems& problems);
  /// Nothing when the decision can't be made.
  std::optional<Value> value(Subject& subject, const Vocabulary& vocabulary,
                             std::pmr::memory_resource& arena) const {
    if (is_literal_) return Value{text_.parts().front().plain, number_};
    return rendered(subject, vocabulary, arena);
  }
  /// One sentence for people. `fields` by slot; `value` gives nothing.
  std::string why_unstated(Subject& subject, std::span<const FieldName> fields,
                           const Vocabulary& vocabulary, std::pmr::memory_resource& arena) const;

 private:
  std::optional<Value> rendered(Subject& subject, const Vocabulary& vocabulary,
                                std::pmr::memory_resource& arena) const;

  Decision decision_ = Decision::klass;
  Template text_;
  bool is_literal_ = false;
  std::int64_t number_ = 0;  // of a literal
};

/// `{from, map, else}`.
struct CompiledMap {
  Slot from = 0;
  std::vector<std::pair<std::string, CompiledText>> entries;  // sorted by key
  std::optional<CompiledText> otherwise;
  const CompiledText* find(std::string_view key) const;
};

struct CompiledStatement {
  Target target = 0;
  std::variant<CompiledText, CompiledMap> value;
};

struct CompiledIdentity {
  std::vector<Slot> slots;
  std::vector<std::string> fields;  // of the same length
  std::string text;                 // "resource, type": for people
};

struct CompiledClears {
  std::vector<std::string> types;
  std::vector<std::string_view> type_views;  // of `types`
  CompiledIdentity by;
  ClearsFrom from = ClearsFrom::sender;
  std::string text;
};

/// Immutable; any thread.
struct CompiledRule {
  RuleNumber number = 0;
  std::vector<std::shared_ptr<const CompiledWhen>> when;  // all must hold
  std::vector<CompiledStatement> statements;
  std::unique_ptr<const CompiledIdentity> identity;
  std::unique_ptr<const CompiledClears> clears;
  std::optional<DropStatement> drop;
  std::optional<bool> stop;

  /// A literal that some field must equal, kept beside the rule itself: most rules fail here,
  /// without a look at anything else.
  struct Guard {
    Slot slot = 0;
    std::string_view literal;
  };
  std::optional<Guard> guard;
  bool guard_is_all = false;  // no other condition stands beside it

  bool holds(Subject& subject) const {
    if (guard && subject.value(guard->slot) != guard->literal) return false;
    return guard_is_all || holds_in_full(subject);
  }

 private:
  bool holds_in_full(Subject& subject) const;
};

/// Compiles the rules of one set after each other; conditions that they share are compiled once.
class RuleCompiler {
 public:
  RuleCompiler(FieldTable& fields, const TargetTable& targets, const Vocabulary& vocabulary,
               config::Problems& problems)
      : fields_(fields), targets_(targets), vocabulary_(vocabulary), problems_(problems) {}

  CompiledRule compile(const Rule& rule, RuleNumber number);

 private:
  std::shared_ptr<const CompiledWhen> compile_when(const std::shared_ptr<const Condition>& when);
  CompiledStatement compile_statement(const Statement& statement);
  CompiledMap compile_map(Decision decision, const ValueMap& map);
  std::unique_ptr<CompiledIdentity> compile_fields(const std::vector<FieldName>& fields);
  void refuse_changeable(const CompiledRule& rule, std::string_view decision,
                         const config::Place& place);

  FieldTable& fields_;
  const TargetTable& targets_;
  const Vocabulary& vocabulary_;
  config::Problems& problems_;
  std::map<const Condition*, std::shared_ptr<const CompiledWhen>> compiled_whens_;
};

}  // namespace deskd::rules

#pragma once
// Conditions in the form that runs.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"
#include "rules/condition/subject.h"
#include "rules/condition/value_test.h"
#include "rules/desk_words.h"
#include "rules/explanation.h"
#include "rules/rule.h"

namespace deskd::rules {

/// A field must equal one of some literals. What every `when` requires at its top level is kept in
/// this form: it is the cheapest test.
struct Equality {
  Slot slot = 0;
  std::vector<std::string> literals;  // sorted
  bool holds(std::string_view value) const;
};

/// Whether an entry of a `when` map is compiled to an Equality.
bool is_equality(const Condition& condition);

/// A `when` map, compiled. Immutable; any thread.
class CompiledWhen {
 public:
  static CompiledWhen compile(const Condition& when, FieldTable& fields, const DeskWords& desk,
                              config::Problems& problems);

  bool holds(Subject& subject) const;
  /// What keeps it from holding; nothing when it holds. `written` is what it was compiled from.
  std::vector<FailedCondition> failures(const Condition& written, Subject& subject) const;
  /// All of these must hold, and whatever else was written.
  const std::vector<Equality>& required() const { return required_; }
  /// Whether nothing is written but one of `required`.
  bool is_one_equality() const { return required_.size() == 1 && rest_.empty(); }
  /// The first test of severity, status, summary or an annotation: what an alarm's identity must
  /// not depend on.
  const std::optional<Text>& changeable() const { return changeable_; }

 private:
  struct Node {
    Condition::Kind kind = Condition::Kind::all;
    Slot slot = 0;                          // of field
    std::unique_ptr<const ValueTest> test;  // of field
    std::vector<Node> children;
    bool holds(Subject& subject) const;
  };

  class Search;  // for what failed

  static Node compile_node(const Condition& condition, FieldTable& fields, const DeskWords& desk,
                           config::Problems& problems);

  std::vector<Equality> required_;
  std::vector<Node> rest_;
  std::optional<Text> changeable_;
};

}  // namespace deskd::rules

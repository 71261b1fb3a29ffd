#include "rules/condition/condition.h"

#include <algorithm>

namespace deskd::rules {
namespace {

bool is_changeable(Field field) {
  return field == Field::severity || field == Field::status || field == Field::summary ||
         field == Field::annotation;
}

const Condition* first_changeable(const Condition& condition) {
  if (condition.kind == Condition::Kind::field) {
    return is_changeable(condition.field.field) ? &condition : nullptr;
  }
  for (const Condition& child : condition.conditions) {
    if (const Condition* found = first_changeable(child)) return found;
  }
  return nullptr;
}

}  // namespace

bool is_equality(const Condition& condition) {
  return condition.kind == Condition::Kind::field && condition.test.op == Test::Operator::equals;
}

bool Equality::holds(std::string_view value) const {
  if (literals.size() == 1) return value == literals.front();
  return std::ranges::binary_search(literals, value);
}

CompiledWhen CompiledWhen::compile(const Condition& when, FieldTable& fields, const DeskWords& desk,
                                   config::Problems& problems) {
  CompiledWhen compiled;
  if (const Condition* found = first_changeable(when)) {
    compiled.changeable_ = Text{field_text(found->field), found->place};
  }
  for (const Condition& condition : when.conditions) {
    if (is_equality(condition)) {
      compiled.required_.push_back(
          {fields.slot(condition.field),
           compile_literals(condition.test, condition.field, desk, problems)});
    } else {
      compiled.rest_.push_back(compile_node(condition, fields, desk, problems));
    }
  }
  return compiled;
}

CompiledWhen::Node CompiledWhen::compile_node(const Condition& condition, FieldTable& fields,
                                              const DeskWords& desk, config::Problems& problems) {
  Node node{.kind = condition.kind};
  if (condition.kind == Condition::Kind::field) {
    node.slot = fields.slot(condition.field);
    node.test = compile_test(condition.test, condition.field, desk, problems);
  }
  for (const Condition& child : condition.conditions) {
    node.children.push_back(compile_node(child, fields, desk, problems));
  }
  return node;
}

bool CompiledWhen::holds(Subject& subject) const {
  for (const Equality& equality : required_) {
    if (!equality.holds(subject.value(equality.slot))) return false;
  }
  return std::ranges::all_of(rest_, [&](const Node& node) { return node.holds(subject); });
}

bool CompiledWhen::Node::holds(Subject& subject) const {
  const auto child_holds = [&](const Node& child) { return child.holds(subject); };
  switch (kind) {
    case Condition::Kind::field:
      return test->holds(subject.value(slot));
    case Condition::Kind::negation:
      return !std::ranges::all_of(children, child_holds);
    case Condition::Kind::any:
      return std::ranges::any_of(children, child_holds);
    case Condition::Kind::all:
      break;
  }
  return std::ranges::all_of(children, child_holds);
}

}  // namespace deskd::rules

// Which condition of a `when` failed: the way through a compiled map beside the one in the file.

#include <algorithm>
#include <array>

#include "config/limits.h"
#include "rules/condition/condition.h"
#include "rules/utf8.h"

namespace deskd::rules {
namespace {

using Operator = Test::Operator;

std::string_view word(Operator op) {
  static constexpr std::array<std::string_view, 15> words{
      "equals", "glob",  "prefix", "suffix", "matches", "lt",  "le", "gt",
      "ge",     "under", "cidr",   "exists", "not",     "any", "all"};
  static_assert(static_cast<std::size_t>(Operator::all) + 1 == words.size());
  return words[static_cast<std::size_t>(op)];
}

std::string shortened(std::string_view text) {
  if (text.size() <= limits::explained_text_bytes) return std::string(text);
  return std::string(cut_bytes(text, limits::explained_text_bytes)) + "…";
}

/// "a; b; c" of what `text_of` makes of each; stops when nobody would read on.
template <class List, class TextOf>
std::string joined(const List& list, std::string_view separator, TextOf text_of) {
  std::string all;
  for (const auto& item : list) {
    if (all.size() > limits::explained_text_bytes) break;
    if (!all.empty()) all += separator;
    all += text_of(item);
  }
  return all;
}

std::string values_text(const Test& test) {
  const auto text_of = [](const Text& value) -> const std::string& { return value.text; };
  return (test.values.size() > 1 ? "one of " : "") + joined(test.values, ", ", text_of);
}

std::string test_text(const Test& test) {
  switch (test.op) {
    case Operator::equals:
      return values_text(test);
    case Operator::exists:
      return test.exists ? "exists true" : "exists false";
    case Operator::negation:
      return "not " + joined(test.tests, " and ", test_text);
    case Operator::any:
      return "any of (" + joined(test.tests, "; ", test_text) + ")";
    case Operator::all:
      return joined(test.tests, " and ", test_text);
    default:
      return std::string(word(test.op)) + " " + values_text(test);
  }
}

std::string condition_text(const Condition& condition) {
  switch (condition.kind) {
    case Condition::Kind::field:
      return field_text(condition.field) + ": " + test_text(condition.test);
    case Condition::Kind::negation:
      return "not " + joined(condition.conditions, ", ", condition_text);
    case Condition::Kind::any:
      return "any of (" + joined(condition.conditions, "; ", condition_text) + ")";
    case Condition::Kind::all:
      break;
  }
  return "{" + joined(condition.conditions, ", ", condition_text) + "}";
}

std::string step(std::string_view list, std::size_t index) {
  return "." + std::string(list) + "[" + std::to_string(index) + "]";
}

/// An `all` in the file, not just a map: its items are maps.
bool is_list_of_maps(const Condition& condition) {
  return condition.conditions.size() > 1 &&
         std::ranges::all_of(condition.conditions, [](const Condition& child) {
           return child.kind == Condition::Kind::all;
         });
}

const config::Place& place_of(const Test& test) {
  return test.op == Operator::equals && !test.values.empty() ? test.values.front().place
                                                             : test.place;
}

}  // namespace

/// Lives for one question about one rule.
class CompiledWhen::Search {
 public:
  explicit Search(Subject& subject) : subject_(subject) {}

  std::vector<FailedCondition> run(const Condition& written, const CompiledWhen& compiled) {
    auto equality = compiled.required_.begin();
    auto node = compiled.rest_.begin();
    for (const Condition& condition : written.conditions) {
      if (is_equality(condition)) {
        const Slot slot = equality->slot;
        if (!(equality++)->holds(subject_.value(slot))) {
          add("when." + field_text(condition.field), condition.test, condition.field, slot);
          break;
        }
      } else if (!(node++)->holds(subject_)) {
        fail(condition, *std::prev(node), "when");
        break;
      }
    }
    return std::move(found_);
  }

 private:
  /// `node` does not hold.
  void fail(const Condition& written, const Node& node, const std::string& path) {
    switch (node.kind) {
      case Condition::Kind::field:
        return fail_test(written.test, *node.test, written.field, node.slot,
                         path + "." + field_text(written.field));
      case Condition::Kind::negation:
        return fail_negation(written, node, path + ".not");
      case Condition::Kind::any:
        for (std::size_t i = 0; i < node.children.size(); ++i) {
          fail(written.conditions[i], node.children[i], path + step("any", i));
        }
        return;
      case Condition::Kind::all:
        break;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (node.children[i].holds(subject_)) continue;
      return fail(written.conditions[i], node.children[i],
                  is_list_of_maps(written) ? path + step("all", i) : path);
    }
  }

  void fail_negation(const Condition& written, const Node& node, std::string path) {
    const Condition* leaf = &written;
    const Node* leaf_node = &node;
    while (leaf->kind != Condition::Kind::field && !leaf->conditions.empty()) {
      leaf = &leaf->conditions.front();
      leaf_node = &leaf_node->children.front();
    }
    if (is_full()) return;
    FailedCondition failed = at(std::move(path), written.place);
    failed.wanted = shortened(condition_text(written));
    if (leaf->kind == Condition::Kind::field) {
      failed.field = field_text(leaf->field);
      failed.value = shortened(subject_.value(leaf_node->slot));
    }
    found_.push_back(std::move(failed));
  }

  /// `test` does not hold of the field's value.
  void fail_test(const Test& written, const ValueTest& test, const FieldName& field, Slot slot,
                 const std::string& path) {
    const auto parts = test.parts();
    if (written.op == Operator::any) {
      for (std::size_t i = 0; i < parts.size(); ++i) {
        fail_test(written.tests[i], *parts[i], field, slot, path + step("any", i));
      }
    } else if (written.op == Operator::all) {
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i]->holds(subject_.value(slot))) continue;
        return fail_test(written.tests[i], *parts[i], field, slot, path);
      }
    } else if (written.op == Operator::equals) {
      add(path, written, field, slot);
    } else {
      add(path + "." + std::string(word(written.op)), written, field, slot);
    }
  }

  void add(std::string path, const Test& test, const FieldName& field, Slot slot) {
    if (is_full()) return;
    FailedCondition failed = at(std::move(path), place_of(test));
    failed.field = field_text(field);
    failed.wanted = shortened(test_text(test));
    failed.value = shortened(subject_.value(slot));
    found_.push_back(std::move(failed));
  }

  static FailedCondition at(std::string path, const config::Place& place) {
    return {.path = std::move(path),
            .file = place.file ? place.file->name : "",
            .line = place.line,
            .field = {},
            .wanted = {},
            .value = {}};
  }

  bool is_full() const { return found_.size() == limits::failures_shown_max; }

  Subject& subject_;
  std::vector<FailedCondition> found_;
};

std::vector<FailedCondition> CompiledWhen::failures(const Condition& written,
                                                    Subject& subject) const {
  return Search(subject).run(written, *this);
}

}  // namespace deskd::rules

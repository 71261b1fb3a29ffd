#include "rules/condition/condition_reader.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "config/limits.h"

namespace deskd::rules {
namespace {

using config::Node;
using config::Problems;
using Operator = Test::Operator;

struct OperatorWord {
  std::string_view word;
  Operator op;
};
constexpr std::array<OperatorWord, 14> operator_words{{{"glob", Operator::glob},
                                                       {"prefix", Operator::prefix},
                                                       {"suffix", Operator::suffix},
                                                       {"matches", Operator::matches},
                                                       {"lt", Operator::lt},
                                                       {"le", Operator::le},
                                                       {"gt", Operator::gt},
                                                       {"ge", Operator::ge},
                                                       {"under", Operator::under},
                                                       {"cidr", Operator::cidr},
                                                       {"exists", Operator::exists},
                                                       {"not", Operator::negation},
                                                       {"any", Operator::any},
                                                       {"all", Operator::all}}};
constexpr std::array<std::string_view, 1> later_operators{"in_table"};

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

bool is_too_deep(const Node& node, std::size_t depth, Problems& problems) {
  if (depth <= limits::condition_depth_max) return false;
  problems.error(node.place(), "conditions are nested more than " +
                                   std::to_string(limits::condition_depth_max) + " deep");
  return true;
}

std::optional<Text> read_value(const Node& node, Problems& problems) {
  if (!node.is_scalar()) {
    problems.error(node.place(), "expected a text, found " + std::string(kind_name(node)));
    return std::nullopt;
  }
  if (node.text.empty()) {
    problems.error(node.place(),
                   "an empty text is never found: a missing field is {exists: false}");
    return std::nullopt;
  }
  return Text{node.text, node.place()};
}

/// A value or a list of them: one of these.
std::vector<Text> read_values(const Node& node, Problems& problems) {
  std::vector<Text> values;
  if (node.is_sequence()) {
    for (const Node& item : node.items) {
      if (auto value = read_value(item, problems)) values.push_back(*std::move(value));
    }
    if (node.items.empty()) problems.error(node.place(), "an empty list: nothing is one of it");
  } else if (node.is_scalar()) {
    if (auto value = read_value(node, problems)) values.push_back(*std::move(value));
  } else {
    problems.error(node.place(),
                   "expected a value or a list of values, found " + std::string(kind_name(node)));
  }
  return values;
}

std::optional<Test> read_test(const Node& node, std::size_t depth, Problems& problems);

Test read_tests(Operator op, const Node& node, std::size_t depth, Problems& problems) {
  Test test{.op = op, .place = node.place()};
  if (op != Operator::negation && !node.is_sequence()) {
    problems.error(node.place(), "expected a list of conditions on the field, found " +
                                     std::string(kind_name(node)));
    return test;
  }
  if (op != Operator::negation && node.items.empty()) {
    problems.error(node.place(), "an empty list of conditions");
  }
  const std::span parts = op == Operator::negation ? std::span(&node, 1) : std::span(node.items);
  for (const Node& part : parts) {
    if (auto read = read_test(part, depth + 1, problems)) test.tests.push_back(*std::move(read));
  }
  return test;
}

std::optional<Operator> read_operator(const Node& key, Problems& problems) {
  const auto found = std::ranges::find(operator_words, key.text, &OperatorWord::word);
  if (found != operator_words.end()) return found->op;
  if (std::ranges::find(later_operators, key.text) != later_operators.end()) {
    problems.error(key.place(), quoted(key.text) + " is not supported yet");
  } else if (key.text == "during") {
    problems.error(key.place(), "'during' is not supported yet, and stands directly under 'when'");
  } else {
    std::vector<std::string_view> words;
    for (const OperatorWord& word : operator_words) words.push_back(word.word);
    problems.error(key.place(),
                   "unknown operator " + quoted(key.text) + config::nearest_hint(key.text, words));
  }
  return std::nullopt;
}

std::optional<Test> read_operation(const Node& key, const Node& value, std::size_t depth,
                                   Problems& problems) {
  const auto op = read_operator(key, problems);
  if (!op) return std::nullopt;
  switch (*op) {
    case Operator::exists: {
      const auto wanted = read_bool(value, problems);
      return Test{.op = *op, .place = key.place(), .exists = wanted.value_or(true)};
    }
    case Operator::negation:
    case Operator::any:
    case Operator::all:
      return read_tests(*op, value, depth, problems);
    default:
      return Test{.op = *op, .place = key.place(), .values = read_values(value, problems)};
  }
}

/// A scalar, a list, or a map of operators that must all hold.
std::optional<Test> read_test(const Node& node, std::size_t depth, Problems& problems) {
  if (is_too_deep(node, depth, problems)) return std::nullopt;
  if (node.is_null()) {
    problems.error(node.place(), "expected a value: a missing field is {exists: false}");
    return std::nullopt;
  }
  if (!node.is_map()) {
    return Test{.place = node.place(), .values = read_values(node, problems)};
  }
  Test all{.op = Operator::all, .place = node.place()};
  if (node.entries.empty()) problems.error(node.place(), "a condition without an operator");
  for (const auto& [key, value] : node.entries) {
    if (auto test = read_operation(key, value, depth, problems)) {
      all.tests.push_back(*std::move(test));
    }
  }
  if (all.tests.size() == 1) return std::move(all.tests.front());
  return all;
}

std::optional<Condition> read_map(const Node& node, std::size_t depth, Problems& problems);

std::optional<Condition> read_combination(const Node& key, const Node& value, std::size_t depth,
                                          Problems& problems) {
  Condition combined{.place = key.place()};
  combined.kind = key.text == "not"   ? Condition::Kind::negation
                  : key.text == "any" ? Condition::Kind::any
                                      : Condition::Kind::all;
  const bool is_negation = combined.kind == Condition::Kind::negation;
  if (!is_negation && (!value.is_sequence() || value.items.empty())) {
    problems.error(value.place(),
                   quoted(key.text) + " takes a list of 'when' maps, found " +
                       (value.is_sequence() ? "an empty one" : std::string(kind_name(value))));
    return std::nullopt;
  }
  const std::span parts = is_negation ? std::span(&value, 1) : std::span(value.items);
  for (const Node& part : parts) {
    if (auto read = read_map(part, depth + 1, problems)) {
      combined.conditions.push_back(*std::move(read));
    }
  }
  return combined;
}

std::optional<Condition> read_entry(const Node& key, const Node& value, std::size_t depth,
                                    Problems& problems) {
  if (key.text == "not" || key.text == "any" || key.text == "all") {
    return read_combination(key, value, depth, problems);
  }
  if (key.text == "during") {
    problems.error(key.place(), "'during' is not supported yet");
    return std::nullopt;
  }
  auto field = read_field(key.text, key.place(), problems);
  auto test = read_test(value, depth, problems);
  if (!field || !test) return std::nullopt;
  return Condition{.kind = Condition::Kind::field,
                   .place = key.place(),
                   .field = *std::move(field),
                   .test = *std::move(test)};
}

std::optional<Condition> read_map(const Node& node, std::size_t depth, Problems& problems) {
  if (is_too_deep(node, depth, problems)) return std::nullopt;
  if (!node.is_map()) {
    problems.error(node.place(),
                   "expected a map of conditions, found " + std::string(kind_name(node)));
    return std::nullopt;
  }
  Condition all{.kind = Condition::Kind::all, .place = node.place()};
  for (const auto& [key, value] : node.entries) {
    if (auto entry = read_entry(key, value, depth, problems)) {
      all.conditions.push_back(*std::move(entry));
    }
  }
  return all;
}

}  // namespace

std::optional<FieldName> read_field(std::string_view text, const config::Place& place,
                                    config::Problems& problems) {
  auto field = parse_field(text);
  if (!field) {
    problems.error(place, "unknown field " + quoted(text) + field_hint(text));
  }
  return field;
}

std::string field_hint(std::string_view text) {
  static constexpr std::array<std::string_view, 2> families{"labels", "annotations"};
  const auto dot = text.find('.');
  const auto family = config::nearest(text.substr(0, dot), families);
  if (dot == std::string_view::npos || family.empty() || dot + 1 == text.size()) {
    return config::nearest_hint(text, field_words());
  }
  return " (nearest: " + quoted(std::string(family) + std::string(text.substr(dot))) + ")";
}

std::optional<Condition> read_when(const config::Node& node, config::Problems& problems) {
  return read_map(node, 1, problems);
}

}  // namespace deskd::rules

#include "rules/condition/value_test.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <span>

#include "config/limits.h"
#include "config/reader.h"
#include "rules/condition/decimal.h"
#include "rules/condition/glob.h"
#include "rules/network.h"

namespace deskd::rules {
namespace {

using Operator = Test::Operator;

bool order_satisfies(Operator op, std::strong_ordering order) {
  switch (op) {
    case Operator::lt:
      return order < 0;
    case Operator::le:
      return order <= 0;
    case Operator::gt:
      return order > 0;
    default:
      return order >= 0;
  }
}

struct EqualsOne : ValueTest {
  std::vector<std::string> literals;
  bool holds(std::string_view value) const override {
    return std::ranges::binary_search(literals, value);
  }
};

struct MatchesGlob : ValueTest {
  std::vector<Glob> globs;
  bool holds(std::string_view value) const override {
    return !value.empty() &&
           std::ranges::any_of(globs, [&](const Glob& glob) { return glob.matches(value); });
  }
};

struct HasPrefix : ValueTest {
  std::vector<std::string> prefixes;
  bool holds(std::string_view value) const override {
    return std::ranges::any_of(prefixes, [&](const auto& text) { return value.starts_with(text); });
  }
};

struct HasSuffix : ValueTest {
  std::vector<std::string> suffixes;
  bool holds(std::string_view value) const override {
    return std::ranges::any_of(suffixes, [&](const auto& text) { return value.ends_with(text); });
  }
};

struct MatchesExpression : ValueTest {
  std::vector<std::unique_ptr<const RE2>> expressions;
  bool holds(std::string_view value) const override {
    if (value.empty()) return false;
    const re2::StringPiece seen(value.data(), std::min(value.size(), limits::matched_bytes_max));
    return std::ranges::any_of(expressions, [&](const auto& expression) {
      return expression->Match(seen, 0, seen.size(), RE2::UNANCHORED, nullptr, 0);
    });
  }
};

struct ComparesDecimals : ValueTest {
  Operator op = Operator::lt;
  std::vector<std::string> bounds;
  bool holds(std::string_view value) const override {
    const auto given = parse_decimal(value);
    return given && std::ranges::any_of(bounds, [&](const std::string& bound) {
             return order_satisfies(op, *given <=> *parse_decimal(bound));
           });
  }
};

struct ComparesSeverities : ValueTest {
  Operator op = Operator::lt;
  std::vector<Severity> bounds;
  bool holds(std::string_view value) const override {
    const auto given = severity_named(value);
    return given && *given != Severity::unknown && std::ranges::any_of(bounds, [&](Severity bound) {
             return order_satisfies(op, *given <=> bound);
           });
  }
};

/// `1.3.6.1` without the dot that some write before it; nothing when `text` is no OID.
std::optional<std::string_view> plain_oid(std::string_view text) {
  if (text.starts_with('.')) text.remove_prefix(1);
  bool after_dot = true;
  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    if (!is_digit && (c != '.' || after_dot)) return std::nullopt;
    after_dot = !is_digit;
  }
  if (after_dot) return std::nullopt;
  return text;
}

struct IsUnder : ValueTest {
  std::vector<std::string> tops;
  bool holds(std::string_view value) const override {
    if (value.starts_with('.')) value.remove_prefix(1);
    return std::ranges::any_of(tops, [&](const std::string& top) {
      return value.starts_with(top) && (value.size() == top.size() || value[top.size()] == '.');
    });
  }
};

struct IsInNetwork : ValueTest {
  std::vector<Network> networks;
  bool holds(std::string_view value) const override {
    const auto address = IpAddress::parse(value);
    return address && std::ranges::any_of(networks, [&](const Network& network) {
             return network.contains(*address);
           });
  }
};

struct Exists : ValueTest {
  bool wanted = true;
  bool holds(std::string_view value) const override { return value.empty() != wanted; }
};

struct Combined : ValueTest {
  Operator op = Operator::all;
  std::vector<std::unique_ptr<const ValueTest>> tests;
  std::span<const std::unique_ptr<const ValueTest>> parts() const override { return tests; }
  bool holds(std::string_view value) const override {
    const auto test_holds = [&](const auto& test) { return test->holds(value); };
    if (op == Operator::negation) return !std::ranges::all_of(tests, test_holds);
    return op == Operator::any ? std::ranges::any_of(tests, test_holds)
                               : std::ranges::all_of(tests, test_holds);
  }
};

/// Checks one literal against the words that its field can hold at all.
void check_literal(const Text& literal, const FieldName& field, const DeskWords& desk,
                   config::Problems& problems) {
  static constexpr std::array<std::string_view, 2> statuses{"firing", "resolved"};
  static constexpr std::array<std::string_view, 3> levels{"high", "medium", "low"};
  std::vector<std::string_view> queues;
  std::span<const std::string_view> words;
  switch (field.field) {
    case Field::status:
      words = statuses;
      break;
    case Field::severity:
      words = severity_names;
      break;
    case Field::impact:
    case Field::urgency:
      words = levels;
      break;
    case Field::queue:
      queues.assign(desk.queues.begin(), desk.queues.end());
      words = queues;
      break;
    default:
      return;
  }
  if (std::ranges::find(words, literal.text) != words.end()) return;
  problems.error(literal.place, "no " + field_text(field) + " is named '" + literal.text + "'" +
                                    config::nearest_hint(literal.text, words));
}

std::vector<std::string> texts_of(const Test& test) {
  std::vector<std::string> texts;
  for (const Text& value : test.values) texts.push_back(value.text);
  return texts;
}

std::unique_ptr<const ValueTest> compile_glob(const Test& test, config::Problems& problems) {
  auto compiled = std::make_unique<MatchesGlob>();
  for (const Text& value : test.values) {
    auto glob = Glob::compile(value.text);
    if (glob) {
      compiled->globs.push_back(*std::move(glob));
    } else {
      problems.error(value.place, "bad glob '" + value.text + "': " + glob.error());
    }
  }
  return compiled;
}

std::unique_ptr<const ValueTest> compile_expression(const Test& test, config::Problems& problems) {
  auto compiled = std::make_unique<MatchesExpression>();
  for (const Text& value : test.values) {
    auto expression = std::make_unique<const RE2>(value.text, RE2::Quiet);
    if (expression->ok()) {
      compiled->expressions.push_back(std::move(expression));
    } else {
      problems.error(value.place,
                     "bad regular expression '" + value.text + "': " + expression->error());
    }
  }
  return compiled;
}

std::unique_ptr<const ValueTest> compile_ladder(const Test& test, config::Problems& problems) {
  auto compiled = std::make_unique<ComparesSeverities>();
  compiled->op = test.op;
  for (const Text& value : test.values) {
    const auto bound = severity_named(value.text);
    if (bound && *bound != Severity::unknown) {
      compiled->bounds.push_back(*bound);
    } else {
      const auto ladder = std::span(severity_names).subspan(1);
      problems.error(value.place, "'" + value.text + "' is no step of the severity ladder" +
                                      config::nearest_hint(value.text, ladder));
    }
  }
  return compiled;
}

std::unique_ptr<const ValueTest> compile_comparison(const Test& test, config::Problems& problems) {
  auto compiled = std::make_unique<ComparesDecimals>();
  compiled->op = test.op;
  for (const Text& value : test.values) {
    if (parse_decimal(value.text)) {
      compiled->bounds.push_back(value.text);
    } else {
      problems.error(value.place, "'" + value.text + "' is no decimal number, as in 10 or -2.5");
    }
  }
  return compiled;
}

std::unique_ptr<const ValueTest> compile_under(const Test& test, config::Problems& problems) {
  auto compiled = std::make_unique<IsUnder>();
  for (const Text& value : test.values) {
    if (const auto top = plain_oid(value.text)) {
      compiled->tops.emplace_back(*top);
    } else {
      problems.error(value.place, "'" + value.text + "' is no OID, as in 1.3.6.1.4.1.9");
    }
  }
  return compiled;
}

std::unique_ptr<const ValueTest> compile_cidr(const Test& test, config::Problems& problems) {
  auto compiled = std::make_unique<IsInNetwork>();
  for (const Text& value : test.values) {
    const auto network = Network::parse(value.text);
    if (network) {
      compiled->networks.push_back(*network);
    } else {
      problems.error(value.place, network.error());
    }
  }
  return compiled;
}

}  // namespace

std::vector<std::string> compile_literals(const Test& test, const FieldName& field,
                                          const DeskWords& desk, config::Problems& problems) {
  for (const Text& value : test.values) check_literal(value, field, desk, problems);
  std::vector<std::string> literals = texts_of(test);
  std::ranges::sort(literals);
  const auto doubles = std::ranges::unique(literals);
  literals.erase(doubles.begin(), doubles.end());
  return literals;
}

std::unique_ptr<const ValueTest> compile_test(const Test& test, const FieldName& field,
                                              const DeskWords& desk, config::Problems& problems) {
  switch (test.op) {
    case Operator::equals: {
      auto compiled = std::make_unique<EqualsOne>();
      compiled->literals = compile_literals(test, field, desk, problems);
      return compiled;
    }
    case Operator::glob:
      return compile_glob(test, problems);
    case Operator::prefix: {
      auto compiled = std::make_unique<HasPrefix>();
      compiled->prefixes = texts_of(test);
      return compiled;
    }
    case Operator::suffix: {
      auto compiled = std::make_unique<HasSuffix>();
      compiled->suffixes = texts_of(test);
      return compiled;
    }
    case Operator::matches:
      return compile_expression(test, problems);
    case Operator::lt:
    case Operator::le:
    case Operator::gt:
    case Operator::ge:
      return field.field == Field::severity ? compile_ladder(test, problems)
                                            : compile_comparison(test, problems);
    case Operator::under:
      return compile_under(test, problems);
    case Operator::cidr:
      return compile_cidr(test, problems);
    case Operator::exists: {
      auto compiled = std::make_unique<Exists>();
      compiled->wanted = test.exists;
      return compiled;
    }
    case Operator::negation:
    case Operator::any:
    case Operator::all:
      break;
  }
  auto combined = std::make_unique<Combined>();
  combined->op = test.op;
  for (const Test& part : test.tests) {
    combined->tests.push_back(compile_test(part, field, desk, problems));
  }
  return combined;
}

}  // namespace deskd::rules

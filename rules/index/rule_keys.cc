#include "rules/index/rule_keys.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "config/limits.h"

namespace deskd::rules {
namespace {

using Kind = IndexKey::Kind;
using Operator = Test::Operator;
using Keys = std::vector<IndexKey>;

// The beginning of a prefix is necessary too, and bounds the lengths to be looked up.
constexpr std::size_t stretch_bytes_max = 32;
// Keys times the rules that share a condition: where thousands share a list of thousands, the index
// would outgrow the rules.
constexpr std::uint64_t shared_entries_max = limits::rules_max;

// What a hit costs for each rule behind the key. Stretches hit more often than literals, and a
// field that rules speak of is there nearly always. A set of expressions is a pass over the text.
constexpr std::uint64_t stretch_cost = 2;
constexpr std::uint64_t presence_cost = 16;
constexpr std::uint64_t expression_pass_cost = 32;

IndexKey presence(Slot slot) { return {slot, Kind::prefix, {}}; }

std::string_view without_first_dot(std::string_view oid) {
  return oid.starts_with('.') ? oid.substr(1) : oid;
}

/// What every match of the pattern begins with, as far as that can be seen at a glance; may be
/// empty.
std::string_view literal_beginning(std::string_view pattern) {
  if (!pattern.starts_with('^') || pattern.contains('|')) return {};
  pattern.remove_prefix(1);
  const auto is_literal = [](char c) {
    return c >= ' ' && c <= '~' && !std::string_view("\\^$.[]()?*+{}").contains(c);
  };
  const auto end = std::ranges::find_if_not(pattern, is_literal);
  auto size = static_cast<std::size_t>(end - pattern.begin());
  const bool may_be_missing = end != pattern.end() && (*end == '?' || *end == '*' || *end == '{');
  if (may_be_missing && size > 0) --size;
  return pattern.substr(0, size);
}

std::string_view last_bytes(std::string_view text) {
  return text.substr(text.size() - std::min(text.size(), stretch_bytes_max));
}

IndexKey glob_key(Slot slot, std::string_view glob) {
  const auto special = glob.find_first_of("*?[\\");
  if (special == std::string_view::npos) return {slot, Kind::equal, glob};
  return {slot, Kind::prefix, glob.substr(0, std::min(special, stretch_bytes_max))};
}

/// By what follows the last wildcard of each; an empty text is the end of every value.
Keys ends_of_globs(const Test& test, Slot slot) {
  Keys keys;
  for (const Text& value : test.values) {
    const std::string_view end =
        std::string_view(value.text)
            .substr(value.text.find_last_of("*?[]\\") + 1);  // none: the whole text
    keys.push_back({slot, Kind::suffix, last_bytes(end)});
  }
  return keys;
}

/// The key of one value of a test that takes texts.
IndexKey key_of(Operator op, Slot slot, std::string_view text) {
  switch (op) {
    case Operator::prefix:
      return {slot, Kind::prefix, text.substr(0, stretch_bytes_max)};
    case Operator::suffix:
      return {slot, Kind::suffix, last_bytes(text)};
    case Operator::under:
      return {slot, Kind::under, without_first_dot(text).substr(0, stretch_bytes_max)};
    case Operator::glob:
      return glob_key(slot, text);
    case Operator::matches:
      return {slot, Kind::prefix, literal_beginning(text).substr(0, stretch_bytes_max)};
    default:
      return {slot, Kind::equal, text};
  }
}

Keys keys_of(const Test& test, Slot slot) {
  Keys keys;
  for (const Text& value : test.values) keys.push_back(key_of(test.op, slot, value.text));
  return keys;
}

Keys expressions_of(const Test& test, Slot slot) {
  Keys keys;
  for (const Text& value : test.values) keys.push_back({slot, Kind::expression, value.text});
  return keys;
}

/// An empty text would hold of a missing field too, which hits no key.
bool has_empty_text(const Test& test) {
  return std::ranges::any_of(test.values, [](const Text& value) { return value.text.empty(); });
}

/// The ways to find a rule by one test that is not put together of others: of the keys of each,
/// one hits whenever the test holds.
std::vector<Keys> ways(const Test& test, Slot slot) {
  switch (test.op) {
    case Operator::equals:
    case Operator::prefix:
    case Operator::suffix:
      if (has_empty_text(test)) return {};
      return {keys_of(test, slot)};
    case Operator::under:
      return {keys_of(test, slot)};
    case Operator::glob:
      return {keys_of(test, slot), ends_of_globs(test, slot)};
    case Operator::matches:
      return {keys_of(test, slot), expressions_of(test, slot)};
    case Operator::exists:
      if (!test.exists) return {};
      return {{presence(slot)}};
    case Operator::lt:
    case Operator::le:
    case Operator::gt:
    case Operator::ge:
    case Operator::cidr:
      return {{presence(slot)}};
    case Operator::negation:
    case Operator::any:
    case Operator::all:
      break;
  }
  return {};
}

}  // namespace

RuleKeys::RuleKeys(std::span<const Whens> rules, FieldTable& fields) : fields_(fields) {
  std::map<const Condition*, std::uint64_t> times;  // rules of one file share its condition
  for (const Whens& rule : rules) {
    for (const auto& when : rule) ++times[when.get()];
  }
  for (const auto& [condition, sharing] : times) count(*condition, sharing);
  for (const auto& [condition, sharing] : times) {
    keys_max_ = shared_entries_max / sharing;
    chosen_.emplace(condition, choose(*condition));
  }
}

std::optional<std::span<const IndexKey>> RuleKeys::of(const Whens& rule) const {
  const Choice* best = nullptr;
  for (const auto& when : rule) {
    const Choices& choice = chosen_.at(when.get());
    if (choice && (best == nullptr || choice->cost < best->cost)) best = &*choice;
  }
  if (best == nullptr) return std::nullopt;
  return best->keys;
}

void RuleKeys::count(const Condition& condition, std::uint64_t times) {
  if (condition.kind == Condition::Kind::negation) return;
  if (condition.kind == Condition::Kind::field) {
    count(condition.test, fields_.slot(condition.field), times);
  }
  for (const Condition& child : condition.conditions) count(child, times);
}

void RuleKeys::count(const Test& test, Slot slot, std::uint64_t times) {
  if (test.op == Operator::negation) return;
  for (const Keys& keys : ways(test, slot)) {
    for (const IndexKey& key : keys) counts_[key.hash()] += times;
  }
  for (const Test& part : test.tests) count(part, slot, times);
}

RuleKeys::Choices RuleKeys::choose(const Condition& condition) const {
  const auto choose_part = [&](const Condition& part) { return choose(part); };
  switch (condition.kind) {
    case Condition::Kind::field:
      return choose(condition.test, fields_.slot(condition.field));
    case Condition::Kind::negation:
      return std::nullopt;
    case Condition::Kind::any:
      return of_any(condition.conditions, choose_part);
    case Condition::Kind::all:
      break;
  }
  return of_all(condition.conditions, choose_part);
}

RuleKeys::Choices RuleKeys::choose(const Test& test, Slot slot) const {
  const auto choose_part = [&](const Test& part) { return choose(part, slot); };
  if (test.op == Operator::any) return of_any(test.tests, choose_part);
  if (test.op == Operator::all) return of_all(test.tests, choose_part);
  return of_all(ways(test, slot), [&](const Keys& keys) { return priced(keys); });
}

/// One of `parts` must hold, so the keys of all are needed.
template <class Parts, class ChoosePart>
RuleKeys::Choices RuleKeys::of_any(const Parts& parts, ChoosePart choose_part) const {
  Keys keys;
  for (const auto& part : parts) {
    const Choices choice = choose_part(part);
    if (!choice) return std::nullopt;
    keys.insert(keys.end(), choice->keys.begin(), choice->keys.end());
  }
  return priced(std::move(keys));
}

/// All of `parts` must hold, so the keys of one will do.
template <class Parts, class ChoosePart>
RuleKeys::Choices RuleKeys::of_all(const Parts& parts, ChoosePart choose_part) const {
  Choices best;
  for (const auto& part : parts) {
    Choices choice = choose_part(part);
    if (choice && (!best || choice->cost < best->cost)) best = std::move(choice);
  }
  return best;
}

/// Nothing when the keys are too many for the rules that share them.
RuleKeys::Choices RuleKeys::priced(std::vector<IndexKey> keys) const {
  if (keys.size() > keys_max_) return std::nullopt;
  Choice choice{.keys = std::move(keys)};
  for (const IndexKey& key : choice.keys) {
    const auto found = counts_.find(key.hash());
    std::uint64_t cost = found == counts_.end() ? 0 : found->second;
    if (key.kind == Kind::expression) {
      cost += expression_pass_cost;
    } else if (key.kind != Kind::equal) {
      cost *= key.text.empty() ? presence_cost : stretch_cost;
    }
    choice.cost = std::max(choice.cost, cost);
  }
  return choice;
}

}  // namespace deskd::rules

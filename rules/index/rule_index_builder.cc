// How an index comes to be: keys are chosen, gathered by their hash, and expressions put together.

#include <algorithm>
#include <map>
#include <utility>

#include "rules/index/rule_index.h"

namespace deskd::rules {
namespace {

// Of expressions in one set. The time and memory of a pass grow faster than their number once the
// states of the automaton outgrow the caches.
constexpr std::size_t set_patterns_max = 256;

}  // namespace

/// Lives for one construction.
class RuleIndex::Builder {
 public:
  Builder(RuleIndex& index, FieldTable& fields) : index_(index), fields_(fields) {}

  void run(std::span<const Whens> rules) {
    const RuleKeys keys(rules, fields_);
    for (RuleNumber rule = 0; rule < rules.size(); ++rule) {
      const auto chosen = keys.of(rules[rule]);
      if (!chosen) always_.push_back(rule);
      for (const IndexKey& key : chosen.value_or(std::span<const IndexKey>())) enter(key, rule);
    }
    keep_entries();
    for (auto& [slot, patterns] : patterns_) keep_patterns(slot, patterns);
    std::ranges::sort(always_);
    index_.always_ = keep(always_);
    index_.numbers_.shrink_to_fit();
    keep_fields();
  }

 private:
  /// In the order of the patterns' texts: those that begin alike are cheaper together.
  using Patterns = std::map<std::string_view, std::vector<RuleNumber>>;

  void enter(const IndexKey& key, RuleNumber rule) {
    FieldIndex& field = of_slot_[key.slot];
    if (key.kind == Kind::expression) {
      patterns_[key.slot][key.text].push_back(rule);
      return;
    }
    entries_.emplace_back(key.hash(), rule);
    const Stretch stretch{key.kind, key.text.size()};
    if (key.kind == Kind::equal) {
      field.literal_bytes_max = std::max(field.literal_bytes_max, key.text.size());
    } else if (std::ranges::find(field.stretches, stretch) == field.stretches.end()) {
      field.stretches.push_back(stretch);
    }
  }

  void keep_entries() {
    std::ranges::sort(entries_);
    const auto doubles = std::ranges::unique(entries_);
    entries_.erase(doubles.begin(), doubles.end());
    index_.numbers_.reserve(entries_.size());
    for (const auto& [hash, rule] : entries_) {
      Postings& postings = index_.postings_[hash];
      if (postings.count == 0) postings.first = static_cast<std::uint32_t>(index_.numbers_.size());
      ++postings.count;
      index_.numbers_.push_back(rule);
    }
  }

  void keep_patterns(Slot slot, const Patterns& patterns) {
    std::vector<std::string_view> texts;
    for (const auto& [text, rules] : patterns) texts.push_back(text);
    std::span<const std::string_view> left(texts);
    while (!left.empty()) {
      const auto some = left.first(std::min(left.size(), set_patterns_max));
      keep_set(of_slot_[slot], some, patterns);
      left = left.subspan(some.size());
    }
  }

  void keep_set(FieldIndex& field, std::span<const std::string_view> texts,
                const Patterns& patterns) {
    auto set = ExpressionSet::compile(texts);
    if (!set && texts.size() > 1) {
      keep_set(field, texts.first(texts.size() / 2), patterns);
      keep_set(field, texts.subspan(texts.size() / 2), patterns);
      return;
    }
    if (!set) {
      const auto& rules = patterns.at(texts.front());
      always_.insert(always_.end(), rules.begin(), rules.end());
      return;
    }
    Expressions& kept = field.expressions.emplace_back(*std::move(set));
    kept.all.first = static_cast<std::uint32_t>(index_.numbers_.size());
    for (const std::string_view text : texts) {
      kept.postings.push_back(keep(patterns.at(text)));
      kept.all.count += kept.postings.back().count;
    }
  }

  Postings keep(std::span<const RuleNumber> rules) {
    const auto first = static_cast<std::uint32_t>(index_.numbers_.size());
    index_.numbers_.insert(index_.numbers_.end(), rules.begin(), rules.end());
    return {first, static_cast<std::uint32_t>(rules.size())};
  }

  /// Plain fields, then labels, then annotations.
  static int family(const FieldIndex& field) {
    return field.name.field == Field::label ? 1 : field.name.field == Field::annotation ? 2 : 0;
  }

  void keep_fields() {
    auto& kept = index_.fields_;
    for (auto& [slot, field] : of_slot_) {
      field.slot = slot;
      field.name = fields_.fields()[slot];
      kept.push_back(std::move(field));
    }
    std::ranges::sort(kept, {}, [](const FieldIndex& field) {
      return std::pair(family(field), std::string_view(field.name.name));
    });
    index_.plain_end_ = static_cast<std::size_t>(std::ranges::count(kept, 0, family));
    index_.labels_end_ =
        index_.plain_end_ + static_cast<std::size_t>(std::ranges::count(kept, 1, family));
    index_.field_of_slot_.assign(fields_.fields().size(), static_cast<std::uint32_t>(kept.size()));
    for (std::uint32_t i = 0; i < kept.size(); ++i) index_.field_of_slot_[kept[i].slot] = i;
  }

  RuleIndex& index_;
  FieldTable& fields_;
  std::map<Slot, FieldIndex> of_slot_;
  std::vector<std::pair<std::uint64_t, RuleNumber>> entries_;  // by a key's hash
  std::map<Slot, Patterns> patterns_;
  std::vector<RuleNumber> always_;
};

RuleIndex::RuleIndex(std::span<const Whens> rules, FieldTable& fields) {
  Builder(*this, fields).run(rules);
}

}  // namespace deskd::rules

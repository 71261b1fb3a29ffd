#include "daemon/core/core_names.h"

#include <utility>

#include "config/check.h"
#include "config/limits.h"

namespace deskd::daemon {

void SetupRegister::restore(ledger::SetupNames names) {
  const auto number = names.number;
  setups_.insert_or_assign(number, std::move(names));
}

void SetupRegister::add(const Setup& setup) {
  ledger::SetupNames names{setup.number(), setup.hash, setup.judging.rules->names(), {}};
  for (const desk::Queue& queue : setup.plan.queues) names.queues.push_back(queue.name);
  restore(std::move(names));
}

const ledger::SetupNames* SetupRegister::find(rules::SetupNumber setup) const {
  const auto found = setups_.find(setup);
  return found == setups_.end() ? nullptr : &found->second;
}

const ledger::SetupNames* SetupRegister::last() const {
  return setups_.empty() ? nullptr : &setups_.rbegin()->second;
}

const rules::RuleName* SetupRegister::rule(rules::SetupNumber setup, rules::RuleNumber rule) const {
  const auto* names = find(setup);
  return names == nullptr || rule >= names->rules.size() ? nullptr : &names->rules[rule];
}

bool SourceRegister::restore(const ledger::SourceName& source) {
  if (!can_be_source(source.number) || source.number > names_.size() + 1) return false;
  const auto [known, is_new] = numbers_.try_emplace(source.name, source.number);
  if (!is_new) return known->second == source.number;
  if (source.number <= names_.size()) return false;
  names_.push_back(source.name);
  return true;
}

rules::SourceNumber SourceRegister::number(std::string_view name, bool& is_new) {
  const auto found = numbers_.find(name);
  is_new = found == numbers_.end();
  if (!is_new) return found->second;
  const auto number = static_cast<rules::SourceNumber>(names_.size() + 1);
  DESKD_CHECK(restore({number, std::string(name)}));
  return number;
}

rules::SourceNumber SourceRegister::find(std::string_view name) const {
  const auto found = numbers_.find(name);
  return found == numbers_.end() ? 0 : found->second;
}

std::string_view SourceRegister::name(rules::SourceNumber source) const {
  return source == 0 || source > names_.size() ? std::string_view{} : names_[source - 1];
}

bool can_be_source(rules::SourceNumber number) {
  return number != 0 && number <= limits::source_numbers_max;
}

void RuleHits::adopt(const rules::RuleSet& rules) {
  const auto old_numbers = std::exchange(numbers_, {});
  const auto old_counts = std::exchange(counts_, std::vector<Count>(rules.names().size()));
  for (rules::RuleNumber rule = 0; rule < counts_.size(); ++rule) {
    const std::string& name = rules.names()[rule].name;
    numbers_.emplace(name, rule);
    if (const auto old = old_numbers.find(name); old != old_numbers.end()) {
      counts_[rule] = old_counts[old->second];
    }
  }
}

void RuleHits::count(const rules::Verdict& verdict) {
  for (const auto rule : verdict.matched) ++counts_[rule].hits;
  for (const auto rule : verdict.unstated) ++counts_[rule].unstated;
}

void RuleHits::count_by_name(const rules::Verdict& verdict, const ledger::SetupNames& judged_by) {
  const auto now_called = [&](rules::RuleNumber rule) -> Count* {
    const auto found = numbers_.find(judged_by.rules.at(rule).name);
    return found == numbers_.end() ? nullptr : &counts_[found->second];
  };
  for (const auto rule : verdict.matched) {
    if (auto* count = now_called(rule)) ++count->hits;
  }
  for (const auto rule : verdict.unstated) {
    if (auto* count = now_called(rule)) ++count->unstated;
  }
}

std::uint64_t RuleHits::hits(rules::RuleNumber rule) const {
  return rule < counts_.size() ? counts_[rule].hits : 0;
}

std::uint64_t RuleHits::unstated(rules::RuleNumber rule) const {
  return rule < counts_.size() ? counts_[rule].unstated : 0;
}

}  // namespace deskd::daemon

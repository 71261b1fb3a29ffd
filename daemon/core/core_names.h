#pragma once
// Names that outlive a setup: which rule of which setup, which source. Written to the ledger once
// each.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/states.h"
#include "daemon/setup/setup.h"

namespace deskd::daemon {

/// Core thread only.
class SetupRegister {
 public:
  void restore(ledger::SetupNames names);
  void add(const Setup& setup);
  const ledger::SetupNames* find(rules::SetupNumber setup) const;
  /// The newest, or nullptr before the first.
  const ledger::SetupNames* last() const;
  const rules::RuleName* rule(rules::SetupNumber setup, rules::RuleNumber rule) const;

 private:
  std::map<rules::SetupNumber, ledger::SetupNames> setups_;
};

/// Core thread only. Numbers count from 1 and never change their meaning.
class SourceRegister {
 public:
  /// False: no source has this number, or another name or number is known of it.
  bool restore(const ledger::SourceName& source);
  /// The number of `name`, which is made when it is new (`is_new` tells).
  rules::SourceNumber number(std::string_view name, bool& is_new);
  std::string_view name(rules::SourceNumber source) const;  // empty when unknown
  rules::SourceNumber find(std::string_view name) const;    // 0 when unknown

 private:
  std::map<std::string, rules::SourceNumber, std::less<>> numbers_;
  std::vector<std::string> names_;  // by number - 1
};

/// Whether a source that was ever named may have this number.
bool can_be_source(rules::SourceNumber number);

/// How often each rule of the current setup matched, or could not decide what it meant to. Core
/// thread only.
class RuleHits {
 public:
  /// Counts go over to rules of the same name.
  void adopt(const rules::RuleSet& rules);
  void count(const rules::Verdict& verdict);
  /// For a verdict of an older setup, whose numbers mean other rules.
  void count_by_name(const rules::Verdict& verdict, const ledger::SetupNames& judged_by);
  std::uint64_t hits(rules::RuleNumber rule) const;
  std::uint64_t unstated(rules::RuleNumber rule) const;

 private:
  struct Count {
    std::uint64_t hits = 0;
    std::uint64_t unstated = 0;
  };
  std::map<std::string, rules::RuleNumber, std::less<>> numbers_;
  std::vector<Count> counts_;  // by rule number
};

}  // namespace deskd::daemon

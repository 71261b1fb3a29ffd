#pragma once
// What source threads see of a setup: the sources, and how their alerts are judged.

#include <memory>
#include <string_view>
#include <vector>

#include "connectors/source.h"
#include "rules/alarm.h"
#include "rules/rule_set.h"

namespace deskd::connectors {

/// Immutable; any thread. Part of the daemon's Setup; a batch keeps the one that judged it alive.
struct Judging {
  rules::SetupNumber number = 0;
  std::shared_ptr<const rules::RuleSet> rules;
  std::vector<Source> sources;
  rules::Duration max_skew = std::chrono::minutes{10};
  rules::Duration resolve_timeout = std::chrono::minutes{5};

  /// Bounds an event time that a rule set: what a rule takes from a label is no more to be trusted
  /// than what a sender stamped. True: it was too far ahead of the receipt.
  bool clamp(rules::Verdict& verdict, rules::Time received_at) const;

  const Source* find(std::string_view source) const;
  const Source* alertmanager_api() const;  // the one source of that kind, or nullptr
};

}  // namespace deskd::connectors

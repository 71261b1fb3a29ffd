#include <array>

#include "rules/decision/tracing.h"
#include "rules/explanation.h"
#include "rules/rule_set.h"

namespace deskd::rules {

Explanation RuleSet::explain(const Alert& alert, std::pmr::memory_resource& arena,
                             std::optional<RuleNumber> only) const {
  return Tracing(*compiled_, alert, arena, only).run();
}

std::string_view name(TracedDecision::Fate fate) {
  static constexpr std::array<std::string_view, 5> names{"taken", "stated_before", "overruled",
                                                         "unstated", "not_read"};
  return names[static_cast<std::size_t>(fate)];
}

}  // namespace deskd::rules

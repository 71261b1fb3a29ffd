#include "rules/correlator.h"
#include "rules/rule_set.h"

namespace deskd::rules {

void Correlator::adopt(const CorrelatorTimes& times, const RuleSet& rules) {
  adopt(times, rules.clears_shapes());
}

}  // namespace deskd::rules

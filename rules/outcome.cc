#include "rules/outcome.h"

#include <numeric>

namespace deskd::rules {

std::uint64_t OutcomeCounts::total() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

}  // namespace deskd::rules

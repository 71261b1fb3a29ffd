#include "rules/outcome.h"

#include <numeric>

namespace deskd::rules {

std::uint64_t OutcomeCounts::total() const {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

OutcomeCounts& OutcomeCounts::operator+=(const OutcomeCounts& more) {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += more.counts[i];
  return *this;
}

}  // namespace deskd::rules

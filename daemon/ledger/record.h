#pragma once
// A commit record: one turn of the core, or a part of one that is too large, whose records follow
// each other. A turn is committed whole or not at all.

#include <cstdint>
#include <string>

#include "rules/time.h"

namespace deskd::ledger {

struct Record {
  std::uint64_t number = 0;  // from 1, without gaps
  rules::Time at;            // the core's clock
  std::string alerts;  // blob A: every accepted alert as decoded, with its verdict and outcome; may
                       // be empty
  std::string states;  // blob B: every entity that changed, whole
  bool empty() const { return alerts.empty() && states.empty(); }
  std::size_t bytes() const { return alerts.size() + states.size(); }  // of both blobs
};

}  // namespace deskd::ledger

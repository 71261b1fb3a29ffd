#pragma once
// Makes the imprints of alerts, by which the correlator knows what it knows already.

#include <memory_resource>
#include <string>

#include "rules/verdict.h"

namespace deskd::rules {

/// Keeps its working memory between calls. One thread at a time.
class Imprinter {
 public:
  /// Of a verdict that is complete. The packed identity lives in `arena`.
  Imprint make(const Verdict& verdict, std::pmr::memory_resource& arena);

 private:
  std::string packed_;
};

}  // namespace deskd::rules

#pragma once
// Blob A: every accepted alert as decoded, with its verdict and what became of it. For backtests
// and for people.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/frames.h"
#include "rules/alarm.h"
#include "rules/alert.h"
#include "rules/outcome.h"
#include "rules/verdict.h"

namespace deskd::ledger {

/// One alert of the log; views into the blob.
struct LoggedAlert {
  rules::Alert alert;  // as decoded; labels and annotations point into the vectors below
  std::vector<rules::Label> labels, annotations;
  rules::SetupNumber setup = 0;
  std::vector<rules::Stated> stated;  // the verdict
  std::uint8_t priority = 0;          // index into the setup's levels
  rules::Outcome outcome = rules::Outcome::unmatched;
  rules::AlarmId alarm = 0;
};

/// Writes alerts into blobs: one, unless they come to more than `cut_bytes`.
class AlertWriter {
 public:
  explicit AlertWriter(std::size_t cut_bytes = limits::record_cut_bytes) : blobs_(cut_bytes) {}

  void put(const rules::Alert& decoded, const rules::Verdict& verdict, rules::SetupNumber setup,
           rules::Outcome outcome, rules::AlarmId alarm);
  bool empty() const { return blobs_.empty(); }
  /// The oldest blob that was not taken; no bytes: all were.
  std::string take() { return blobs_.take(); }

 private:
  BlobWriter blobs_;
};

/// Calls `each` for every alert of a blob, oldest first, until it returns false. False: damaged
/// bytes.
bool read_alerts(std::string_view blob, const std::function<bool(const LoggedAlert&)>& each);

/// What keeps this program from reading the blob, in words (a newer version, damage), as far as its
/// frames show; empty when nothing does.
std::string alerts_problem(std::string_view blob);

}  // namespace deskd::ledger

#pragma once
// What deskd has to say of itself, as an alert of the reserved source `deskd`.

#include <memory>
#include <string>

#include "connectors/batch.h"
#include "rules/alert.h"
#include "rules/severity.h"

namespace deskd::daemon {

/// Fires until the same type, resource and qualifier are reported as resolved, or a person clears
/// its alarm.
struct OwnAlert {
  std::string type;      // "source-stalled"
  std::string resource;  // of what it speaks: a source, a file
  std::string qualifier = {};
  rules::Severity severity = rules::Severity::major;
  std::string summary = {};
  rules::Status status = rules::Status::firing;
};

/// The alert as a batch of one, judged by `setup` like any other.
std::unique_ptr<connectors::Batch> own_batch(const OwnAlert& alert,
                                             std::shared_ptr<const connectors::Judging> setup,
                                             rules::Time now);

}  // namespace deskd::daemon

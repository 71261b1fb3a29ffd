#pragma once
// Dead letters read again, as their source would read the same records today.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/format/format.h"
#include "daemon/api/views/letters.h"
#include "daemon/core/core.h"

namespace deskd::api {

/// A dead letter on its way through a retry, and at last what came of it.
struct RetriedLetter {
  std::uint64_t id = 0;
  std::uint16_t status = 200;          // 200: all of it could be read, and the letter is gone
  std::string detail = {};             // why not
  daemon::LetterReading reading = {};  // its batch is null where there is nothing to apply
  std::vector<connectors::ElementError> errors = {};
  std::uint64_t malformed = 0;
  std::uint64_t severity_unknown = 0;
  std::uint64_t event_time_clamped = 0;
  std::uint64_t accepted = 0;
  rules::OutcomeCounts outcomes = {};  // of those accepted
};

/// Decodes and judges it by `setup`. Alerts that were taken when the message first came in are left
/// out. Any thread.
RetriedLetter read_again(const LetterView& view, std::shared_ptr<const connectors::Judging> setup,
                         rules::Time now);

/// Applies what was read, and opens the books on it. Core thread only, in a turn.
void apply(daemon::Core& core, connectors::Accounts& accounts, RetriedLetter& letter);

RetriedLetter no_letter(std::uint64_t id);

}  // namespace deskd::api

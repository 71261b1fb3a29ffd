#pragma once
// A refusal of the server as a sentence and an exit code.

#include <string>

#include "daemon/ctl/client.h"
#include "daemon/ctl/exit_code.h"

namespace deskd::ctl {

struct Problem {
  ExitCode code = ExitCode::fault;
  std::string sentence;
  /// The mistakes of a configuration that was not taken over, in compiler form; else empty.
  std::string mistakes;
};

/// How deskctl ends when the server answers `status`, which is not a success.
ExitCode exit_code_of(long status);

/// Reads problem JSON (RFC 9457); an answer that is none is told by its status. `reply.status` is
/// not a success.
Problem problem_of(const Reply& reply);

}  // namespace deskd::ctl

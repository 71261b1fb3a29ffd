#pragma once
// Values that only a running deskd knows, fetched while somebody waits behind a key.

#include <chrono>
#include <vector>

#include "daemon/ctl/client.h"
#include "daemon/ctl/completion/candidates.h"

namespace deskd::ctl::completion {

/// All requests together take no longer than this: a key that hangs is worse than no answer.
constexpr std::chrono::milliseconds lookup_within{900};

/// The values of `kind`, those that are most likely meant first. None when deskd does not answer,
/// or refuses: nothing is said about it.
std::vector<Candidate> look_up(Kind kind, const ClientOptions& options);

}  // namespace deskd::ctl::completion

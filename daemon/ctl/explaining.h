#pragma once
// deskctl rules explain: asks a running deskd, or reads its files itself.

#include <CLI/CLI.hpp>

#include "daemon/ctl/session.h"

namespace deskd::ctl {

void add_explain_command(CLI::App& rules, Session& session);

}  // namespace deskd::ctl

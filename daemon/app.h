#pragma once
// The life of the daemon: load, recover, listen, stop.

#include <string>

namespace deskd::daemon {

struct AppOptions {
  std::string config_path;
  bool accept_clock = false;  // start although the ledger's clock is far ahead of the wall
};

/// Runs until SIGTERM or SIGINT. Returns the exit code: 0 stopped as told, 1 a fault, 78 a mistake
/// in a file. Call it once, from the main thread, before any other thread exists: it blocks the
/// signals that it waits for.
int run(const AppOptions& options);

}  // namespace deskd::daemon

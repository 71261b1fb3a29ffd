#pragma once
// What a thread is called in top, ps -L, gdb and perf.

#include <string>

namespace deskd::config {

/// Linux keeps the first 15 bytes of `name` (pthread_setname_np(3)).
void name_this_thread(std::string name);

}  // namespace deskd::config

#include "config/thread_name.h"

#include <pthread.h>

namespace deskd::config {

void name_this_thread(std::string name) {
  constexpr std::size_t kept = 15;
  if (name.size() > kept) name.resize(kept);
  ::pthread_setname_np(::pthread_self(), name.c_str());
}

}  // namespace deskd::config

#pragma once
// No file of this process may grow beyond a size: a full disk that needs no root.

#include <signal.h>
#include <sys/resource.h>

#include <cstdlib>

namespace deskd::test {

class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_signal_(::signal(SIGXFSZ, SIG_IGN)) {
    if (::getrlimit(RLIMIT_FSIZE, &old_) != 0) std::abort();
    const rlimit lowered{bytes, old_.rlim_max};
    if (::setrlimit(RLIMIT_FSIZE, &lowered) != 0) std::abort();
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    ::signal(SIGXFSZ, old_signal_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*old_signal_)(int);
  rlimit old_{};
};

}  // namespace deskd::test

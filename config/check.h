#pragma once
// An assertion that stays on in release: for programmers' errors only, never for what comes from
// outside.

#include <cstdio>
#include <cstdlib>

/// Ends the process when `condition` is false: going on would risk what has been accepted.
#define DESKD_CHECK(condition)                                                                    \
  do {                                                                                            \
    if (!(condition)) [[unlikely]] {                                                              \
      std::fprintf(stderr, "deskd: %s:%d: broken promise: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                               \
    }                                                                                             \
  } while (false)

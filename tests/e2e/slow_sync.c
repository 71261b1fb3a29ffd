/* Preloaded into a program, makes each sync of its disk last SLOW_SYNC_MS longer. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void wait_a_while(void) {
  const char* const text = getenv("SLOW_SYNC_MS");
  const long ms = text ? strtol(text, NULL, 10) : 0;
  const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}

static int sync_by(const char* name, int descriptor) {
  int (*const sync_it)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  wait_a_while();
  return sync_it(descriptor);
}

int fsync(int descriptor) { return sync_by("fsync", descriptor); }
int fdatasync(int descriptor) { return sync_by("fdatasync", descriptor); }

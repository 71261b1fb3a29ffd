// C11's threads over POSIX's, for the thread sanitizer: librdkafka uses the former, gcc 12's
// libtsan knows only the latter, and a thread that it does not know ends in a crash. Linked into
// test programs of the tsan preset with -rdynamic, so that the library finds these first.

#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <memory>

static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t));
static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t));
static_assert(sizeof(thrd_t) == sizeof(pthread_t));
static_assert(sizeof(tss_t) == sizeof(pthread_key_t));

namespace {

pthread_mutex_t* mutex(mtx_t* one) { return reinterpret_cast<pthread_mutex_t*>(one); }
pthread_cond_t* condition(cnd_t* one) { return reinterpret_cast<pthread_cond_t*>(one); }

int result(int error) {
  switch (error) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ETIMEDOUT:
      return thrd_timedout;
    case ENOMEM:
      return thrd_nomem;
    default:
      return thrd_error;
  }
}

struct Start {
  thrd_start_t function;
  void* argument;
};

void* run(void* given) {
  const std::unique_ptr<Start> start(static_cast<Start*>(given));
  const std::intptr_t code = start->function(start->argument);
  return reinterpret_cast<void*>(code);
}

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  auto start = std::make_unique<Start>(Start{function, argument});
  const int error = pthread_create(thread, nullptr, run, start.get());
  if (error == 0) static_cast<void>(start.release());
  return result(error);
}

int thrd_join(thrd_t thread, int* code) {
  void* returned = nullptr;
  const int error = pthread_join(thread, &returned);
  if (code != nullptr) *code = static_cast<int>(reinterpret_cast<std::intptr_t>(returned));
  return result(error);
}

int thrd_detach(thrd_t thread) { return result(pthread_detach(thread)); }
thrd_t thrd_current() { return pthread_self(); }
int thrd_equal(thrd_t one, thrd_t other) { return pthread_equal(one, other); }
void thrd_exit(int code) {
  pthread_exit(reinterpret_cast<void*>(static_cast<std::intptr_t>(code)));
}

int mtx_init(mtx_t* one, int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  const bool is_recursive = (type & mtx_recursive) != 0;
  pthread_mutexattr_settype(&attributes,
                            is_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
  const int error = pthread_mutex_init(mutex(one), &attributes);
  pthread_mutexattr_destroy(&attributes);
  return result(error);
}

void mtx_destroy(mtx_t* one) { pthread_mutex_destroy(mutex(one)); }
int mtx_lock(mtx_t* one) { return result(pthread_mutex_lock(mutex(one))); }
int mtx_trylock(mtx_t* one) { return result(pthread_mutex_trylock(mutex(one))); }
int mtx_unlock(mtx_t* one) { return result(pthread_mutex_unlock(mutex(one))); }
int mtx_timedlock(mtx_t* one, const timespec* until) {
  return result(pthread_mutex_timedlock(mutex(one), until));
}

int cnd_init(cnd_t* one) { return result(pthread_cond_init(condition(one), nullptr)); }
void cnd_destroy(cnd_t* one) { pthread_cond_destroy(condition(one)); }
int cnd_signal(cnd_t* one) { return result(pthread_cond_signal(condition(one))); }
int cnd_broadcast(cnd_t* one) { return result(pthread_cond_broadcast(condition(one))); }
int cnd_wait(cnd_t* one, mtx_t* held) {
  return result(pthread_cond_wait(condition(one), mutex(held)));
}
int cnd_timedwait(cnd_t* one, mtx_t* held, const timespec* until) {
  return result(pthread_cond_timedwait(condition(one), mutex(held), until));
}

void call_once(once_flag* flag, void (*function)()) {
  static_assert(sizeof(once_flag) == sizeof(pthread_once_t));
  pthread_once(reinterpret_cast<pthread_once_t*>(flag), function);
}

int tss_create(tss_t* key, tss_dtor_t destroy) { return result(pthread_key_create(key, destroy)); }
void tss_delete(tss_t key) { pthread_key_delete(key); }
void* tss_get(tss_t key) { return pthread_getspecific(key); }
int tss_set(tss_t key, void* value) { return result(pthread_setspecific(key, value)); }

// The library itself is not instrumented, so the sanitizer does not see the counts of references
// that put the destruction of its locks behind their last use.
const char* __tsan_default_suppressions() { return "race:librdkafka.so\n"; }

}  // extern "C"

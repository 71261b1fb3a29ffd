#include "daemon/ledger/ledger_thread.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <future>

#include "config/limits.h"
#include "tests/daemon/ledger/file_size_limit.h"
#include "tests/daemon/ledger/journal.h"

namespace deskd {
namespace {

using ledger::LedgerThread;
using ledger::Submission;
using test::numbered_record;

/// What a ledger thread told, in order; any thread.
class Told {
 public:
  void add(std::string what) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(what));
    changed_.notify_all();
  }
  std::vector<std::string> all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }
  std::size_t count(const std::string& what) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count(all_.begin(), all_.end(), what));
  }
  void wait_for(const std::string& what, std::size_t times = 1) const {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, std::chrono::seconds(60), [&] {
      return static_cast<std::size_t>(std::count(all_.begin(), all_.end(), what)) >= times;
    });
    REQUIRE_MESSAGE(came, "never told: ", what);
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> all_;
};

LedgerThread::Calls calls_to(Told& told) {
  return {.on_progress = [&told] { told.add("progress"); },
          .on_room = [&told](bool has_room) { told.add(has_room ? "room" : "no room"); },
          .on_broken = [&told](const std::string& reason) { told.add("broken: " + reason); },
          .on_commit = [&told](double seconds) { told.add(seconds > 0 ? "commit" : "no time"); }};
}

/// A record that is told by its number when it is durable.
Submission telling(Told& told, std::uint64_t number, std::size_t bytes = 100) {
  return {numbered_record(number, bytes), [&told, number] { told.add(std::to_string(number)); }};
}

std::size_t records_in(const std::string& folder) {
  return test::replayed(*test::opened(folder)).size();
}

}  // namespace

TEST_CASE("records become durable in the order of their submission") {
  const test::TemporaryFolder folder;
  Told told;
  std::vector<std::uint64_t> order;  // ledger thread, then this one after the join
  {
    LedgerThread thread(test::opened(folder.path()), calls_to(told));
    for (std::uint64_t number = 1; number <= 200; ++number) {
      thread.submit({numbered_record(number), [&order, number] { order.push_back(number); }});
      const auto health = thread.health();
      CHECK(health.has_room);
      CHECK(health.records_synced + thread.in_flight() >= health.records_synced);
    }
  }
  REQUIRE(order.size() == 200);
  CHECK(std::is_sorted(order.begin(), order.end()));
  CHECK(told.count("progress") == told.count("commit"));
  CHECK(told.count("room") == 0);
  CHECK(records_in(folder.path()) == 200);
}

TEST_CASE("what is submitted during a commit shares the next one") {
  const test::TemporaryFolder folder;
  Told told;
  std::promise<void> go;
  LedgerThread thread(test::opened(folder.path()), calls_to(told));
  thread.submit({numbered_record(1), [&] {
                   told.add("first");
                   go.get_future().wait();
                 }});
  told.wait_for("first");
  for (std::uint64_t number = 2; number <= 9; ++number) thread.submit(telling(told, number));
  CHECK(thread.in_flight() == 9);
  go.set_value();
  told.wait_for("9");
  told.wait_for("progress", 2);
  CHECK(told.count("commit") == 2);
  CHECK(told.count("progress") == 2);
  CHECK(thread.in_flight() == 0);
  CHECK(thread.health().records_synced == 9);
  CHECK(thread.health().bytes > 0);
}

TEST_CASE("the records of one turn become durable together") {
  const test::TemporaryFolder folder;
  Told told;
  {
    LedgerThread thread(test::opened(folder.path()), calls_to(told));
    auto turn = telling(told, 1);
    turn.further = {numbered_record(2), numbered_record(3)};
    thread.submit(std::move(turn));
    told.wait_for("progress");
    CHECK(told.all() == std::vector<std::string>{"commit", "1", "progress"});
    CHECK(thread.health().records_synced == 3);
    thread.submit(telling(told, 4));
  }
  CHECK(records_in(folder.path()) == 4);
}

TEST_CASE("an empty record behind nothing is durable at once, on the thread that submits it") {
  const test::TemporaryFolder folder;
  Told told;
  LedgerThread thread(test::opened(folder.path()), calls_to(told));
  std::thread::id ran_on;
  thread.submit({{}, [&] { ran_on = std::this_thread::get_id(); }});
  CHECK(ran_on == std::this_thread::get_id());
  CHECK(thread.in_flight() == 0);
  CHECK(told.all().empty());
  thread.submit({});  // without a call too
}

TEST_CASE("an empty record waits for what is before it, and needs no commit") {
  const test::TemporaryFolder folder;
  Told told;
  std::promise<void> go;
  LedgerThread thread(test::opened(folder.path()), calls_to(told));
  thread.submit({numbered_record(1), [&] {
                   told.add("first");
                   go.get_future().wait();
                 }});
  told.wait_for("first");
  // The first one's call still runs: nothing may overtake it.
  thread.submit({{}, [&] { told.add("empty"); }});
  CHECK(told.count("empty") == 0);
  go.set_value();
  told.wait_for("progress", 2);
  CHECK(told.all() == std::vector<std::string>{"commit", "first", "progress", "empty", "progress"});
}

TEST_CASE("the destructor commits what was submitted") {
  const test::TemporaryFolder folder;
  Told told;
  {
    LedgerThread thread(test::opened(folder.path()), calls_to(told));
    for (std::uint64_t number = 1; number <= 5; ++number) thread.submit(telling(told, number));
  }
  CHECK(told.count("5") == 1);
  CHECK(records_in(folder.path()) == 5);
}

TEST_CASE("without room a record is tried again until there is room, and told once each way") {
  const test::TemporaryFolder folder;
  Told told;
  {
    LedgerThread thread(test::opened(folder.path()), calls_to(told));
    thread.submit(telling(told, 1));
    told.wait_for("1");
    {
      const test::FileSizeLimit limit(500'000);
      thread.submit(telling(told, 2, 1'000'000));
      thread.submit(telling(told, 3));
      told.wait_for("no room");
      const auto health = thread.health();
      CHECK_FALSE(health.has_room);
      CHECK(test::mentions(health.reason, "cannot grow"));
      CHECK(told.count("2") == 0);
      CHECK(thread.in_flight() == 2);
    }
    told.wait_for("3");
    CHECK(thread.health().has_room);
    CHECK(thread.health().reason.empty());
  }
  CHECK(told.count("no room") == 1);
  CHECK(told.count("room") == 1);
  CHECK(records_in(folder.path()) == 3);
}

TEST_CASE("a stop without room ends after a bounded time, and drops what is left") {
  const test::TemporaryFolder folder;
  Told told;
  const auto kept = std::make_shared<int>(0);
  const auto began = std::chrono::steady_clock::now();
  {
    LedgerThread thread(test::opened(folder.path(), 1 << 20), calls_to(told));
    thread.submit({numbered_record(1, 4 << 20), [kept, &told] { told.add("1"); }});
    told.wait_for("no room");
    CHECK(test::mentions(thread.health().reason, "size_max"));
    thread.submit({numbered_record(2), [kept, &told] { told.add("2"); }});
  }
  CHECK(std::chrono::steady_clock::now() - began <
        limits::ledger_stop_max + std::chrono::seconds(30));
  CHECK(told.count("1") == 0);
  CHECK(told.count("2") == 0);
  CHECK(kept.use_count() == 1);
  CHECK(records_in(folder.path()) == 0);
}

TEST_CASE("near size_max every commit is followed by a pause") {
  const test::TemporaryFolder folder;
  std::uint64_t number = 0;
  auto ledger = test::opened(folder.path(), 16 << 20);
  while (ledger->fullness() < 0.96) {
    const auto record = numbered_record(++number, 60'000);
    REQUIRE(ledger->commit(std::span(&record, 1)) == ledger::CommitResult::synced);
  }
  Told told;
  LedgerThread thread(std::move(ledger), calls_to(told));
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 4; ++i) {
    thread.submit(telling(told, ++number));
    told.wait_for(std::to_string(number));
  }
  // Three full pauses, of 60 ms at 96 %; only the last may still run.
  CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(3 * 55));
}

TEST_CASE("a broken ledger ends the process with its reason") {
  const test::TemporaryFolder folder;
  auto ledger = test::opened(folder.path());
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    // From now on every write to the WAL fails, as on a disk that is gone.
    const int wal = ::open(folder.path("ledger.db-wal").c_str(), O_RDONLY);
    for (int descriptor = 3; descriptor < wal; ++descriptor) {
      std::error_code error;
      const auto target =
          std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error);
      if (!error && target.string().ends_with("-wal")) ::dup2(wal, descriptor);
    }
    LedgerThread::Calls calls;
    calls.on_broken = [&](const std::string& reason) {
      ::_exit(::write(ends[1], reason.data(), reason.size()) > 0 ? 42 : 1);
    };
    LedgerThread thread(std::move(ledger), std::move(calls));
    thread.submit({numbered_record(1), [] { ::_exit(2); }});
    ::sleep(60);
    ::_exit(3);
  }
  ::close(ends[1]);
  std::string reason(1'000, '\0');
  const auto length = ::read(ends[0], reason.data(), reason.size());
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 42);
  reason.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  CAPTURE(reason);
  CHECK(test::mentions(reason, "ledger.db: disk I/O error"));
}

TEST_CASE("while one commits the next is taken, and more when they are small") {
  struct Row {
    const char* name;
    std::size_t record_bytes;
    std::size_t taken;
  };
  for (const Row& row :
       {Row{"small", 100, limits::small_turns_in_flight_max},
        Row{"a third of what is small", limits::small_turns_bytes_max / 3, 3},
        Row{"large", limits::small_turns_bytes_max, limits::turns_in_flight_max}}) {
    CAPTURE(row.name);
    const test::TemporaryFolder folder;
    std::promise<void> gate;
    auto opened = gate.get_future();
    Told told;
    LedgerThread thread(test::opened(folder.path()), calls_to(told));
    CHECK(thread.in_flight() == 0);
    std::size_t taken = 0;
    while (thread.takes_more()) {
      REQUIRE(taken < 100);
      auto submission = Submission{numbered_record(++taken, row.record_bytes), {}};
      if (taken == 1) submission.durable = [&] { opened.wait(); };
      thread.submit(std::move(submission));
    }
    CHECK(taken == row.taken);
    CHECK(thread.in_flight() == taken);
    gate.set_value();
    told.wait_for("progress");
    while (thread.in_flight() > 0) std::this_thread::yield();
    CHECK(thread.takes_more());
  }
}

TEST_CASE("senders that wait for their answers stand in one commit, not in two that take turns") {
  constexpr std::size_t senders = 4;
  constexpr std::size_t rounds = 40;
  const test::TemporaryFolder folder;
  Told told;
  std::mutex mutex;
  std::condition_variable answered;
  std::size_t answers = senders;  // that came and were not followed by a next alert yet
  auto calls = calls_to(told);
  calls.on_commit = [&told](double) {
    told.add("commit");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // as a slow disk
  };
  LedgerThread thread(test::opened(folder.path()), std::move(calls));
  for (std::uint64_t number = 1; number <= senders * rounds; ++number) {
    std::unique_lock lock(mutex);
    REQUIRE(answered.wait_for(lock, std::chrono::seconds(60), [&] { return answers > 0; }));
    --answers;
    lock.unlock();
    thread.submit({numbered_record(number), [&] {
                     const std::lock_guard guard(mutex);
                     ++answers;
                     answered.notify_one();
                   }});
  }
  while (thread.in_flight() > 0) std::this_thread::yield();
  const auto commits = told.count("commit");
  CAPTURE(commits);
  CHECK(commits >= rounds);
  CHECK(commits <= rounds * 3 / 2);  // by turns there would be twice as many as rounds
}

TEST_CASE("any thread may ask how the ledger is while another submits") {
  const test::TemporaryFolder folder;
  Told told;
  std::atomic<bool> done = false;
  LedgerThread thread(test::opened(folder.path()), calls_to(told));
  std::thread asking([&] {
    std::uint64_t synced = 0;
    while (!done) {
      const auto health = thread.health();
      CHECK(health.records_synced >= synced);
      synced = health.records_synced;
      CHECK(thread.in_flight() <= limits::small_turns_in_flight_max);
    }
  });
  for (std::uint64_t number = 1; number <= 300;) {
    if (!thread.takes_more()) {
      std::this_thread::yield();
      continue;
    }
    thread.submit(telling(told, number++));
  }
  told.wait_for("300");
  done = true;
  asking.join();
  CHECK(told.count("broken") == 0);
}

}  // namespace deskd

#include "connectors/inbox.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <thread>

using namespace deskd::connectors;
namespace limits = deskd::limits;

namespace {

std::unique_ptr<Batch> batch(std::string source, std::string body, std::size_t alerts = 1) {
  auto made = std::make_unique<Batch>(std::move(body));
  made->source = std::move(source);
  made->alerts.resize(alerts);
  return made;
}

/// Bytes of a batch as made above with one alert and a body of `size`.
std::size_t weight(std::size_t size) { return batch("hooks", std::string(size, 'x'))->bytes(); }

std::vector<std::string> bodies(std::vector<std::unique_ptr<Batch>> taken) {
  std::vector<std::string> all;
  for (const auto& one : taken) all.push_back(one->received());
  return all;
}

bool offer(Inbox& inbox, std::string source, std::string body) {
  auto made = batch(std::move(source), std::move(body));
  const bool admitted = inbox.offer(made);
  CHECK((made == nullptr) == admitted);  // a refused batch stays with the caller
  return admitted;
}

}  // namespace

TEST_CASE("batches of one lane come out in the order in which they went in") {
  Inbox inbox(nullptr);
  inbox.set_lane("hooks", limits::MiB);
  for (const char* body : {"1", "2", "3"}) CHECK(offer(inbox, "hooks", body));
  CHECK(bodies(inbox.take(limits::MiB)) == std::vector<std::string>{"1", "2", "3"});
  CHECK(inbox.empty());
  CHECK(inbox.take(limits::MiB).empty());
}

TEST_CASE("a lane that is full or unknown admits nothing") {
  Inbox inbox(nullptr);
  inbox.set_lane("hooks", 2 * weight(100));
  CHECK(offer(inbox, "hooks", std::string(100, 'a')));
  CHECK(offer(inbox, "hooks", std::string(100, 'b')));
  CHECK_FALSE(offer(inbox, "hooks", "c"));
  CHECK_FALSE(offer(inbox, "nobody", "d"));
  CHECK(inbox.take(1).size() == 1);
  CHECK(offer(inbox, "hooks", std::string(100, 'c')));
}

TEST_CASE("a batch larger than its lane is admitted when the lane is empty, and only then") {
  Inbox inbox(nullptr);
  inbox.set_lane("hooks", 10);
  CHECK(offer(inbox, "hooks", std::string(5000, 'a')));
  CHECK_FALSE(offer(inbox, "hooks", "b"));
  CHECK(inbox.take(1).size() == 1);
  CHECK(offer(inbox, "hooks", "b"));
}

TEST_CASE("a new bound holds for what is offered from then on") {
  Inbox inbox(nullptr);
  inbox.set_lane("hooks", limits::MiB);
  CHECK(offer(inbox, "hooks", "a"));
  inbox.set_lane("hooks", 10);
  CHECK_FALSE(offer(inbox, "hooks", "b"));
  CHECK(bodies(inbox.take(limits::MiB)) == std::vector<std::string>{"a"});
}

TEST_CASE("one noisy source can't make another wait") {
  Inbox inbox(nullptr);
  inbox.set_lane("noisy", 64 * limits::MiB);
  inbox.set_lane("quiet", 64 * limits::MiB);
  for (int i = 0; i < 1000; ++i) CHECK(offer(inbox, "noisy", std::string(20 * limits::KiB, 'n')));
  CHECK(offer(inbox, "quiet", "q"));
  const auto taken = bodies(inbox.take(limits::MiB));
  CHECK(std::ranges::find(taken, "q") != taken.end());
}

TEST_CASE("lanes share bytes equally, whatever the sizes of their batches") {
  Inbox inbox(nullptr);
  const std::map<std::string, std::size_t> sizes{
      {"small", 500}, {"middle", 30'000}, {"large", 400'000}};
  for (const auto& [source, size] : sizes) {
    inbox.set_lane(source, 64 * limits::MiB);
    for (std::size_t bytes = 0; bytes < 20'000'000; bytes += size) {
      REQUIRE(offer(inbox, source, std::string(size, 'x')));
    }
  }
  std::map<std::string, std::size_t> given;
  for (int turn = 0; turn < 12; ++turn) {
    for (const auto& one : inbox.take(limits::MiB)) given[one->source] += one->bytes();
  }
  for (const auto& [source, bytes] : given) {
    CAPTURE(source);
    CHECK(bytes > 3'400'000);
    CHECK(bytes < 5'000'000);
  }
}

TEST_CASE("take gives at most the bytes asked for, and at least one batch") {
  Inbox inbox(nullptr);
  inbox.set_lane("hooks", limits::MiB);
  for (int i = 0; i < 10; ++i) CHECK(offer(inbox, "hooks", std::string(1000, 'x')));
  CHECK(inbox.take(1).size() == 1);
  CHECK(inbox.take(3 * weight(1000)).size() == 3);
  CHECK(inbox.take(3 * weight(1000) + 1).size() == 3);
  CHECK(inbox.take(limits::MiB).size() == 3);
}

TEST_CASE("held and closed inboxes admit nothing and give what waits") {
  Inbox inbox(nullptr);
  inbox.set_lane("hooks", limits::MiB);
  CHECK(offer(inbox, "hooks", "1"));
  inbox.hold(true);
  CHECK_FALSE(offer(inbox, "hooks", "2"));
  inbox.hold(false);
  CHECK(offer(inbox, "hooks", "3"));
  inbox.close();
  CHECK_FALSE(offer(inbox, "hooks", "4"));
  inbox.hold(false);
  CHECK_FALSE(offer(inbox, "hooks", "5"));
  CHECK(bodies(inbox.take(limits::MiB)) == std::vector<std::string>{"1", "3"});
}

TEST_CASE("the core is woken by the first batch only") {
  int woken = 0;
  Inbox inbox([&] { ++woken; });
  inbox.set_lane("hooks", limits::MiB);
  CHECK(offer(inbox, "hooks", "1"));
  CHECK(offer(inbox, "hooks", "2"));
  CHECK(woken == 1);
  CHECK(inbox.take(1).size() == 1);
  CHECK(offer(inbox, "hooks", "3"));
  CHECK(woken == 1);
  CHECK(inbox.take(limits::MiB).size() == 2);
  CHECK(offer(inbox, "hooks", "4"));
  CHECK(woken == 2);
}

TEST_CASE("the fill says what waits") {
  Inbox inbox(nullptr);
  inbox.set_lane("hooks", limits::MiB);
  auto made = batch("hooks", "body", 7);
  const std::size_t bytes = made->bytes();
  CHECK(inbox.offer(made));
  auto fill = inbox.fill();
  REQUIRE(fill.size() == 1);
  CHECK(fill[0].source == "hooks");
  CHECK(fill[0].bytes == bytes);
  CHECK(fill[0].bytes_max == limits::MiB);
  CHECK(fill[0].alerts == 7);
  inbox.take(limits::MiB);
  fill = inbox.fill();
  CHECK(fill[0].bytes == 0);
  CHECK(fill[0].alerts == 0);
}

TEST_CASE("ten senders: nothing is lost, doubled or out of order") {
  constexpr int senders = 10;
  constexpr int each = 500;
  std::atomic<int> woken = 0;
  Inbox inbox([&] { ++woken; });
  for (int s = 0; s < senders; ++s) inbox.set_lane("lane" + std::to_string(s), 20'000);
  std::vector<std::jthread> threads;
  for (int s = 0; s < senders; ++s) {
    threads.emplace_back([&inbox, s] {
      const std::string source = "lane" + std::to_string(s);
      for (int i = 0; i < each; ++i) {
        auto made = batch(source, std::to_string(i));
        while (!inbox.offer(made)) std::this_thread::yield();
      }
    });
  }
  std::map<std::string, int> next;
  for (int taken = 0; taken < senders * each;) {
    for (const auto& one : inbox.take(100'000)) {
      REQUIRE(one->received() == std::to_string(next[one->source]++));
      ++taken;
    }
  }
  CHECK(inbox.empty());
  CHECK(woken > 0);
  CHECK(next.size() == senders);
}

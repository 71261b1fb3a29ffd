#include "rules/correlator/deadline_heap.h"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>

using namespace deskd::rules;

TEST_CASE("the first deadline is the earliest, however they are moved and taken back") {
  std::mt19937 random(1);
  DeadlineHeap heap;
  std::map<std::uint64_t, Time> times;
  std::set<std::pair<Time, std::uint64_t>> model;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t id = 1 + random() % 200;
    if (const auto old = times.find(id); old != times.end()) {
      model.erase({old->second, id});
      times.erase(old);
    }
    if (random() % 3 == 0) {
      heap.erase(id);
    } else {
      const Time at{Duration{static_cast<std::int64_t>(random() % 50)}};
      heap.set(id, at);
      model.insert({at, id});
      times[id] = at;
    }
    REQUIRE(heap.all().size() == model.size());
    REQUIRE(heap.contains(id) == times.contains(id));
    if (model.empty()) continue;
    REQUIRE(heap.first().at == model.begin()->first);
    REQUIRE(heap.first().id == model.begin()->second);
  }
  for (std::uint64_t id = 1; id <= 200; ++id) heap.erase(id);
  CHECK(heap.empty());
  CHECK_FALSE(heap.contains(1));
}

#include "connectors/kafka/damage_search.h"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

using namespace deskd::connectors;

namespace {

/// A partition whose broker hands out whole batches, some damaged, as starts at any offset see it.
struct Partition {
  struct Stretch {
    std::int64_t first, last;  // offsets; compaction leaves holes between stretches
    bool is_damaged;
  };
  std::vector<Stretch> stretches;
  std::int64_t end;

  /// Where the damage begins that a start at `offset` meets; nothing: it can read.
  std::optional<std::int64_t> damage_at(std::int64_t offset) const {
    for (const Stretch& one : stretches) {
      if (one.last < offset) continue;
      return one.is_damaged ? std::optional(one.first) : std::nullopt;
    }
    return std::nullopt;
  }
};

struct Found {
  std::int64_t readable_at = 0;
  std::uint64_t lost = 0;
  int starts = 0;
};

/// As the reader does it, until the search is over.
Found search(const Partition& partition, std::int64_t next) {
  DamageSearch search(next, *partition.damage_at(next));
  Found found;
  while (!search.is_over()) {
    REQUIRE(++found.starts < 200);
    const std::int64_t start = search.next_start(partition.end);
    CHECK(search.next_start(partition.end) == start);
    CHECK(start >= next);
    CHECK(start <= partition.end);
    if (const auto base = partition.damage_at(start)) {
      search.came_damaged(*base);
    } else {
      search.came_readable();
    }
  }
  found.readable_at = search.readable_at();
  found.lost = search.lost();
  return found;
}

}  // namespace

TEST_CASE("reading goes on right behind a damaged batch of any size") {
  for (const std::int64_t size : {1, 2, 3, 4, 5, 7, 8, 9, 100, 1'000, 1'000'000}) {
    CAPTURE(size);
    const Partition partition{{{100, 100 + size - 1, true}, {100 + size, 3'000'000, false}},
                              3'000'001};
    const Found found = search(partition, 100);
    CHECK(found.readable_at == 100 + size);
    CHECK(found.lost == static_cast<std::uint64_t>(size));
    CHECK(found.starts <= 50);
  }
}

TEST_CASE("a batch whose first records were read already loses the others") {
  const Partition partition{{{100, 199, true}, {200, 299, false}}, 300};
  const Found found = search(partition, 150);
  CHECK(found.readable_at == 200);
  CHECK(found.lost == 50);
}

TEST_CASE("damage at the end of a partition ends there") {
  const Partition partition{{{100, 163, true}}, 164};
  CHECK(search(partition, 100).readable_at == 164);
  CHECK(search({{{100, 100, true}}, 101}, 100).readable_at == 101);
}

TEST_CASE("two damaged batches are passed over one after the other") {
  const Partition partition{{{0, 9, true}, {10, 13, true}, {14, 20, false}}, 21};
  CHECK(search(partition, 0).readable_at == 10);
  CHECK(search(partition, 10).readable_at == 14);
}

TEST_CASE("holes that compaction left count for nothing") {
  const Partition partition{{{105, 109, true}, {120, 130, false}}, 131};
  const Found found = search(partition, 100);
  CHECK(found.readable_at == 110);
  CHECK(found.lost == 5);
}

TEST_CASE("what was damaged on its way only is read where reading stopped") {
  DamageSearch search(100, 100);
  CHECK(search.next_start(1'000) == 100);
  search.came_damaged(100);
  CHECK_FALSE(search.is_over());
  CHECK(search.next_start(1'000) == 100);
  search.came_readable();
  CHECK(search.is_over());
  CHECK(search.readable_at() == 100);
  CHECK(search.lost() == 0);
}

#include "daemon/ledger/gathering.h"

#include <doctest/doctest.h>

namespace deskd {
namespace {

using ledger::Gathering;
using std::chrono::microseconds;
using std::chrono::milliseconds;

/// One whose commits have taken `commit` for long.
Gathering used_to(Gathering::Clock::duration commit) {
  Gathering gathering;
  for (int i = 0; i < 200; ++i) gathering.after_commit(commit, 1, 0);
  return gathering;
}

}  // namespace

TEST_CASE("a commit waits for those whose answers have gone out and those who came meanwhile") {
  struct Row {
    const char* name;
    std::size_t settled, waiting, wanted;
  };
  for (const Row& row : {Row{"one alone waits for nobody", 1, 0, 0},
                         Row{"one came while nobody's was synced", 0, 1, 0}, Row{"nobody", 0, 0, 0},
                         Row{"two halves", 2, 2, 4}, Row{"all were in it", 4, 0, 4},
                         Row{"one and another", 1, 1, 2}}) {
    CAPTURE(row.name);
    auto gathering = used_to(milliseconds(1));
    CHECK(gathering.after_commit(milliseconds(1), row.settled, row.waiting) == row.wanted);
  }
}

TEST_CASE("patience is a part of what a commit takes, and no stumble of the disk makes it long") {
  CHECK(Gathering().patience() == microseconds(0));
  auto gathering = used_to(milliseconds(1));
  CHECK(gathering.patience() > microseconds(500));
  CHECK(gathering.patience() <= microseconds(600));
  gathering.after_commit(std::chrono::seconds(30), 1, 0);
  CHECK(gathering.patience() < milliseconds(2));
}

TEST_CASE("a pause is tried again at once when it paid, ever more seldom when it did not") {
  struct Row {
    const char* name;
    microseconds paused;
    std::size_t gathered;  // of 4
    bool pays;
  };
  for (const Row& row : {Row{"all came at once", microseconds(50), 4, true},
                         Row{"all came when patience ended", microseconds(590), 4, true},
                         Row{"they came, but late", microseconds(700), 4, false},
                         Row{"three came soon", microseconds(100), 3, true},
                         Row{"three came late", microseconds(400), 3, false},
                         Row{"nobody came but those who waited", microseconds(100), 2, false}}) {
    CAPTURE(row.name);
    auto gathering = used_to(milliseconds(1));
    for (const unsigned at_once : {1, 3, 7, 15, 31, 63, 127, 255, 255}) {
      REQUIRE(gathering.after_commit(milliseconds(1), 2, 2) == 4);
      gathering.begins(row.paused, row.gathered);
      for (unsigned i = 0; i < at_once && !row.pays; ++i) {
        REQUIRE(gathering.after_commit(milliseconds(1), 2, 2) == 0);
      }
    }
  }
}

TEST_CASE("one pause that pays makes up for all that did not") {
  auto gathering = used_to(milliseconds(1));
  for (const unsigned at_once : {1, 3, 7}) {
    REQUIRE(gathering.after_commit(milliseconds(1), 2, 2) == 4);
    gathering.begins(milliseconds(1), 2);
    for (unsigned i = 0; i < at_once; ++i) gathering.after_commit(milliseconds(1), 2, 2);
  }
  REQUIRE(gathering.after_commit(milliseconds(1), 2, 2) == 4);
  gathering.begins(microseconds(50), 4);
  REQUIRE(gathering.after_commit(milliseconds(1), 2, 2) == 4);
  gathering.begins(milliseconds(1), 2);
  CHECK(gathering.after_commit(milliseconds(1), 2, 2) == 0);
  CHECK(gathering.after_commit(milliseconds(1), 2, 2) == 4);
}

}  // namespace deskd

#include "connectors/kafka/progress.h"

#include <doctest/doctest.h>

using namespace deskd;
using namespace deskd::connectors;
using namespace std::chrono_literals;

namespace {

constexpr rules::Time noon{1795334400s};

/// A partition that is read, of a leader that answers.
PartitionProgress& read_partition(Progress& progress, int partition, std::int64_t next,
                                  std::int64_t end) {
  PartitionProgress& its = progress.at("alerts", partition);
  its.is_found = its.is_reading = its.leader_answers = true;
  its.next = next;
  its.end = end;
  return its;
}

}  // namespace

TEST_CASE("what is read to its end is live") {
  Progress progress({});
  read_partition(progress, 0, 10, 10);
  read_partition(progress, 1, 0, 0);
  CHECK(progress.watermark(noon, true) == rules::Time{});
}

TEST_CASE("behind, the source's time is the least record time of those that are behind") {
  Progress progress({});
  read_partition(progress, 0, 5, 10).record_at = noon - 3h;
  PartitionProgress& second = read_partition(progress, 1, 5, 10);
  second.record_at = noon - 2h;
  read_partition(progress, 2, 10, 10).record_at = noon - 9h;
  CHECK(progress.watermark(noon, true) == noon - 3h);
  SUBCASE("a partition at its end does not count") {
    progress.at("alerts", 0).next = 10;
    CHECK(progress.watermark(noon, true) == noon - 2h);
  }
  SUBCASE("it never goes back") {
    progress.at("alerts", 0).record_at = noon - 4h;
    CHECK(progress.watermark(noon, true) == noon - 3h);
  }
  SUBCASE("a record from the future is not believed") {
    progress.at("alerts", 0).record_at = noon + 5h;
    second.record_at = noon + 6h;
    CHECK(progress.watermark(noon, true) == noon);
  }
}

TEST_CASE("the source's time stands still while nobody can say how far it is") {
  Progress progress({{{"alerts", 0, 5}}, noon - 1h});
  SUBCASE("nothing of it has been read yet") { read_partition(progress, 0, 5, 10); }
  SUBCASE("its end is not known") { read_partition(progress, 0, 5, PartitionProgress::unknown); }
  SUBCASE("its leader is silent") { read_partition(progress, 0, 5, 5).leader_answers = false; }
  SUBCASE("it is not begun") { read_partition(progress, 0, 5, 5).is_reading = false; }
  CHECK(progress.watermark(noon, true) == noon - 1h);
  CHECK(progress.watermark(noon + 1h, true) == noon - 1h);
}

TEST_CASE("a source that has told nothing yet stands before all records") {
  Progress progress({});
  CHECK(progress.watermark(noon, false) == rules::Time{1ns});
  read_partition(progress, 0, 5, 10);
  CHECK(progress.watermark(noon, true) == rules::Time{1ns});
}

TEST_CASE("a live source whose cluster goes silent stands where it was") {
  Progress progress({});
  PartitionProgress& its = read_partition(progress, 0, 10, 10);
  CHECK(progress.watermark(noon, true) == rules::Time{});
  its.leader_answers = false;
  CHECK(progress.watermark(noon + 1min, true) == noon);
  CHECK(progress.watermark(noon + 9min, false) == noon);
  its.leader_answers = true;
  CHECK(progress.watermark(noon + 10min, true) == rules::Time{});
}

TEST_CASE("what moved goes out once, and its way back is known") {
  Progress progress({{{"alerts", 0, 5}, {"alerts", 1, 7}}, {}});
  CHECK(progress.take_moved().empty());
  Progress::move(progress.at("alerts", 0), 9);
  Progress::begin(progress.at("other", 0), 100, false);
  Progress::move(progress.at("other", 0), 103);

  const auto before = progress.before_moved();
  REQUIRE(before.size() == 2);
  CHECK(before[0].next == 5);
  CHECK(before[1].next == 100);
  const auto moved = progress.take_moved();
  REQUIRE(moved.size() == 2);
  CHECK(moved[0].topic == "alerts");
  CHECK(moved[0].partition == 0);
  CHECK(moved[0].next == 9);
  CHECK(moved[1].next == 103);
  CHECK(progress.take_moved().empty());

  Progress::move(progress.at("alerts", 0), 20);
  progress.take_moved();
  progress.rewind(before);
  CHECK(progress.at("alerts", 0).next == 5);
  CHECK(progress.at("alerts", 1).next == 7);
  CHECK(progress.at("other", 0).next == 100);
}

TEST_CASE("of several lost batches the first says where to read again") {
  Progress progress({{{"alerts", 0, 5}}, {}});
  progress.at("alerts", 0).next = 50;
  progress.rewind({{"alerts", 0, 30}, {"alerts", 0, 10}, {"alerts", 0, 20}});
  CHECK(progress.at("alerts", 0).next == 10);
}

TEST_CASE("offsets that began anew are said so, until a batch with it is durable") {
  Progress progress({{{"alerts", 0, 500}}, {}});
  Progress::begin(progress.at("alerts", 0), 0, true);
  const auto before = progress.before_moved();
  CHECK(progress.take_moved().at(0).restarted);
  Progress::move(progress.at("alerts", 0), 3);
  CHECK_FALSE(progress.take_moved().at(0).restarted);
  progress.rewind(before);
  const auto again = progress.take_moved();
  REQUIRE(again.size() == 1);
  CHECK(again[0].restarted);
  CHECK(again[0].next == 0);
}

TEST_CASE("lag") {
  PartitionProgress its;
  its.next = 3;
  its.end = 10;
  CHECK(its.lag() == 7);
  its.end = 2;
  CHECK(its.lag() == 0);
  its.end = PartitionProgress::unknown;
  CHECK(its.lag() == 0);
}

TEST_CASE(
    "what was passed over is before a batch that is lost, so that it is found missing again") {
  Progress progress({.partitions = {{"alerts", 0, 100}}, .watermark = {}});
  PartitionProgress& its = progress.at("alerts", 0);
  Progress::begin(its, 150, false);
  Progress::move(its, 160);
  const auto before = progress.before_moved();
  REQUIRE(before.size() == 1);
  CHECK(before[0].next == 100);
  CHECK(progress.take_moved().at(0).next == 160);
  progress.rewind(before);
  CHECK(its.next == 100);
  CHECK(progress.before_moved().at(0).next == 100);
}

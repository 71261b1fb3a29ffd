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

  const auto before = progress.before();
  REQUIRE(before.positions.size() == 2);
  CHECK(before.positions[0].next == 5);
  CHECK(before.positions[1].next == 100);
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
  progress.rewind({.positions = {{"alerts", 0, 30}, {"alerts", 0, 10}, {"alerts", 0, 20}},
                   .reached = noon,
                   .gaps = {}});
  CHECK(progress.at("alerts", 0).next == 10);
}

TEST_CASE("offsets that began anew are said so, until a batch with it is durable") {
  Progress progress({{{"alerts", 0, 500}}, {}});
  Progress::begin(progress.at("alerts", 0), 0, true);
  const auto before = progress.before();
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

TEST_CASE("a source whose batch is lost is as far in time as before it") {
  Progress progress({{{"alerts", 0, 5}, {"alerts", 1, 5}}, noon - 3h});
  read_partition(progress, 0, 5, 100);
  read_partition(progress, 1, 5, 100);
  for (const int partition : {0, 1}) {
    Progress::move(progress.at("alerts", partition), 50);
    progress.at("alerts", partition).record_at = noon - 1h;
  }
  const auto before = progress.before();
  progress.take_moved();
  CHECK(progress.watermark(noon, true) == noon - 1h);

  progress.rewind(before);
  CHECK(progress.watermark(noon, true) == noon - 3h);
  Progress::move(progress.at("alerts", 0), 7);
  progress.at("alerts", 0).record_at = noon - 150min;
  CHECK_MESSAGE(progress.watermark(noon, true) == noon - 3h, "nothing of the other came again yet");
  progress.at("alerts", 1).record_at = noon - 140min;
  CHECK(progress.watermark(noon, true) == noon - 150min);
}

TEST_CASE("a source that was live when its batch was lost is behind until that is read again") {
  Progress progress({{{"alerts", 0, 5}}, {}});
  PartitionProgress& its = read_partition(progress, 0, 5, 5);
  CHECK(progress.watermark(noon, true) == rules::Time{});
  Progress::move(its, 9);
  its.record_at = noon + 5min;
  const auto before = progress.before();
  progress.take_moved();
  its.end = 9;
  CHECK(progress.watermark(noon + 5min, true) == rules::Time{});
  progress.rewind(before);
  CHECK(progress.watermark(noon + 6min, true) == noon);
}

TEST_CASE("a partition with a position that the cluster does not show stands still") {
  Progress progress({{{"alerts", 0, 5}, {"alerts", 1, 5}}, noon - 1h});
  read_partition(progress, 0, 9, 9);
  PartitionProgress& other = read_partition(progress, 1, 5, 5);
  other.is_found = other.is_reading = false;
  CHECK(progress.watermark(noon, true) == noon - 1h);
  CHECK_FALSE(progress.is_whole());
  SUBCASE("but for one that a topic which is there does not have") {
    other.is_gone = true;
    CHECK(progress.watermark(noon, true) == rules::Time{});
    CHECK(progress.is_whole());
    progress.disconnect();
    CHECK(other.counts());
  }
  SUBCASE("and one without a position is not missed") {
    progress.at("late", 0);
    other.is_found = other.is_reading = true;
    CHECK(progress.watermark(noon, true) == rules::Time{});
  }
}

TEST_CASE("topics that are not configured have no part in it") {
  Progress progress({{{"alerts", 0, 5}, {"left", 0, 5}}, noon - 1h});
  read_partition(progress, 0, 9, 9);
  progress.want({"alerts"});
  CHECK(progress.watermark(noon, true) == rules::Time{});
  CHECK(progress.is_whole());
  CHECK_FALSE(progress.at("left", 0).counts());
  progress.want({"alerts", "left"});
  CHECK(progress.at("left", 0).counts());
  CHECK(progress.watermark(noon + 1h, true) == noon);
}

TEST_CASE("what is read of leaders that answer is whole") {
  Progress progress({});
  CHECK(progress.is_whole());
  PartitionProgress& its = read_partition(progress, 0, 5, 9);
  CHECK(progress.is_whole());
  its.leader_answers = false;
  CHECK_FALSE(progress.is_whole());
  its.leader_answers = true;
  its.is_reading = false;
  CHECK_FALSE(progress.is_whole());
}

TEST_CASE("partitions came later whose number is higher than any that was known of their topic") {
  Progress progress({{{"alerts", 0, 5}, {"alerts", 2, 5}}, {}});
  progress.connect();
  CHECK_FALSE(progress.found("alerts", 1, false).came_later);
  CHECK_FALSE(progress.found("alerts", 2, false).came_later);
  CHECK(progress.found("alerts", 3, false).came_later);
  CHECK(progress.found("alerts", 0, true).came_later);
  CHECK_FALSE(progress.found("other", 7, false).came_later);
  SUBCASE("one that was found and not begun before the next client is still what it was") {
    progress.disconnect();
    progress.connect();
    CHECK_FALSE(progress.found("alerts", 1, false).came_later);
    CHECK(progress.found("alerts", 3, false).came_later);
    CHECK_FALSE(progress.found("other", 7, false).came_later);
    CHECK_FALSE(progress.found("other", 6, false).came_later);
    CHECK(progress.found("other", 8, false).came_later);
  }
}

TEST_CASE("of a batch that is lost, what lay in a gap is before it, and found missing again") {
  Progress progress({.partitions = {{"alerts", 0, 100}}, .watermark = {}});
  PartitionProgress& its = progress.at("alerts", 0);
  progress.pass_over(its, {"alerts", 0, 100, 150, 50});
  Progress::move(its, 160);
  const auto before = progress.before();
  REQUIRE(before.positions.size() == 1);
  CHECK(before.positions[0].next == 100);
  CHECK(progress.take_moved().at(0).next == 160);
  CHECK(progress.take_gaps().size() == 1);
  CHECK(progress.take_gaps().empty());
  progress.rewind(before);
  CHECK(its.next == 100);
  CHECK(progress.before().positions.at(0).next == 100);
  CHECK_MESSAGE(progress.take_gaps().empty(), "it would be told twice");
}

TEST_CASE("the gap of a topic made anew is told again, as nothing comes upon it") {
  Progress progress({.partitions = {{"alerts", 0, 500}}, .watermark = {}});
  PartitionProgress& its = progress.at("alerts", 0);
  progress.pass_over(its, {"alerts", 0, 500, 0, 0});
  Progress::move(its, 30);
  for (int lost = 0; lost < 2; ++lost) {
    const auto before = progress.before();
    CHECK(progress.take_moved().at(0).restarted);
    progress.take_gaps();
    progress.rewind(before);
    CHECK(its.next == 0);
  }
  const auto gaps = progress.take_gaps();
  REQUIRE(gaps.size() == 1);
  CHECK(gaps[0].expected == 500);
}

TEST_CASE("a gap behind a lost batch, not told yet, is found again too") {
  Progress progress({.partitions = {{"alerts", 0, 80}, {"alerts", 1, 80}}, .watermark = {}});
  Progress::move(progress.at("alerts", 0), 100);
  const auto before = progress.before();
  progress.take_moved();
  progress.pass_over(progress.at("alerts", 0), {"alerts", 0, 100, 150, 50});
  progress.pass_over(progress.at("alerts", 1), {"alerts", 1, 80, 90, 10});
  progress.rewind(before);
  const auto gaps = progress.take_gaps();
  REQUIRE(gaps.size() == 1);
  CHECK(gaps[0].partition == 1);
}

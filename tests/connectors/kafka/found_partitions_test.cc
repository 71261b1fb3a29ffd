#include "connectors/kafka/found_partitions.h"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "config/limits.h"

using namespace deskd::connectors;

namespace {

TopicFound topic(std::vector<std::int32_t> leaders) {
  return {.name = "alerts", .fault = "", .is_missing = false, .leaders = std::move(leaders)};
}

/// Two partitions, both of leader 1, whose ends are known.
struct Cluster {
  Cluster() {
    found.take_in(topic({1, 1}));
    answer(0, 0, 10);
    answer(1, 0, 20);
    found.take_changes();
  }
  void answer(int partition, std::int64_t low, std::int64_t high, bool is_whole = true) {
    PartitionFound told;
    told.topic = "alerts";
    told.partition = partition;
    told.ends = {low, high};
    found.take_answer(told, is_whole);
    found.set_answering(1, true);
  }
  FoundPartitions found;
};

}  // namespace

TEST_CASE("whom to ask: first for partitions whose ends nobody knows, then for each in turn") {
  FoundPartitions found;
  found.take_in(topic({1, 2, 1, -1}));
  CHECK(found.leaders() == std::set<std::int32_t>{1, 2});
  CHECK(found.next_of(1, 0)->partition == 0);
  PartitionFound told = *found.next_of(1, 0);
  told.ends = {0, 10};
  found.take_answer(told, true);
  CHECK(found.next_of(1, 0)->partition == 2);
  told.partition = 2;
  found.take_answer(told, true);
  CHECK(found.next_of(1, 0)->partition == 0);
  CHECK(found.next_of(1, 1)->partition == 2);
  CHECK(found.next_of(1, 2)->partition == 0);
  CHECK(found.next_of(7, 0) == nullptr);
}

TEST_CASE("an answer about the upper end does not bring back a lower one that was forgotten") {
  Cluster cluster;
  cluster.answer(0, 0, 15, false);
  CHECK(cluster.found.take_changes().at(0).ends->high == 15);
  cluster.found.forget_ends("alerts", 0);
  cluster.answer(0, 0, 16, false);
  REQUIRE(cluster.found.next_of(1, 1) != nullptr);
  CHECK(cluster.found.next_of(1, 1)->partition == 0);
  CHECK_FALSE(cluster.found.next_of(1, 1)->ends);
  cluster.answer(0, 12, 16);
  const auto changes = cluster.found.take_changes();
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].ends->low == 12);
}

TEST_CASE(
    "a topic that the cluster names with a fault keeps its partitions, and nothing is known") {
  Cluster cluster;
  TopicFound faulty = topic({});
  faulty.fault = "Topic authorization failed";
  cluster.found.take_in(faulty);
  CHECK(cluster.found.topic_faults().at("alerts") == faulty.fault);
  const auto changes = cluster.found.take_changes();
  REQUIRE(changes.size() == 2);
  for (const PartitionFound& one : changes) {
    CHECK(one.exists);
    CHECK_FALSE(one.leader_answers);
    CHECK_FALSE(one.ends);
  }
  CHECK(cluster.found.leaders().empty());
  cluster.found.set_answering(1, true);
  CHECK_MESSAGE(!cluster.found.some_leader_answers(), "it was another topic that it answered for");

  cluster.found.take_in(topic({1, 1}));
  CHECK(cluster.found.topic_faults().empty());
  CHECK(cluster.found.next_of(1, 0)->partition == 0);
  cluster.answer(0, 0, 30);
  const auto back = cluster.found.take_changes();
  REQUIRE(back.size() == 1);
  CHECK(back[0].leader_answers);
  CHECK_FALSE(back[0].appeared_later);
}

TEST_CASE("a topic that is missing may come back, one that is there without a partition lost it") {
  Cluster cluster;
  TopicFound missing = topic({});
  missing.is_missing = true;
  missing.fault = "Unknown topic or partition";
  cluster.found.take_in(missing);
  for (const PartitionFound& one : cluster.found.take_changes()) {
    CHECK_FALSE(one.exists);
    CHECK_FALSE(one.is_gone);
    CHECK_FALSE(one.leader_answers);
  }
  cluster.found.take_in(topic({1}));
  const auto changes = cluster.found.take_changes();
  REQUIRE(changes.size() == 2);
  CHECK(changes[0].exists);
  CHECK_FALSE(changes[0].is_gone);
  CHECK_FALSE(changes[1].exists);
  CHECK(changes[1].is_gone);
  cluster.found.take_in(topic({1, 1}));
  CHECK_FALSE(cluster.found.take_changes().at(0).is_gone);
}

TEST_CASE("partitions appeared later once their topic was seen, or known to be missing") {
  FoundPartitions found;
  TopicFound told = topic({});
  SUBCASE("missing") {
    told.is_missing = true;
    told.fault = "Unknown topic or partition";
    found.take_in(told);
    found.take_in(topic({1}));
    CHECK(found.take_changes().at(0).appeared_later);
  }
  SUBCASE("seen") {
    found.take_in(topic({1}));
    found.take_in(topic({1, 1}));
    const auto changes = found.take_changes();
    REQUIRE(changes.size() == 2);
    CHECK_FALSE(changes[0].appeared_later);
    CHECK(changes[1].appeared_later);
  }
  SUBCASE("with a fault, nobody knows") {
    told.fault = "Topic authorization failed";
    found.take_in(told);
    found.take_in(topic({1}));
    CHECK_FALSE(found.take_changes().at(0).appeared_later);
  }
}

TEST_CASE("a leader that moved has to answer before its ends count") {
  Cluster cluster;
  cluster.found.take_in(topic({2, 1}));
  cluster.found.set_answering(2, true);
  const auto changes = cluster.found.take_changes();
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].leader == 2);
  CHECK_FALSE(changes[0].leader_answers);
  CHECK_FALSE(changes[0].ends);
  CHECK(cluster.found.some_leader_answers());
}

TEST_CASE("a partition with an impossible number is left out") {
  std::array<rd_kafka_metadata_partition, 5> partitions{};
  const std::int32_t ids[] = {1, -1, 0, std::numeric_limits<std::int32_t>::max(),
                              deskd::limits::kafka_partitions_max};
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    partitions[i].id = ids[i];
    partitions[i].leader = 10 + static_cast<std::int32_t>(i);
  }
  std::string name = "alerts";
  rd_kafka_metadata_topic topic{};
  topic.topic = name.data();
  topic.partitions = partitions.data();
  topic.partition_cnt = static_cast<int>(partitions.size());
  CHECK(topic_found(topic).leaders == std::vector<std::int32_t>{12, 10});
}

#include "connectors/kafka/kafka_source.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/connectors/kafka/mock_topic.h"

using namespace deskd;
using namespace deskd::tests;

namespace {

/// Every one of `edge-0` to `edge-(count - 1)`, each once.
bool is_each_once(const std::vector<std::string>& resources, std::size_t count) {
  const std::set<std::string> different(resources.begin(), resources.end());
  return resources.size() == count && different.size() == count;
}

}  // namespace

TEST_CASE("records come in once, over a stop and a start from the stored positions") {
  MockCluster cluster;
  cluster.topic("alerts", 3);
  cluster.produce("alerts", 0, 0, 500);
  cluster.produce("alerts", 2, 500, 500);
  StoredPositions stored;
  std::vector<std::string> resources;
  {
    SourceDesk desk(settings(cluster.brokers(), {"alerts"}));
    wait_for("the first thousand", [&] { return desk.settle() >= 1'000; });
    wait_for("it is live", [&] { return desk.settle() > 0 && !rules::is_known(desk.watermark); });
    desk.source.stop();
    desk.settle();
    stored = desk.stored;
    resources = desk.resources;
    CHECK(desk.source.view().state == "stopped");
  }
  REQUIRE(stored.partitions.size() == 3);
  cluster.produce("alerts", 1, 1'000, 200);
  SourceDesk desk(settings(cluster.brokers(), {"alerts"}), stored);
  wait_for("the others", [&] { return desk.settle() >= 200; });
  std::ranges::move(desk.resources, std::back_inserter(resources));
  CHECK(is_each_once(resources, 1'200));
}

TEST_CASE("a lane without room holds one batch, and nothing is lost") {
  MockCluster cluster;
  cluster.topic("alerts", 2);
  SourceDesk desk(settings(cluster.brokers(), {"alerts"}));
  desk.inbox.hold(true);
  cluster.produce("alerts", 0, 0, 3'000);
  wait_for("it waits", [&] { return desk.is_in("waiting for room"); });
  CHECK(desk.settle() == 0);
  for (const SourceBooks& books : desk.accounts.read(false)) {
    CHECK(books.in_flight <= limits::kafka_batch_records);
  }
  desk.inbox.hold(false);
  wait_for("all of them", [&] { return desk.settle() >= 3'000; });
  CHECK(is_each_once(desk.resources, 3'000));
}

TEST_CASE("small messages of many alerts come in several batches, each alert once") {
  MockCluster cluster;
  cluster.topic("alerts", 2);
  for (int i = 0; i < 60; ++i) cluster.produce_list("alerts", i % 2, i * 1'000, 1'000);
  cluster.flush();
  SourceDesk desk(settings(cluster.brokers(), {"alerts"}));
  wait_for("all of them", [&] { return desk.settle() >= 60'000; });
  wait_for("it is live", [&] { return desk.settle() > 0 && !rules::is_known(desk.watermark); });
  CHECK(is_each_once(desk.resources, 60'000));
  CHECK(desk.most_alerts < 30'000);
  CHECK(desk.source.view().counts.records == 60);
  REQUIRE(desk.stored.partitions.size() == 2);
  for (const KafkaPosition& position : desk.stored.partitions) CHECK(position.next == 30);
}

TEST_CASE("what is turned away after all is read again") {
  MockCluster cluster;
  cluster.topic("alerts", 1);
  SourceDesk desk(settings(cluster.brokers(), {"alerts"}));
  cluster.produce("alerts", 0, 0, 2'500);
  wait_for("alerts wait", [&] { return desk.inbox.fill().at(0).alerts > 0; });
  desk.settle(Settlement::Kind::full);
  wait_for("all of them", [&] { return desk.settle() >= 2'500; });
  CHECK(is_each_once(desk.resources, 2'500));
  wait_for("it is told", [&] { return desk.source.view().counts.times_read_again >= 1; });
}

TEST_CASE("a broker that is away is a state, and reading goes on when it is back") {
  MockCluster cluster;
  cluster.topic("alerts", 1);
  SourceDesk desk(settings(cluster.brokers(), {"alerts"}));
  wait_for("it reads", [&] { return desk.is_in("reading"); });
  cluster.down();
  wait_for("the broker is missed", [&] { return desk.is_in("broker away"); });
  CHECK_FALSE(desk.source.state().detail.empty());
  cluster.up();
  wait_for("it reads again", [&] { return desk.is_in("reading"); });
  cluster.produce("alerts", 0, 0, 10);
  wait_for("all of them", [&] { return desk.settle() >= 10; });
}

TEST_CASE("a new setup adds a topic without losing or repeating anything of the others") {
  MockCluster cluster;
  cluster.topic("alerts", 1);
  cluster.topic("others", 1);
  cluster.produce("alerts", 0, 0, 100);
  SourceDesk desk(settings(cluster.brokers(), {"alerts"}));
  wait_for("the first", [&] { return desk.settle() >= 100; });
  cluster.produce("others", 0, 100, 100);
  desk.adopt(settings(cluster.brokers(), {"alerts", "others"}));
  cluster.produce("alerts", 0, 200, 100);
  wait_for("all of them", [&] { return desk.settle() >= 300; });
  CHECK(is_each_once(desk.resources, 300));
}

TEST_CASE("a live source says so again and again") {
  MockCluster cluster;
  cluster.topic("alerts", 1);
  SourceDesk desk(settings(cluster.brokers(), {"alerts"}));
  cluster.produce("alerts", 0, 0, 1);
  wait_for("it is live", [&] { return desk.settle() > 0 && !rules::is_known(desk.watermark); });
  for (int word = 0; word < 2; ++word) {
    desk.watermark = rules::Time::max();
    const auto asked = std::chrono::steady_clock::now();
    wait_for("it says so", [&] { return desk.settle() > 0 && !rules::is_known(desk.watermark); });
    CHECK(std::chrono::steady_clock::now() - asked < limits::live_word_holds);
  }
}

TEST_CASE("a machine that slept: the source is not live by what it knew before") {
  MockCluster cluster;
  cluster.topic("alerts", 1);
  SourceDesk desk(settings(cluster.brokers(), {"alerts"}));
  cluster.produce("alerts", 0, 0, 1);
  wait_for("it is live", [&] { return desk.settle() > 0 && !rules::is_known(desk.watermark); });
  cluster.down();
  desk.slept = std::chrono::minutes{20};
  wait_for("it is behind", [&] { return desk.settle() > 0 && rules::is_known(desk.watermark); });
  cluster.up();
  cluster.produce("alerts", 0, 1, 1);
  wait_for("it goes on", [&] { return desk.settle() == 2 && !rules::is_known(desk.watermark); });
}

TEST_CASE("a topic that is no longer configured is no longer shown") {
  MockCluster cluster;
  cluster.topic("alerts", 1);
  cluster.topic("others", 1);
  cluster.produce("others", 0, 0, 1);
  SourceDesk desk(settings(cluster.brokers(), {"alerts", "others"}));
  wait_for("it is read", [&] { return desk.settle() >= 1; });
  wait_for("both are shown", [&] { return desk.source.view().lags.size() == 2; });
  desk.adopt(settings(cluster.brokers(), {"alerts"}));
  wait_for("one is shown", [&] { return desk.source.view().lags.size() == 1; });
  CHECK(desk.source.view().lags[0].topic == "alerts");
  wait_for("it is live", [&] { return desk.settle() > 0 && !rules::is_known(desk.watermark); });
}

TEST_CASE("a fault that is over is no longer shown") {
  MockCluster cluster;
  cluster.topic("alerts", 1);
  SourceDesk desk(settings(cluster.brokers(), {"alerts"}));
  wait_for("it reads", [&] { return desk.is_in("reading"); });
  cluster.down();
  wait_for("the fault is shown", [&] { return !desk.source.view().detail.empty(); });
  cluster.up();
  wait_for("it is forgotten", [&] { return desk.source.view().detail.empty(); });
  CHECK(desk.is_in("reading"));
}

TEST_CASE("a property that the library does not take is a state until a setup without it") {
  MockCluster cluster;
  cluster.topic("alerts", 1);
  cluster.produce("alerts", 0, 0, 1);
  KafkaSettings wrong = settings(cluster.brokers(), {"alerts"});
  wrong.properties = {{"sasl.mechanism", "ROT13"}, {"security.protocol", "nonsense"}};
  SourceDesk desk(wrong);
  wait_for("it says so", [&] { return desk.is_in("misconfigured"); });
  CHECK(desk.source.view().detail.find("security.protocol") != std::string::npos);
  desk.adopt(settings(cluster.brokers(), {"alerts"}));
  wait_for("the alert", [&] { return desk.settle() >= 1; });
}

TEST_CASE("nobody listens: it is away, and a stop does not wait") {
  SourceDesk desk(settings("127.0.0.1:1", {"alerts"}));
  wait_for("it is away", [&] { return desk.is_in("broker away"); });
  desk.source.stop();
  desk.source.stop();
  CHECK(desk.source.view().state == "stopped");
}

#include "connectors/kafka/offering.h"

#include <doctest/doctest.h>

using namespace deskd;
using namespace deskd::connectors;

namespace {

constexpr rules::Time noon{std::chrono::seconds{1795334400}};

struct Lane {
  Lane() { inbox.set_lane("bus", limits::MiB); }

  /// The first of them at noon, the second a second later …
  bool offer(std::int64_t before, std::vector<KafkaGap> gaps = {}) {
    auto batch = std::make_unique<Batch>("");
    batch->source = "bus";
    const rules::Time reached = noon + std::chrono::seconds{offered++};
    return offering.offer(std::move(batch), {{{"alerts", 0, before}}, reached, std::move(gaps)});
  }
  void settle(Settlement::Kind kind) {
    for (const auto& batch : inbox.take(limits::MiB)) batch->receipt.settle({kind, 0, {}});
  }

  int offered = 0;
  Accounts accounts;
  Inbox inbox{nullptr};
  Offering offering{inbox, accounts};
};

}  // namespace

TEST_CASE("a durable batch leaves nothing to read again") {
  Lane lane;
  CHECK(lane.offer(5));
  lane.settle(Settlement::Kind::durable);
  CHECK_FALSE(lane.offering.take_lost());
}

TEST_CASE("a batch that is turned away after all says where to read again, once") {
  using Kind = Settlement::Kind;
  for (const Kind kind : {Kind::full, Kind::rejected}) {
    Lane lane;
    CHECK(lane.offer(5));
    CHECK(lane.offer(8));
    lane.settle(kind);
    const auto lost = lane.offering.take_lost();
    REQUIRE(lost);
    REQUIRE(lost->positions.size() == 2);
    CHECK(lost->positions[0].next == 5);
    CHECK(lost->positions[1].next == 8);
    CHECK(lost->reached == noon);
    CHECK_FALSE(lane.offering.take_lost());
  }
}

TEST_CASE("what was admitted behind a lost batch is void, and all of it must settle first") {
  using Kind = Settlement::Kind;
  Lane lane;
  CHECK(lane.offer(5));
  CHECK(lane.offer(8));
  CHECK(lane.offer(9));
  auto batches = lane.inbox.take(limits::MiB);
  REQUIRE(batches.size() == 3);
  CHECK_FALSE(batches[2]->must_be_turned_away());
  batches[1]->receipt.settle({Kind::full, 0, {}});
  CHECK(batches[2]->must_be_turned_away());
  CHECK(lane.offering.has_lost());
  CHECK_FALSE(lane.offering.take_lost());
  batches[2]->receipt.settle({Kind::full, 0, {}});
  CHECK_FALSE(lane.offering.take_lost());
  batches[0]->receipt.settle({Kind::durable, 0, {}});
  const auto lost = lane.offering.take_lost();
  REQUIRE(lost);
  REQUIRE(lost->positions.size() == 2);
  CHECK(lost->positions[0].next == 8);
  CHECK(lost->positions[1].next == 9);
  CHECK(lost->reached == noon + std::chrono::seconds{1});

  CHECK_FALSE(lane.offering.has_lost());
  CHECK(lane.offer(8));
  CHECK_FALSE(lane.inbox.take(limits::MiB).at(0)->must_be_turned_away());
}

TEST_CASE("a batch without room is held and offered again") {
  Lane lane;
  lane.inbox.hold(true);
  CHECK_FALSE(lane.offer(5));
  CHECK(lane.offering.is_holding());
  CHECK_FALSE(lane.offering.offer_again());
  lane.inbox.hold(false);
  CHECK(lane.offering.offer_again());
  CHECK_FALSE(lane.offering.is_holding());
  CHECK(lane.inbox.fill().at(0).bytes > 0);
  CHECK(lane.offering.offer_again());
}

TEST_CASE("a held batch that is given up is refused, and lost") {
  Lane lane;
  lane.inbox.hold(true);
  lane.offer(5);
  lane.offering.give_up();
  CHECK_FALSE(lane.offering.is_holding());
  const auto lost = lane.offering.take_lost();
  REQUIRE(lost);
  REQUIRE(lost->positions.size() == 1);
  CHECK(lost->positions[0].next == 5);
}

TEST_CASE("a held batch that is given up leaves those before it good") {
  Lane lane;
  CHECK(lane.offer(5));
  const auto admitted = lane.inbox.take(limits::MiB);
  REQUIRE(admitted.size() == 1);
  lane.inbox.hold(true);
  CHECK_FALSE(lane.offer(8));
  lane.offering.give_up();
  CHECK(lane.offering.has_lost());
  SUBCASE("which may become durable") {
    CHECK_FALSE(admitted[0]->must_be_turned_away());
    CHECK_FALSE(lane.offering.take_lost());
    admitted[0]->receipt.settle({Settlement::Kind::durable, 0, {}});
    const auto lost = lane.offering.take_lost();
    REQUIRE(lost);
    REQUIRE(lost->positions.size() == 1);
    CHECK(lost->positions[0].next == 8);
    CHECK(lost->reached == noon + std::chrono::seconds{1});
  }
  SUBCASE("or be lost as well") {
    admitted[0]->receipt.settle({Settlement::Kind::full, 0, {}});
    CHECK(admitted[0]->must_be_turned_away());
    const auto lost = lane.offering.take_lost();
    REQUIRE(lost);
    CHECK(lost->positions.size() == 2);
    CHECK(lost->reached == noon);
  }
}

TEST_CASE("gaps count when they are durable, those of a lost batch come back") {
  using Kind = Settlement::Kind;
  Lane lane;
  lane.offer(5, {{"alerts", 0, 5, 10, 5}, {"alerts", 1, 5, 12, 7}});
  CHECK(lane.offering.durable_gaps().gaps == 0);
  lane.settle(Kind::durable);
  CHECK(lane.offering.durable_gaps().gaps == 2);
  CHECK(lane.offering.durable_gaps().records_lost == 12);
  lane.offer(20, {{"alerts", 0, 20, 30, 10}});
  lane.settle(Kind::full);
  CHECK(lane.offering.durable_gaps().gaps == 2);
  const auto lost = lane.offering.take_lost();
  REQUIRE(lost);
  REQUIRE(lost->gaps.size() == 1);
  CHECK(lost->gaps[0].resumed == 30);
  CHECK(lane.offering.durable_gaps().records_lost == 12);
}

TEST_CASE("receipts may settle when the source is gone") {
  Accounts accounts;
  Inbox inbox{nullptr};
  inbox.set_lane("bus", limits::MiB);
  {
    Offering offering(inbox, accounts);
    auto batch = std::make_unique<Batch>("");
    batch->source = "bus";
    CHECK(offering.offer(std::move(batch), {{{"alerts", 0, 5}}, noon, {}}));
  }
  CHECK(inbox.take(limits::MiB).size() == 1);  // settles as rejected here
}

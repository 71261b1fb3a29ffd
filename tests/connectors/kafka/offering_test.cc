#include "connectors/kafka/offering.h"

#include <doctest/doctest.h>

using namespace deskd;
using namespace deskd::connectors;

namespace {

struct Lane {
  Lane() { inbox.set_lane("bus", limits::MiB); }

  bool offer(std::int64_t before) {
    auto batch = std::make_unique<Batch>("");
    batch->source = "bus";
    return offering.offer(std::move(batch), {{"alerts", 0, before}});
  }
  void settle(Settlement::Kind kind) {
    for (const auto& batch : inbox.take(limits::MiB)) batch->receipt.settle({kind, 0, {}});
  }

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
    REQUIRE(lost->size() == 2);
    CHECK(lost->at(0).next == 5);
    CHECK(lost->at(1).next == 8);
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
  CHECK(lane.offering.is_broken());
  CHECK_FALSE(lane.offering.take_lost());
  batches[2]->receipt.settle({Kind::full, 0, {}});
  CHECK_FALSE(lane.offering.take_lost());
  batches[0]->receipt.settle({Kind::durable, 0, {}});
  const auto lost = lane.offering.take_lost();
  REQUIRE(lost);
  REQUIRE(lost->size() == 2);
  CHECK(lost->at(0).next == 8);
  CHECK(lost->at(1).next == 9);

  CHECK_FALSE(lane.offering.is_broken());
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
  REQUIRE(lost->size() == 1);
  CHECK(lost->front().next == 5);
}

TEST_CASE("receipts may settle when the source is gone") {
  Accounts accounts;
  Inbox inbox{nullptr};
  inbox.set_lane("bus", limits::MiB);
  {
    Offering offering(inbox, accounts);
    auto batch = std::make_unique<Batch>("");
    batch->source = "bus";
    CHECK(offering.offer(std::move(batch), {{"alerts", 0, 5}}));
  }
  CHECK(inbox.take(limits::MiB).size() == 1);  // settles as rejected here
}

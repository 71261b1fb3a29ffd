#include "daemon/core/core_thread.h"

#include <atomic>
#include <filesystem>
#include <future>
#include <thread>

#include "connectors/format/format.h"
#include "connectors/judged_batch.h"
#include "connectors/webhook/intake.h"
#include "tests/support/running_core.h"
#include "tests/support/temporary_folder.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace deskd::daemon {

using namespace std::chrono_literals;

namespace {

std::shared_ptr<Setup> shipped_setup() {
  config::Problems problems;
  auto setup = load_setup(std::string(DESKD_ROOT) + "/config/deskd.yaml", problems);
  REQUIRE_MESSAGE(setup != nullptr, problems.text());
  return setup;
}

/// A core with the shipped setup, and an intake before it.
class Running : public test::RunningCore {
 public:
  explicit Running(const std::filesystem::path& folder) : RunningCore(folder, shipped_setup()) {}

  /// Sends one body and waits for the answer.
  connectors::HttpAnswer send(std::string body, const std::string& key) {
    connectors::HttpRequest request;
    request.method = "POST";
    request.path = "/in/hooks";
    request.headers = {{"content-type", "application/json"}, {"idempotency-key", key}};
    request.body = std::move(body);
    request.received_at = test::wall_clock();
    std::promise<connectors::HttpAnswer> answered;
    auto answer = answered.get_future();
    const connectors::Intake intake([this] { return judging_of(current.get()); }, accounts, inbox);
    intake.webhook("hooks", std::move(request),
                   [&](connectors::HttpAnswer given) { answered.set_value(std::move(given)); });
    return answer.get();
  }

  /// Offers a batch of one alert, as a source of its own thread does, and waits for its fate.
  connectors::Settlement offer(const std::string& body,
                               std::shared_ptr<const std::atomic<bool>> is_broken) {
    auto batch = std::make_unique<connectors::Batch>(body);
    batch->source = "hooks";
    batch->setup = judging_of(current.get());
    batch->received_at = test::wall_clock();
    batch->is_broken = std::move(is_broken);
    batch->positions = {{"alerts", 0, 1}};
    const auto* source = batch->setup->find("hooks");
    REQUIRE(source != nullptr);
    connectors::decode(*source, *batch->setup, {batch->received(), test::wall_clock(), nullptr},
                       *batch);
    connectors::judge(*batch);
    accounts.received("hooks", batch->alerts.size(), 0, 0, 0, test::wall_clock());
    std::promise<connectors::Settlement> settled;
    batch->receipt = connectors::Receipt(
        [&](connectors::Settlement settlement) { settled.set_value(std::move(settlement)); });
    REQUIRE(inbox.offer(batch));
    return settled.get_future().get();
  }
};

std::string alert(unsigned host) {
  return fmt::format(R"({{"resource": "h{}", "type": "DiskFull", "severity": "critical"}})", host);
}

std::uint64_t incidents(Running& running) {
  std::uint64_t last = 0;
  running.ask([&](const Core& core) { last = core.desk().last_incident(); });
  return last;
}

}  // namespace

TEST_CASE("what many senders were answered is there after a restart, each thing once") {
  const test::TemporaryFolder folder;
  constexpr unsigned senders = 8;
  constexpr unsigned messages = 40;
  {
    Running running(folder.path());
    std::vector<std::thread> threads;
    std::atomic<unsigned> accepted = 0;
    for (unsigned sender = 0; sender < senders; ++sender) {
      threads.emplace_back([&, sender] {
        for (unsigned n = 0; n < messages; ++n) {
          const auto answer = running.send(alert(n), fmt::format("{}-{}", sender, n));
          if (answer.status == 202) ++accepted;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(accepted == senders * messages);
    CHECK(incidents(running) == messages);
    CHECK(running.stop());
  }
  Running again(folder.path());
  CHECK(incidents(again) == messages);
  CHECK(again.send(alert(0), "0-0").status == 202);
  const auto books = again.accounts.read(false);
  REQUIRE(books.size() == 1);
  CHECK(books[0].outcomes[rules::Outcome::repeated] == 1);
}

TEST_CASE("between the looks of a question turns run, and it is confirmed by what it saw last") {
  const test::TemporaryFolder folder;
  Running running(folder.path());
  std::promise<Confirmation> answered;
  std::uint64_t durable = 0;
  running.core->query([](const Core& core) { return core.desk().last_incident() > 0; },
                      [&](const auto& given) {
                        durable = running.turns_durable;
                        answered.set_value(given);
                      });
  CHECK(running.send(alert(1), "1").status == 202);
  CHECK(answered.get_future().get().kind == Confirmation::Kind::confirmed);
  CHECK(durable > 0);
}

TEST_CASE("questions that look often take turns, and one that never ends is answered by a stop") {
  const test::TemporaryFolder folder;
  Running running(folder.path());
  std::promise<Confirmation> given_up;
  running.core->query([](const Core&) { return false; },
                      [&](const auto& given) { given_up.set_value(given); });
  for (int question = 0; question < 3; ++question) {
    int looks = 0;
    std::promise<Confirmation> answered;
    running.core->query([&](const Core&) { return ++looks == 100; },
                        [&](const auto& given) { answered.set_value(given); });
    CHECK(answered.get_future().get().kind == Confirmation::Kind::confirmed);
    CHECK(looks == 100);
  }
  running.inbox.close();
  CHECK_FALSE(running.core->stop(10ms));
  CHECK(given_up.get_future().get().kind == Confirmation::Kind::refused);
}

TEST_CASE("a reader sees every write that was acknowledged") {
  const test::TemporaryFolder folder;
  Running running(folder.path());
  for (unsigned n = 1; n <= 50; ++n) {
    REQUIRE(running.send(alert(n), fmt::format("{}", n)).status == 202);
    CHECK(incidents(running) == n);
  }
}

TEST_CASE("a command is answered when its turn is durable, and refused when deskd stops") {
  const test::TemporaryFolder folder;
  Running running(folder.path());
  REQUIRE(running.send(alert(1), "1").status == 202);
  const std::uint64_t before = running.turns_durable;
  std::promise<Confirmation> answered;
  running.core->command(
      [](Core& core) {
        const desk::Actor anna{desk::Actor::Kind::claimed_person, "anna"};
        CHECK(core.act(1, {desk::ActionKind::ack, anna, "", {}}).has_value());
      },
      [&](const Confirmation& given) { answered.set_value(given); });
  CHECK(answered.get_future().get().kind == Confirmation::Kind::confirmed);
  CHECK(running.turns_durable > before);

  CHECK(running.stop());
  bool ran = false;
  std::promise<Confirmation> refused;
  running.core->command([&](Core&) { ran = true; },
                        [&](const Confirmation& given) { refused.set_value(given); });
  CHECK(refused.get_future().get().kind == Confirmation::Kind::refused);
  CHECK_FALSE(ran);
}

TEST_CASE("stopping under load answers everything that was taken in") {
  const test::TemporaryFolder folder;
  Running running(folder.path());
  std::atomic<unsigned> accepted = 0;
  std::vector<std::thread> threads;
  for (unsigned sender = 0; sender < 4; ++sender) {
    threads.emplace_back([&, sender] {
      for (unsigned n = 0; n < 200; ++n) {
        const auto answer = running.send(alert(n), fmt::format("{}-{}", sender, n));
        if (answer.status == 503) return;
        CHECK(answer.status == 202);
        ++accepted;
      }
    });
  }
  while (accepted < 20) std::this_thread::yield();
  CHECK(running.stop());
  for (auto& thread : threads) thread.join();
  for (const auto& books : running.accounts.read(false)) {
    CHECK(books.in_flight == 0);
    CHECK(books.received == books.outcomes.total());
    CHECK(books.received - books.outcomes[rules::Outcome::refused] == accepted);
  }
}

TEST_CASE(
    "a batch behind a broken one is turned away, its position too, and the books stay right") {
  using Kind = connectors::Settlement::Kind;
  const test::TemporaryFolder folder;
  Running running(folder.path());
  const auto is_broken = std::make_shared<std::atomic<bool>>(false);
  CHECK(running.offer(alert(1), is_broken).kind == Kind::durable);
  *is_broken = true;
  CHECK(running.offer(alert(2), is_broken).kind != Kind::durable);
  CHECK(running.offer(alert(3), nullptr).kind == Kind::durable);
  CHECK(incidents(running) == 2);
  const auto books = running.accounts.read(false);
  REQUIRE(books.size() == 1);
  CHECK(books[0].received == 3);
  CHECK(books[0].in_flight == 0);
  CHECK(books[0].outcomes[rules::Outcome::raised] == 2);
  CHECK(books[0].outcomes[rules::Outcome::refused] == 1);
}

TEST_CASE("what deskd reports of itself is answered when it is durable, and stands in the books") {
  const test::TemporaryFolder folder;
  {
    Running running(folder.path());
    std::promise<Confirmation> answered;
    running.core->command(
        [](Core& core) {
          core.report(
              {.type = "kafka-gap", .resource = "bus", .summary = "1,000 records are gone"});
          core.set_snmp_engine({7, "seed"});
        },
        [&](const Confirmation& given) { answered.set_value(given); });
    CHECK(answered.get_future().get().kind == Confirmation::Kind::confirmed);
    CHECK(incidents(running) == 1);
    for (const auto& books : running.accounts.read(false)) {
      if (books.source != connectors::own_source) continue;
      CHECK(books.received == 1);
      CHECK(books.in_flight == 0);
      CHECK(books.outcomes[rules::Outcome::raised] == 1);
    }
  }
  Running again(folder.path());
  again.ask([](const Core& core) {
    CHECK(core.snmp_engine().boots == 7);
    CHECK(core.snmp_engine().seed == "seed");
    CHECK(core.desk().find(1)->title == "1,000 records are gone");
  });
}

TEST_CASE("what a start changed is shown when it is durable") {
  for (int round = 0; round < 20; ++round) {
    const test::TemporaryFolder folder;
    Running running(folder.path());
    // The first start writes the names of its setup.
    const auto given = running.ask([](const Core&) {});
    CHECK(given.kind == Confirmation::Kind::confirmed);
    CHECK(running.turns_durable > 0);
  }
}

}  // namespace deskd::daemon

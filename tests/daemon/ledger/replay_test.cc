// Reading everything back: several take the records, each on a thread of its own, and whatever the
// threads do the answer is that of one who reads record after record.

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <vector>

#include "config/limits.h"
#include "daemon/ledger/alert_log.h"
#include "daemon/ledger/sqlite.h"
#include "tests/daemon/ledger/journal.h"
#include "tests/support/sample_alerts.h"

namespace deskd {
namespace {

using Apply = ledger::Ledger::Apply;
using ledger::AlertsWanted;
using ledger::CommitResult;
using ledger::Record;
using test::mentions;
using test::numbered_record;
using test::opened;

// A few of them make a batch, and all of them far more than may be read ahead.
constexpr std::uint64_t last = 60;
constexpr std::size_t record_bytes = limits::replay_batch_bytes / 3;

std::string alerts_blob(std::uint64_t seed) {
  ledger::AlertWriter writer;
  for (const auto& sample : test::sample_alerts(20, seed)) {
    writer.put(sample.alert, sample.verdict, 1, rules::Outcome::raised, seed);
  }
  return writer.take();
}

/// The records 1 to `last`; every third one accepted no alert.
std::vector<Record> sample_records() {
  auto records = test::numbered_records(1, last, record_bytes);
  for (Record& record : records) {
    if (record.number % 3 != 0) record.alerts = alerts_blob(record.number);
  }
  return records;
}

/// A ledger of those, changed by `sql` behind its back.
class SampleLedger {
 public:
  explicit SampleLedger(const std::string& sql = {},
                        const std::vector<Record>& records = sample_records()) {
    REQUIRE(opened(folder_.path())->commit(records) == CommitResult::synced);
    if (!sql.empty()) {
      auto database = ledger::Database::open(folder_.path("ledger.db"));
      REQUIRE((*database)->run(sql) == ledger::SqlResult::done);
    }
    ledger_ = opened(folder_.path());
  }

  /// Why the replay failed; empty when it did not.
  std::string replay(const std::vector<Apply>& all, const AlertsWanted& alerts = {}) {
    const auto done = ledger_->replay(all, alerts);
    return done ? std::string{} : done.error();
  }

 private:
  test::TemporaryFolder folder_;
  std::unique_ptr<ledger::Ledger> ledger_;
};

/// Takes records up to the one that it refuses (0: none), and waits for others where it is told to.
struct Taker {
  std::uint64_t refuses = 0;
  std::function<void(std::uint64_t)> before = [](std::uint64_t) {};
  std::vector<Record> seen = {};

  Apply apply() {
    return [this](const Record& record) {
      before(record.number);
      seen.push_back(record);
      return record.number != refuses;
    };
  }
};

void check_seen(const Taker& taker, std::uint64_t count) {
  const auto records = sample_records();
  REQUIRE(taker.seen.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    CAPTURE(i);
    CHECK(test::same(taker.seen[i], records[i]));
  }
}

/// `taker` does nothing before `other` has come to `number`.
void wait_for(Taker& taker, std::atomic<std::uint64_t>& other, std::uint64_t number) {
  taker.before = [&other, number](std::uint64_t) {
    for (auto at = other.load(); at < number; at = other.load()) other.wait(at);
  };
}

void tell(Taker& taker, std::atomic<std::uint64_t>& at) {
  taker.before = [&at](std::uint64_t number) {
    at = number;
    at.notify_all();
  };
}

}  // namespace

TEST_CASE("each of several gets every record whole and in order") {
  SampleLedger sample;
  Taker first, second, third;
  CHECK(sample.replay({first.apply(), second.apply(), third.apply()}).empty());
  for (const Taker* taker : {&first, &second, &third}) check_seen(*taker, last);
}

TEST_CASE("one may be ahead of another as far as records are read ahead") {
  SampleLedger sample;
  for (const bool is_first_ahead : {false, true}) {
    Taker ahead, behind;
    std::atomic<std::uint64_t> at = 0;
    tell(ahead, at);
    wait_for(behind, at, 10);
    const std::vector all = is_first_ahead ? std::vector{ahead.apply(), behind.apply()}
                                           : std::vector{behind.apply(), ahead.apply()};
    CHECK(sample.replay(all).empty());
    check_seen(ahead, last);
    check_seen(behind, last);
  }
}

TEST_CASE("of two that refuse a record the first record is named, whoever comes to it first") {
  SampleLedger sample;
  for (const std::uint64_t early : {1, 2, 3, 7, 12}) {
    CAPTURE(early);
    Taker hasty{.refuses = early + 1}, slow{.refuses = early};
    std::atomic<std::uint64_t> at = 0;
    tell(hasty, at);
    wait_for(slow, at, early + 1);
    const std::string error = sample.replay({slow.apply(), hasty.apply()});
    CHECK(mentions(error, "record " + std::to_string(early) + " of"));
    CHECK(mentions(error, "cannot apply"));
    CHECK(slow.seen.size() == early);
    CHECK(hasty.seen.size() == early + 1);
  }
}

TEST_CASE("a stop in the middle ends the others soon, however much there is to read") {
  SampleLedger sample;
  Taker stops{.refuses = 2}, goes_on;
  std::atomic<std::uint64_t> at = 0;
  tell(stops, at);
  wait_for(goes_on, at, 2);
  CHECK(mentions(sample.replay({goes_on.apply(), stops.apply()}), "record 2 of"));
  CHECK(stops.seen.size() == 2);
  CHECK(goes_on.seen.size() >= 2);
  CHECK(goes_on.seen.size() < last);
}

TEST_CASE("before a record that can't be read all others are applied, and it is named") {
  struct Row {
    const char* name;
    const char* sql;
    const char* says;
  };
  for (const Row& row : {
           Row{"states", "UPDATE record SET states = x'00' WHERE number = 40", "checksum"},
           Row{"alerts", "UPDATE record SET alerts = x'00' WHERE number = 40", "checksum"},
           Row{"time", "UPDATE record SET at = at + 1 WHERE number = 40", "checksum"},
           Row{"gap", "DELETE FROM record WHERE number = 40", "missing"},
       }) {
    CAPTURE(row.name);
    SampleLedger sample(row.sql);
    for (const AlertsWanted& wanted : {AlertsWanted{}, AlertsWanted{.records = 1}}) {
      Taker first, second;
      const std::string error = sample.replay({first.apply(), second.apply()}, wanted);
      CAPTURE(error);
      CHECK(mentions(error, "record 40 of"));
      CHECK(mentions(error, row.says));
      CHECK(first.seen.size() == 39);
      CHECK(second.seen.size() == 39);
    }
    // A record that is refused before that one is the first fault.
    Taker first, second{.refuses = 39};
    CHECK(mentions(sample.replay({first.apply(), second.apply()}), "record 39 of"));
  }
}

TEST_CASE("alerts come with the last records alone, as many as are wanted") {
  SampleLedger sample;
  const auto records = sample_records();
  const auto with_alerts = [&](const AlertsWanted& wanted) {
    Taker taker;
    CHECK(sample.replay({taker.apply()}, wanted).empty());
    std::vector<std::uint64_t> numbers;
    REQUIRE(taker.seen.size() == last);
    for (const Record& record : taker.seen) {
      const Record& written = records[record.number - 1];
      CHECK(record.states == written.states);
      if (record.alerts.empty()) continue;
      CHECK(record.alerts == written.alerts);
      numbers.push_back(record.number);
    }
    return numbers;
  };
  using Numbers = std::vector<std::uint64_t>;
  const std::size_t one = records[last - 2].alerts.size();  // the last record accepted none
  CHECK(with_alerts({.records = 3}) == Numbers{56, 58, 59});
  CHECK(with_alerts({.bytes = 1}) == Numbers{59});
  CHECK(with_alerts({.bytes = one}) == Numbers{59});
  CHECK(with_alerts({.bytes = one + 1}) == Numbers{58, 59});
  CHECK(with_alerts({.records = 1, .bytes = one + 1}) == Numbers{59});
  CHECK(with_alerts({.records = 0}).empty());
  CHECK(with_alerts({}).size() == 40);
  CHECK(with_alerts({.records = 1'000}).size() == 40);
}

TEST_CASE("records without any alert or any state come back when alerts are wanted") {
  std::vector<Record> records = test::numbered_records(1, 5);
  records[2].states.clear();
  records[2].alerts = alerts_blob(3);
  SampleLedger sample({}, records);
  Taker taker;
  CHECK(sample.replay({taker.apply()}, {.records = 1}).empty());
  REQUIRE(taker.seen.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK(test::same(taker.seen[i], records[i]));
}

TEST_CASE("records of every small size come back") {
  std::vector<Record> records;
  for (std::uint64_t number = 1; number <= 200; ++number) {
    records.push_back(numbered_record(number, number - 1));
  }
  SampleLedger sample({}, records);
  Taker taker;
  CHECK(sample.replay({taker.apply()}).empty());
  REQUIRE(taker.seen.size() == records.size());
  for (std::size_t i = 0; i < records.size(); ++i) CHECK(test::same(taker.seen[i], records[i]));
}

TEST_CASE("alerts of a newer deskd are refused where they are wanted") {
  auto records = test::numbered_records(1, 3);
  records[1].alerts = alerts_blob(1);
  records[1].alerts[0] = 2;
  SampleLedger sample({}, records);
  Taker taker;
  const std::string error = sample.replay({taker.apply()}, {.records = 1});
  CHECK(mentions(error, "record 2 of"));
  CHECK(mentions(error, "format version 2"));
}

TEST_CASE("an empty ledger has nothing to give") {
  SampleLedger sample({}, {});
  Taker first, second;
  CHECK(sample.replay({first.apply(), second.apply()}, {.records = 1}).empty());
  CHECK(first.seen.empty());
  CHECK(second.seen.empty());
}

}  // namespace deskd

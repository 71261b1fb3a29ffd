#include "connectors/kafka/record_batch.h"

#include <doctest/doctest.h>

#include <span>
#include <string>
#include <vector>

#include "config/limits.h"
#include "tests/support/decode.h"

using namespace deskd;
using namespace deskd::connectors;
using namespace std::chrono_literals;

namespace {

constexpr const char* with_envelope = R"(mapping:
  resource: /host
  type: {kafka: topic}
  key: {kafka: key}
  time: /at
  labels: {partition: {kafka: partition}, offset: {kafka: offset}, site: {kafka: headers.site}})";

/// A source, a setup without rules, and records to make batches of.
struct Topic {
  explicit Topic(std::string_view yaml = with_envelope) {
    config::Problems problems;
    auto judging = std::make_shared<Judging>();
    judging->rules = rules::RuleSet::compile({}, {}, problems);
    Source& source = judging->sources.emplace_back();
    source.name = "bus";
    source.kind = SourceKind::kafka;
    source.reader = tests::make_format("generic", yaml, SourceKind::kafka);
    setup = std::move(judging);
  }

  Record& add(std::string_view value, rules::Time at = now, std::int32_t partition = 0) {
    Record& record = records.emplace_back();
    record.value = value;
    record.envelope.topic = "alerts";
    record.envelope.partition = partition;
    record.envelope.offset = static_cast<std::int64_t>(records.size()) + 99;
    record.envelope.timestamp = at;
    return record;
  }

  std::unique_ptr<Batch> make() {
    return make_record_batch(records, {setup->sources.front(), setup, accounts, now});
  }
  SourceBooks books() const { return accounts.read(true).at(0); }

  static constexpr rules::Time now = tests::received_at;
  std::shared_ptr<const Judging> setup;
  std::vector<Record> records;
  Accounts accounts;
};

/// `{"note":"nnn","checks":[CHECK,CHECK]}`: so many checks, which become an alert each.
std::string message(std::size_t note_bytes, std::string_view check, int checks) {
  std::string text = R"({"note":")" + std::string(note_bytes, 'n') + R"(","checks":[)";
  for (int i = 0; i < checks; ++i) text.append(i == 0 ? "" : ",").append(check);
  return text + "]}";
}

/// The batch of a message that becomes too much, between two that don't.
std::unique_ptr<Batch> make_around(Topic& topic, std::string_view bomb) {
  topic.add(R"({"checks":[{"host":"before"}]})");
  topic.add(bomb);
  topic.add(R"({"checks":[{"host":"after"}]})");
  auto batch = topic.make();
  REQUIRE(batch->alerts.size() == 2);
  REQUIRE(batch->verdicts.size() == 2);
  REQUIRE(batch->dead_letters.size() == 1);
  CHECK(topic.books().outcomes[rules::Outcome::malformed] == 1);
  return batch;
}

std::string_view label(const rules::Alert& alert, std::string_view name) {
  return rules::find_label(alert.labels, name);
}

}  // namespace

TEST_CASE("many records are one batch: decoded, judged and in the books") {
  Topic topic;
  topic.add(R"({"host":"edge-1"})", Topic::now - 3h);
  topic.add(R"([{"host":"edge-2"},{"host":"edge-3"}])", Topic::now - 2h);
  const auto batch = topic.make();
  REQUIRE(batch->alerts.size() == 3);
  CHECK(batch->verdicts.size() == 3);
  CHECK(batch->elements.size() == 3);
  CHECK(batch->source == "bus");
  CHECK(batch->setup == topic.setup);
  CHECK(batch->received_at == Topic::now);
  CHECK(batch->alerts[0].source == "bus");
  CHECK(batch->alerts[0].resource == "edge-1");
  CHECK(batch->alerts[0].received_at == Topic::now - 3h);
  CHECK(batch->alerts[2].resource == "edge-3");
  CHECK(batch->alerts[2].received_at == Topic::now - 2h);
  CHECK(topic.books().received == 3);
  CHECK(topic.books().in_flight == 3);
  CHECK(batch->received().substr(batch->elements[2].offset).starts_with(R"({"host":"edge-3"})"));
}

TEST_CASE("what stands beside the value is read by the mapping, and outlives the record") {
  Topic topic;
  std::string key = "edge-1/ping", site = "north", value = R"({"host":"edge-1"})";
  KafkaHeader header{"site", site};
  Record& record = topic.add(value, Topic::now, 7);
  record.envelope.key = key;
  record.envelope.headers = {&header, 1};
  const auto batch = topic.make();
  key.assign(key.size(), '?');
  site.assign(site.size(), '?');
  value.assign(value.size(), '?');
  header = {};
  REQUIRE(batch->alerts.size() == 1);
  const rules::Alert& alert = batch->alerts[0];
  CHECK(alert.resource == "edge-1");
  CHECK(alert.key == "edge-1/ping");
  CHECK(alert.type == "alerts");
  CHECK(label(alert, "partition") == "7");
  CHECK(label(alert, "offset") == "100");
  CHECK(label(alert, "site") == "north");
}

TEST_CASE("records of several partitions stand in the order of their times, each in its own") {
  Topic topic;
  topic.add(R"({"host":"a1"})", Topic::now - 10min, 0);
  topic.add(R"({"host":"a2"})", Topic::now - 5min, 0);
  topic.add(R"({"host":"a3"})", Topic::now - 8min, 0);  // its producer's clock went back
  topic.add(R"({"host":"b1"})", Topic::now - 9min, 1);
  topic.add(R"({"host":"b2"})", Topic::now - 5min, 1);
  topic.add(R"({"host":"b3"})", Topic::now - 1min, 1);
  std::string order;
  for (const auto batch = topic.make(); const rules::Alert& alert : batch->alerts) {
    order += std::string(alert.resource) + " ";
  }
  CHECK(order == "a1 b1 a2 a3 b2 b3 ");
}

TEST_CASE("a record's time is the receipt: bounded by now, which stands in for none") {
  Topic topic;
  topic.add(R"({"host":"a"})", Topic::now + 5h);
  topic.add(R"({"host":"b"})", rules::Time{});
  topic.add(R"({"host":"c","at":"2099-01-01T00:00:00Z"})", Topic::now - 3h);
  const auto batch = topic.make();
  REQUIRE(batch->alerts.size() == 3);
  CHECK(batch->alerts[0].received_at == Topic::now);
  CHECK(batch->alerts[1].received_at == Topic::now);
  CHECK(batch->alerts[2].received_at == Topic::now - 3h);
  CHECK(batch->alerts[2].event_at == Topic::now - 3h + topic.setup->max_skew);
  CHECK(topic.books().event_time_clamped == 1);
}

TEST_CASE("a poisonous value becomes a dead letter, and what is good in it is taken") {
  Topic topic;
  topic.add(R"({"host":"good"})");
  topic.add(R"({,})").envelope.key = "k";
  topic.add(R"([{"host":"fine"},{"host":[]}])", Topic::now - 1h, 3);
  topic.add("\xff\xfe");
  topic.add("");
  topic.add(R"({"host":"last"})");
  const auto batch = topic.make();
  REQUIRE(batch->alerts.size() == 3);
  CHECK(batch->alerts[0].resource == "fine");
  CHECK(batch->alerts[1].resource == "good");
  CHECK(batch->alerts[2].resource == "last");
  REQUIRE(batch->dead_letters.size() == 4);
  const DeadLetter& first = batch->dead_letters[1];
  CHECK(first.topic == "alerts");
  CHECK(first.partition == 0);
  CHECK(first.offset == 101);
  CHECK(first.key == "k");
  CHECK(first.value == "{,}");
  CHECK(first.reason.starts_with("not JSON at line 1, column 2"));
  const DeadLetter& partial = batch->dead_letters[0];
  CHECK(partial.partition == 3);
  CHECK(partial.at == Topic::now - 1h);
  CHECK(partial.reason ==
        "1 of 2 alerts are malformed, the others were taken: /1/host: text, a number or true or "
        "false expected, not a list");
  const SourceBooks books = topic.books();
  CHECK(books.received == 7);
  CHECK(books.in_flight == 3);
  CHECK(books.outcomes[rules::Outcome::malformed] == 4);
  CHECK(books.refusals.at(0).reason == "malformed");
  const auto turned_away = topic.accounts.turned_away().read();
  REQUIRE(turned_away.size() == 4);
  CHECK(turned_away[3]->sender == "alerts[3]@102");
  CHECK(turned_away[3]->raw == R"({"host":[]})");
}

TEST_CASE("a value that is too large is a dead letter of its beginning") {
  Topic topic;
  const std::string huge(limits::kafka_value_bytes_max + 1, ' ');
  const std::string largest =
      R"({"host":"big"})" + std::string(limits::kafka_value_bytes_max - 14, ' ');
  topic.add(huge);
  topic.add(largest);
  const auto batch = topic.make();
  REQUIRE(batch->alerts.size() == 1);
  CHECK(batch->alerts[0].resource == "big");
  REQUIRE(batch->dead_letters.size() == 1);
  CHECK(batch->dead_letters[0].reason == "the value has 16777217 bytes, 16777216 are taken");
  CHECK(batch->dead_letters[0].value.size() == limits::dead_letter_bytes_max);
}

TEST_CASE("nulls say nothing of alerts") {
  Topic topic;
  topic.add("").is_null = true;
  topic.add(R"({"host":"a"})");
  const auto batch = topic.make();
  CHECK(batch->alerts.size() == 1);
  CHECK(batch->dead_letters.empty());
  CHECK(topic.books().received == 1);
}

TEST_CASE("a flood of poison is bounded in what is shown, not in what is counted") {
  Topic topic;
  std::string bad = "[";
  for (int i = 0; i < 200; ++i) bad += i == 0 ? "{\"host\":[]}" : ",{\"host\":[]}";
  bad += "]";
  for (int i = 0; i < 100; ++i) topic.add(bad);
  const auto batch = topic.make();
  CHECK(batch->alerts.empty());
  CHECK(batch->dead_letters.size() == 100);
  CHECK(topic.books().outcomes[rules::Outcome::malformed] == 20'000);
  CHECK(topic.accounts.turned_away().read().size() <= limits::turned_away_max);
}

TEST_CASE("a few bytes that become too much are a dead letter, and what follows is read") {
  Topic topic(R"(mapping: {each: /checks, resource: /host, summary: ^/note})");
  const auto batch = make_around(topic, message(60'000, R"({"host":"h"})", 10'001));
  CHECK(batch->alerts[1].resource == "after");
  CHECK(batch->dead_letters[0].offset == 101);
  CHECK(batch->dead_letters[0].reason ==
        "its alerts state more than 256 MiB of text, what they share counted for each of them");
}

TEST_CASE("what the judge adds counts too: then all that a message brought is taken out again") {
  Topic topic(R"(mapping: {each: /checks, resource: [/host, ^/note]})");
  // As decoded it has room; with the identity of each alert it has none.
  const auto batch = make_around(topic, message(60'000, "1", 4'300));
  CHECK(batch->elements.size() == 2);
  CHECK(batch->written < 10'000);
  CHECK(batch->verdicts[1].alert.resource == "after");
  CHECK(batch->dead_letters[0].taken.empty());
  CHECK(topic.books().received == 3);
}

TEST_CASE("once a batch is full, the last records of each partition are left") {
  Topic topic(R"(mapping: {each: /checks, resource: /host, summary: ^/note})");
  const std::string wide = message(10'000, R"({"host":"h"})", 100);
  for (int i = 0; i < 20; ++i) topic.add(wide, Topic::now - 1h + i * 1s, i % 2);
  std::vector<std::size_t> left;
  RecordBatchPlan plan{topic.setup->sources.front(), topic.setup, topic.accounts, Topic::now};
  plan.left = &left;
  const auto batch = make_record_batch(topic.records, plan);
  CHECK(batch->alerts.size() == 400);  // 4 messages of 1.1 MB
  REQUIRE(left.size() == 16);
  for (std::size_t i = 0; i < left.size(); ++i) CHECK(left[i] == 4 + i);
  CHECK(topic.books().received == 400);
  CHECK(batch->bytes() > limits::turn_bytes_max);
}

TEST_CASE("a dead letter has the headers that its format does not read") {
  Topic topic("mapping: {resource: /host}");
  const KafkaHeader header{"site", "north"};
  topic.add(R"({"host":"good"})");
  topic.add("{,}").envelope.key = "k";
  RecordBatchPlan plan{topic.setup->sources.front(), topic.setup, topic.accounts, Topic::now};
  plan.headers_of = [&](std::size_t place) {
    CHECK(place == 1);
    return std::span(&header, 1);
  };
  const auto batch = make_record_batch(topic.records, plan);
  REQUIRE(batch->dead_letters.size() == 1);
  CHECK(batch->dead_letters[0].key == "k");
  REQUIRE(batch->dead_letters[0].headers.size() == 1);
  CHECK(batch->dead_letters[0].headers[0].second == "north");
}

TEST_CASE("an empty batch is there for positions and time") {
  Topic topic;
  const auto batch =
      make_empty_batch({topic.setup->sources.front(), topic.setup, topic.accounts, Topic::now});
  CHECK(batch->alerts.empty());
  CHECK(batch->source == "bus");
  CHECK(batch->received_at == Topic::now);
}

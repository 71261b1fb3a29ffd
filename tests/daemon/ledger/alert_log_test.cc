#include "daemon/ledger/alert_log.h"

#include <doctest/doctest.h>

#include "tests/support/random_values.h"
#include "tests/support/sample_alerts.h"

namespace deskd {
namespace {

using test::RandomValues;

/// An alert with random contents, and the texts behind it.
struct RandomAlert {
  std::vector<std::string> texts;
  std::vector<rules::Label> labels, annotations;
  std::vector<rules::Stated> stated;
  rules::Alert alert;
  rules::Verdict verdict;
  rules::SetupNumber setup = 0;
  rules::Outcome outcome = rules::Outcome::unmatched;
  rules::AlarmId alarm = 0;

  explicit RandomAlert(RandomValues& random) {
    texts.resize(64);
    for (std::string& text : texts) text = random.text();
    std::size_t used = 0;
    const auto text = [&] { return std::string_view(texts[used++]); };
    const auto label = [&] { return rules::Label{text(), text()}; };
    labels = random.list(label);
    annotations = random.list(label);
    stated = random.list([&] {
      return rules::Stated{random.one_of(rules::Decision::stop), random.rule(), text(), text()};
    });
    alert = {.source = text(),
             .sender = text(),
             .key = text(),
             .status = random.one_of(rules::Status::resolved),
             .severity = random.one_of(rules::Severity::critical),
             .type = text(),
             .resource = text(),
             .qualifier = text(),
             .summary = text(),
             .labels = labels,
             .annotations = annotations,
             .received_at = random.time(),
             .event_at = random.time(),
             .starts_at = random.time(),
             .ends_at = random.time()};
    verdict.stated = stated;
    verdict.priority = random.number<std::uint8_t>();
    setup = random.number<rules::SetupNumber>();
    outcome = random.one_of(rules::Outcome::unmatched);
    alarm = random.number();
  }
  RandomAlert(const RandomAlert&) = delete;

  void put(ledger::AlertWriter& writer) const { writer.put(alert, verdict, setup, outcome, alarm); }
};

// Members by name: one that is added to Alert and forgotten here does not compile.
auto fields(const rules::Alert& alert) {
  const auto& [source, sender, key, status, severity, type, resource, qualifier, summary, labels,
               annotations, received_at, event_at, starts_at, ends_at] = alert;
  return std::tuple(source, sender, key, status, severity, type, resource, qualifier, summary,
                    std::vector(labels.begin(), labels.end()),
                    std::vector(annotations.begin(), annotations.end()), received_at, event_at,
                    starts_at, ends_at);
}

auto fields(const std::vector<rules::Stated>& all) {
  std::vector<std::tuple<rules::Decision, rules::RuleNumber, std::string_view, std::string_view>>
      list;
  for (const auto& [decision, rule, name, value] : all)
    list.emplace_back(decision, rule, name, value);
  return list;
}

bool same(const RandomAlert& written, const ledger::LoggedAlert& read) {
  return fields(written.alert) == fields(read.alert) &&
         fields(written.stated) == fields(read.stated) && written.setup == read.setup &&
         written.verdict.priority == read.priority && written.outcome == read.outcome &&
         written.alarm == read.alarm;
}

/// How many alerts come out of a copy of exactly its size; nothing when it is damaged.
std::optional<std::size_t> count_in(std::string_view bytes) {
  const std::vector<char> exact(bytes.begin(), bytes.end());
  std::size_t count = 0;
  const bool whole =
      ledger::read_alerts({exact.data(), exact.size()}, [&](const ledger::LoggedAlert& logged) {
        std::size_t sum = logged.alert.summary.size();
        for (const auto& label : logged.alert.labels) sum += label.name.size() + label.value.size();
        return ++count + sum > 0;
      });
  return whole ? std::optional(count) : std::nullopt;
}

std::string sample_blob(std::size_t count) {
  ledger::AlertWriter writer;
  for (const auto& sample : test::sample_alerts(count, 4)) {
    writer.put(sample.alert, sample.verdict, 1, rules::Outcome::merged, 4711);
  }
  return writer.take();
}

}  // namespace

TEST_CASE("every alert comes back as it was decoded, with its verdict and outcome") {
  RandomValues random(1);
  for (int round = 0; round < 200; ++round) {
    std::deque<RandomAlert> written;
    ledger::AlertWriter writer;
    for (int i = 0; i < 8; ++i) written.emplace_back(random).put(writer);

    std::size_t read = 0;
    const bool whole = ledger::read_alerts(writer.take(), [&](const ledger::LoggedAlert& logged) {
      CAPTURE(round);
      REQUIRE(same(written.at(read), logged));
      ++read;
      return true;
    });
    CHECK(whole);
    CHECK(read == written.size());
  }
}

TEST_CASE("reading ends when the reader has seen enough") {
  std::size_t seen = 0;
  CHECK(ledger::read_alerts(sample_blob(10), [&](const auto&) { return ++seen < 3; }));
  CHECK(seen == 3);
}

TEST_CASE("a log without alerts is empty") {
  ledger::AlertWriter writer;
  CHECK(writer.empty());
  CHECK(writer.take().empty());
  CHECK(count_in({}) == 0);
  CHECK(ledger::alerts_problem({}).empty());
}

TEST_CASE("a log cut short is damaged, unless it was cut between two alerts") {
  const std::string one = sample_blob(1);
  const std::string two = sample_blob(2);
  for (std::size_t size = 0; size <= two.size(); ++size) {
    CAPTURE(size);
    const auto count = count_in(std::string_view(two).substr(0, size));
    if (size <= 1) {
      CHECK(count == 0);
    } else if (size == one.size()) {
      CHECK(count == 1);
    } else if (size == two.size()) {
      CHECK(count == 2);
    } else {
      CHECK_FALSE(count);
    }
  }
}

TEST_CASE("bytes of a log changed at random never crash the reader") {
  RandomValues random(2);
  const std::string whole = sample_blob(3);
  for (int round = 0; round < 5'000; ++round) {
    std::string blob = whole;
    for (std::uint64_t i = 0; i <= random.below(6); ++i) {
      blob[random.below(blob.size())] = static_cast<char>(random.number());
    }
    if (const auto count = count_in(blob)) CHECK(*count <= 3);
  }
}

TEST_CASE("a log of a newer deskd is refused by name") {
  std::string newer = sample_blob(1);
  newer[1] = 2;
  CHECK_FALSE(count_in(newer));
  CHECK(ledger::alerts_problem(newer).find("kind 2") != std::string::npos);
  newer[0] = 9;
  CHECK_FALSE(count_in(newer));
  CHECK(ledger::alerts_problem(newer).find("format version 9") != std::string::npos);
}

TEST_CASE("a list that claims more than it holds takes no memory for it") {
  rules::Alert alert;
  ledger::AlertWriter writer;
  writer.put(alert, {}, 0, rules::Outcome::merged, 0);
  std::string blob = writer.take();
  // Behind the head: 3 texts, 2 words, 4 texts, 4 times, one byte each; then the count of labels.
  const std::size_t labels_at = 1 + 5 + 13;
  REQUIRE(blob[labels_at] == 0);
  blob.replace(labels_at, 1, "\xff\xff\xff\xff\x0f");
  blob[2] = static_cast<char>(blob.size() - 6);
  CHECK_FALSE(count_in(blob));
}

}  // namespace deskd

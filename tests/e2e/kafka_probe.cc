// A Kafka source with next to nothing around it: what it offers is written to a file, as a ledger
// would, and only then settled. It can be killed at any moment and goes on from that file.
//
//   kafka_probe BROKERS TOPIC[,TOPIC…] JOURNAL [end|beginning|EPOCH_MS] [PROPERTY=VALUE…]
//
// Commands on stdin, a line each: hold, release (the inbox), lose N (the next N batches never
// become durable), state (prints a line of JSON), quit.

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <thread>

#include "config/yaml.h"
#include "connectors/format/format.h"
#include "connectors/kafka/kafka_source.h"

namespace {

using namespace deskd;
using namespace deskd::connectors;
namespace json = boost::json;

constexpr const char* mapping_yaml = R"(mapping:
  resource: [/resource, {kafka: topic}]
  type: /type
  key: [/key, {kafka: key}]
  severity: /severity
  labels: {partition: {kafka: partition}, site: {kafka: headers.site}})";

rules::Time wall_clock() {
  return std::chrono::time_point_cast<rules::Duration>(std::chrono::system_clock::now());
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    parts.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

std::shared_ptr<const KafkaSettings> read_settings(int count, char** arguments) {
  auto settings = std::make_shared<KafkaSettings>();
  settings->brokers = arguments[1];
  settings->topics = split(arguments[2]);
  const std::string start = count > 4 ? arguments[4] : "end";
  using From = KafkaSettings::Start::From;
  if (start == "beginning") settings->start.from = From::beginning;
  if (start.find_first_not_of("0123456789") == std::string::npos) {
    settings->start = {From::time, rules::Time{std::chrono::milliseconds{std::stoll(start)}}};
  }
  for (int i = 5; i < count; ++i) {
    const std::string property = arguments[i];
    const std::size_t equals = property.find('=');
    settings->properties.emplace_back(property.substr(0, equals), property.substr(equals + 1));
  }
  return settings;
}

std::shared_ptr<const Judging> make_setup(std::shared_ptr<const KafkaSettings> settings) {
  config::Problems problems;
  auto judging = std::make_shared<Judging>();
  judging->number = 1;
  judging->rules = rules::RuleSet::compile({}, {}, problems);
  Source source;
  source.name = "bus";
  source.kind = SourceKind::kafka;
  source.format = "generic";
  source.kafka = std::move(settings);
  const auto file =
      std::make_shared<const config::SourceFile>(config::SourceFile{"probe.yaml", mapping_yaml});
  const auto node = config::parse_yaml(file, problems);
  config::MapReader reader(*node, problems, "a source");
  source.reader = make_format("generic", {SourceKind::kafka, reader, problems});
  if (!problems.empty()) std::fputs(problems.text().c_str(), stderr);
  judging->sources.push_back(std::move(source));
  return judging;
}

/// A line of JSON for each batch; a torn last line never happened.
class Journal {
 public:
  explicit Journal(const std::string& path) {
    read(path);
    file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  }
  ~Journal() { ::close(file_); }

  StoredPositions stored() const {
    StoredPositions stored;
    for (const auto& [at, next] : next_) stored.partitions.push_back({at.first, at.second, next});
    return stored;
  }

  void write(const Batch& batch) {
    json::array alerts, positions, dead;
    for (const rules::Alert& alert : batch.alerts) {
      json::object labels;
      for (const rules::Label& label : alert.labels) labels[label.name] = label.value;
      alerts.push_back({alert.key, milliseconds(alert.received_at), std::move(labels)});
    }
    for (const KafkaPosition& one : batch.positions) {
      positions.push_back({one.topic, one.partition, one.next, one.restarted});
    }
    for (const DeadLetter& one : batch.dead_letters) {
      dead.push_back(json::object{{"offset", one.offset},
                                  {"partition", one.partition},
                                  {"reason", one.reason},
                                  {"bytes", one.value.size()}});
    }
    const std::string line = json::serialize(json::object{{"alerts", std::move(alerts)},
                                                          {"positions", std::move(positions)},
                                                          {"dead", std::move(dead)},
                                                          {"at", milliseconds(batch.received_at)},
                                                          {"watermark", watermark_of(batch)}}) +
                             "\n";
    if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  }

 private:
  static std::int64_t milliseconds(rules::Time time) {
    return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
  }

  /// 0: live; a known time is never that.
  static std::int64_t watermark_of(const Batch& batch) {
    return std::chrono::ceil<std::chrono::milliseconds>(batch.watermark.time_since_epoch()).count();
  }

  void read(const std::string& path) {
    std::ifstream in(path);
    std::string line;
    std::size_t whole = 0;
    while (std::getline(in, line) && !in.eof()) {
      whole += line.size() + 1;
      const json::value record = json::parse(line);
      for (const auto& value : record.at("positions").as_array()) {
        const auto& one = value.as_array();
        next_[{std::string(one[0].as_string()), static_cast<std::int32_t>(one[1].as_int64())}] =
            one[2].as_int64();
      }
    }
    if (in.is_open() && ::truncate(path.c_str(), static_cast<off_t>(whole)) != 0) std::abort();
  }

  std::map<std::pair<std::string, std::int32_t>, std::int64_t> next_;
  int file_ = -1;
};

/// What stands in for the core.
class Core {
 public:
  Core(Inbox& inbox, Accounts& accounts, Journal& journal)
      : inbox_(inbox), accounts_(accounts), journal_(journal) {}

  void run() {
    while (!is_stopping) {
      const auto batches = inbox_.take(limits::turn_bytes_max);
      for (const auto& batch : batches) settle(*batch);
      if (batches.empty()) std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
  }

  std::atomic<bool> is_stopping = false;
  std::atomic<int> to_lose = 0;

 private:
  void settle(Batch& batch) {
    const bool is_lost = batch.must_be_turned_away() || (to_lose > 0 && to_lose-- > 0);
    rules::OutcomeCounts outcomes;
    outcomes[is_lost ? rules::Outcome::refused : rules::Outcome::raised] = batch.alerts.size();
    if (!is_lost) journal_.write(batch);
    accounts_.settled(batch.source, outcomes);
    using Kind = Settlement::Kind;
    batch.receipt.settle({.kind = is_lost ? Kind::full : Kind::durable, .status = 0, .answer = {}});
  }

  Inbox& inbox_;
  Accounts& accounts_;
  Journal& journal_;
};

void print_state(const KafkaSource& source, const Accounts& accounts, const Inbox& inbox) {
  const KafkaView view = source.view();
  json::object lag;
  std::uint64_t total = 0;
  for (const PartitionLag& one : view.lags) {
    json::value known;
    if (one.is_known) known = one.lag;
    lag[one.topic + "/" + std::to_string(one.partition)] = std::move(known);
    total += one.lag;
  }
  json::object books;
  for (const SourceBooks& one : accounts.read(false)) {
    books = {{"received", one.received},
             {"in_flight", one.in_flight},
             {"malformed", one.outcomes[rules::Outcome::malformed]},
             {"refused", one.outcomes[rules::Outcome::refused]},
             {"settled", one.outcomes.total()}};
  }
  std::cout << json::serialize(json::object{{"state", view.state},
                                            {"detail", view.detail},
                                            {"records", view.counts.records},
                                            {"nulls", view.counts.nulls},
                                            {"dead", view.counts.dead_letters},
                                            {"gaps", view.counts.gaps},
                                            {"lost", view.counts.records_lost},
                                            {"read_again", view.counts.times_read_again},
                                            {"renewals", view.counts.renewals},
                                            {"total_lag", total},
                                            {"lag", std::move(lag)},
                                            {"waiting", inbox.fill().front().bytes},
                                            {"books", std::move(books)}})
            << std::endl;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) return 2;
  const auto setup = make_setup(read_settings(count, arguments));
  Journal journal(arguments[3]);
  Accounts accounts;
  Inbox inbox(nullptr);
  inbox.set_lane("bus", limits::lane_bytes_default);
  Core core(inbox, accounts, journal);
  std::thread core_thread([&] { core.run(); });
  KafkaSource source({.source = "bus",
                      .setup = [&] { return setup; },
                      .accounts = accounts,
                      .inbox = inbox,
                      .clock = wall_clock,
                      .stored = journal.stored(),
                      .on_log =
                          [](KafkaLogLevel, std::string_view text) {
                            std::cerr << std::string(text) + "\n" << std::flush;
                          }});
  source.start();
  std::string command;
  while (std::cin >> command && command != "quit") {
    if (command == "hold") inbox.hold(true);
    if (command == "release") inbox.hold(false);
    if (command == "lose") {
      int batches = 0;
      std::cin >> batches;
      core.to_lose = batches;
    }
    if (command == "state") print_state(source, accounts, inbox);
  }
  source.stop();
  while (!inbox.empty()) std::this_thread::sleep_for(std::chrono::milliseconds{2});
  core.is_stopping = true;
  core_thread.join();
  return 0;
}

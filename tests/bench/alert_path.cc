// The way of an alert through deskd on one thread, without socket, clock or disk: decode, judge,
// correlate and desk, encode. For instructions.py, which counts what it costs.
//
//   alert_path CONFIG ALERTS [--new]      --new: each alert is of a thing never told of

#include <fmt/core.h>

#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/check.h"
#include "connectors/format/format.h"
#include "connectors/judged_batch.h"
#include "daemon/core/core.h"
#include "daemon/core/current_setup.h"
#include "tests/bench/load/alert_corpus.h"

namespace {

using namespace deskd;

constexpr std::size_t alerts_in_a_batch = 64;
constexpr std::size_t batches_in_a_turn = 4;
constexpr std::size_t distinct = 1000;
constexpr rules::Time start{std::chrono::seconds{1'795'334'400}};  // 2026-11-22T08:00:00Z
constexpr auto turn_every = std::chrono::milliseconds{1};

struct Body {
  std::string text;
  std::vector<bench::AlertPlaces> alerts;
};

std::vector<Body> make_bodies() {
  const bench::AlertCorpus corpus(std::chrono::time_point_cast<std::chrono::milliseconds>(start));
  std::vector<Body> bodies((distinct + alerts_in_a_batch - 1) / alerts_in_a_batch);
  std::size_t n = 0;
  for (Body& body : bodies) {
    for (std::size_t i = 0; i < alerts_in_a_batch; ++i) {
      body.text += i == 0 ? '[' : ',';
      body.alerts.push_back(corpus.append(body.text, n++ % distinct));
    }
    body.text += ']';
  }
  return bodies;
}

class AlertPath {
 public:
  explicit AlertPath(std::shared_ptr<daemon::Setup> setup) : setup_(std::move(setup)) {
    core_.recovered(setup_, start);
    core_.begin(start);
    core_.finish();
  }

  /// Returns the bytes of the records.
  std::size_t run(std::size_t alerts, bool all_new) {
    std::size_t bytes = 0, batch = 0;
    for (rules::Time now = start; batch * alerts_in_a_batch < alerts; now += turn_every) {
      core_.begin(now);
      core_.expire();
      for (std::size_t i = 0; i < batches_in_a_turn; ++i, ++batch) {
        Body& body = bodies_[batch % bodies_.size()];
        if (all_new) make_new(body);
        core_.take(judged(body.text, now));
      }
      const daemon::Turn turn = core_.finish();
      bytes += turn.record.alerts.size() + turn.record.states.size();
    }
    return bytes;
  }

 private:
  void make_new(Body& body) {
    for (const auto& places : body.alerts) bench::write_host(body.text, places, next_host_++);
  }

  std::unique_ptr<connectors::Batch> judged(const std::string& body, rules::Time now) const {
    auto batch = std::make_unique<connectors::Batch>(body);
    const connectors::Source& source = *setup_->judging.alertmanager_api();
    batch->source = source.name;
    batch->setup = daemon::judging_of(setup_);
    batch->received_at = now;
    const auto decoded = connectors::decode(source, setup_->judging, *batch);
    DESKD_CHECK(decoded.malformed == 0 && batch->alerts.size() == alerts_in_a_batch);
    connectors::judge(*batch);
    batch->receipt = connectors::Receipt([](connectors::Settlement) {});
    return batch;
  }

  std::shared_ptr<daemon::Setup> setup_;
  daemon::Core core_;
  std::vector<Body> bodies_ = make_bodies();
  std::uint32_t next_host_ = bench::first_new_host;
};

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  const bool all_new = argc == 4 && std::string_view(arguments[3]) == "--new";
  if (argc != 3 && !all_new) {
    fmt::print(stderr, "usage: alert_path CONFIG ALERTS [--new]\n");
    return 2;
  }
  config::Problems problems;
  std::shared_ptr<daemon::Setup> setup = daemon::load_setup(arguments[1], problems);
  if (!setup) {
    fmt::print(stderr, "{}", problems.text());
    return 1;
  }
  AlertPath path(std::move(setup));
  const std::size_t alerts = std::strtoull(arguments[2], nullptr, 10);
  fmt::print("{} bytes of records\n", path.run(alerts, all_new));
}

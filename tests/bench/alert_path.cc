// The way of an alert through deskd on one thread, without socket, clock or disk: decode, judge,
// correlate and desk, encode. For instructions.py, which counts what it costs.
//
//   alert_path CONFIG ALERTS [--new]      --new: each alert is of a thing never told of

#include <fmt/core.h>

#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/core/core.h"
#include "tests/bench/alert_batches.h"

namespace {

using namespace deskd;
using bench::alerts_in_a_batch, bench::start;

constexpr std::size_t batches_in_a_turn = 4;
constexpr std::size_t distinct = 1000;
constexpr auto turn_every = std::chrono::milliseconds{1};

std::vector<bench::Body> make_bodies() {
  std::vector<bench::Body> bodies;
  for (std::size_t n = 0; n < distinct; n += alerts_in_a_batch) {
    bodies.push_back(bench::make_body(n, distinct));
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
        bench::Body& body = bodies_[batch % bodies_.size()];
        if (all_new) make_new(body);
        core_.take(bench::judged(setup_, body.text, now));
      }
      const daemon::Turn turn = core_.finish();
      bytes += turn.record.alerts.size() + turn.record.states.size();
    }
    return bytes;
  }

 private:
  void make_new(bench::Body& body) {
    for (const auto& places : body.alerts) bench::write_host(body.text, places, next_host_++);
  }

  std::shared_ptr<daemon::Setup> setup_;
  daemon::Core core_;
  std::vector<bench::Body> bodies_ = make_bodies();
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
  AlertPath path(bench::setup_of(arguments[1]));
  const std::size_t alerts = std::strtoull(arguments[2], nullptr, 10);
  fmt::print("{} bytes of records\n", path.run(alerts, all_new));
}

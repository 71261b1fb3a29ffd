// What a step costs by how much is known already: take + finish of batches of 64 alerts, each of a
// known alarm, of a new one, or resolving one; and the claim of the most urgent incident of a
// queue. With a thousand, a hundred thousand and a million alarms, each with its incident, in an
// order that no cache foresees. At its end it says how much more the same step costs with many.
//
//   step_bench CONFIG [--benchmark_filter=/1000$]      CONFIG: see the table in README.md
//
// A million alarms take up to 3 GB of memory and half a minute to raise.

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <utility>

#include "config/check.h"
#include "daemon/core/core.h"
#include "tests/bench/alert_batches.h"

namespace {

using namespace deskd;
using bench::alerts_in_a_batch, bench::start;

constexpr std::int64_t batches = 500;  // measured of each step; also claims
constexpr auto turn_every = std::chrono::milliseconds{1};

/// What this thread has used of the processor, in seconds: other programs don't count.
double used() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::shared_ptr<daemon::Setup> setup;  // set by main, before the first benchmark

/// A core that knows so many alarms, rounded up to whole batches. The n-th alert of a body is
/// always of the same kind, so it speaks of the hosts n, n + 64, n + 128 …, one alarm each.
class Fleet {
 public:
  explicit Fleet(std::size_t alarms)
      : groups_((alarms + alerts_in_a_batch - 1) / alerts_in_a_batch), next_group_(groups_) {
    DESKD_CHECK(!core_.recovered(setup, start));
    for (std::size_t group = 0; group < groups_; ++group) {
      step(one_group(group), firing, Outcome::raised);
    }
  }

  // Each returns the seconds that the core took, for a batch or a claim.
  double repeat() { return step(scattered(), firing, Outcome::merged); }
  double raise_new() { return step(one_group(next_group_++), firing, Outcome::raised); }
  /// What it resolves fires again when this returns.
  double resolve() {
    const Hosts hosts = scattered();
    const double took = step(hosts, resolved, Outcome::cleared);
    step(hosts, firing, Outcome::raised);
    return took;
  }
  double claim() {
    const auto began = used();
    core_.begin(now_);
    const auto claimed =
        core_.claim_next("noc-servers", {.kind = desk::Actor::Kind::person, .name = "anna"});
    const daemon::Turn turn = core_.finish();
    const double took = used() - began;
    DESKD_CHECK(claimed.has_value() && claimed->has_value());
    return took;
  }

 private:
  using Outcome = rules::Outcome;
  using Hosts = std::array<std::uint32_t, alerts_in_a_batch>;  // of the alerts of a batch
  static constexpr std::chrono::nanoseconds firing = std::chrono::hours{10'000};  // until then
  static constexpr std::chrono::nanoseconds resolved{0};

  double step(const Hosts& hosts, std::chrono::nanoseconds ends_in, Outcome expected) {
    now_ += turn_every;
    auto batch = bench::judged(setup, body_of(hosts, now_ + ends_in), now_);
    const auto began = used();
    core_.begin(now_);
    core_.take(std::move(batch));
    const daemon::Turn turn = core_.finish();
    const double took = used() - began;
    DESKD_CHECK(turn.batches.front().outcomes[expected] == alerts_in_a_batch);
    return took;
  }

  const std::string& body_of(const Hosts& hosts, rules::Time ends_at) {
    const auto text = [](rules::Time at) {
      return bench::iso_time(std::chrono::floor<std::chrono::milliseconds>(at));
    };
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      bench::write_host(body_.text, body_.alerts[i], hosts[i]);
      bench::write_time(body_.text, body_.alerts[i].ends_at, text(ends_at));
      // What fires again began anew, else it would be an old word.
      bench::write_time(body_.text, body_.alerts[i].starts_at, text(now_));
    }
    return body_.text;
  }

  Hosts one_group(std::size_t group) const {
    Hosts hosts;
    std::iota(hosts.begin(), hosts.end(), static_cast<std::uint32_t>(group * hosts.size()));
    DESKD_CHECK(hosts.back() < bench::hosts_max);
    return hosts;
  }
  /// Each of another group, so that no two were raised together.
  Hosts scattered() {
    Hosts hosts;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      at_ = (at_ + stride) % groups_;
      hosts[i] = static_cast<std::uint32_t>(at_ * hosts.size() + i);
    }
    return hosts;
  }

  static constexpr std::size_t stride = 611'953;  // a prime
  const std::size_t groups_;
  std::size_t next_group_;
  std::size_t at_ = 0;
  rules::Time now_ = start;
  daemon::Core core_;
  bench::Body body_ = bench::make_body(0, alerts_in_a_batch);
};

/// The one fleet that there is, made anew when another size is asked for.
Fleet& fleet(std::size_t alarms) {
  static std::unique_ptr<Fleet> made;
  static std::size_t size = 0;
  if (!made || size != alarms) {
    made.reset();
    made = std::make_unique<Fleet>(alarms);
    size = alarms;
  }
  return *made;
}

std::map<std::string, std::map<std::int64_t, double>> seconds_each;  // by step, then by alarms

void measure(benchmark::State& state, const char* name, double (Fleet::*step)()) {
  Fleet& of = fleet(static_cast<std::size_t>(state.range(0)));
  double all = 0;
  for (auto _ : state) {
    const double took = (of.*step)();
    state.SetIterationTime(took);
    all += took;
  }
  seconds_each[name][state.range(0)] = all / static_cast<double>(state.iterations());
}

/// By size first, so that each fleet is raised once.
void register_all() {
  struct Step {
    const char* name;
    double (Fleet::*step)();
  };
  constexpr Step steps[] = {{"known", &Fleet::repeat},
                            {"resolved", &Fleet::resolve},
                            {"claim", &Fleet::claim},
                            {"new", &Fleet::raise_new}};
  for (const std::int64_t alarms : {1'000, 100'000, 1'000'000}) {
    for (const auto& [name, step] : steps) {
      benchmark::RegisterBenchmark(name, measure, name, step)
          ->Arg(alarms)
          ->UseManualTime()
          ->Iterations(batches)
          ->Unit(benchmark::kMicrosecond);
    }
  }
}

void print_ratios() {
  for (const auto& [name, by_alarms] : seconds_each) {
    const auto [fewest, least] = *by_alarms.begin();
    for (const auto& [alarms, seconds] : by_alarms) {
      if (alarms == fewest) continue;
      fmt::print("{}: {} alarms against {}: {:.2f} times\n", name, alarms, fewest, seconds / least);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  setup = bench::take_setup(argc, argv, "step_bench CONFIG [--benchmark_…]");
  register_all();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  print_ratios();
}

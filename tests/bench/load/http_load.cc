// Sends alerts by HTTP to 127.0.0.1 and measures the answers; the result is a line of JSON.
//
//   http_load --port 9480 --batch 64 --connections 4 --distinct 1000 --seconds 5
//   http_load --port 9480 --rate 60000 --connections 64      at a rate, whatever the answers do

#include <sys/prctl.h>

#include <cstdio>
#include <exception>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tests/bench/load/http_run.h"

namespace {

using namespace deskd::bench;

struct Options {
  RequestPlan requests{.path = "/api/v2/alerts"};
  RunPlan run;
  std::string shape = "api";
  double seconds = 5;
  double warm_up = 1;
};

Clock::duration to_duration(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

void add_options(CLI::App& cli, Options& options) {
  cli.add_option("--port", options.requests.port, "of the server on 127.0.0.1")->required();
  cli.add_option("--path", options.requests.path, "what to POST to")->capture_default_str();
  cli.add_option("--shape", options.shape,
                 "api: a list, as Prometheus sends; webhook: as Alertmanager")
      ->check(CLI::IsMember({"api", "webhook"}))
      ->capture_default_str();
  cli.add_option("--batch", options.requests.batch, "alerts in a request")
      ->check(CLI::Range(1, 30'000))
      ->capture_default_str();
  cli.add_option("--connections", options.requests.connections, "each with one request at a time")
      ->check(CLI::Range(1, 4'000))
      ->capture_default_str();
  cli.add_option("--distinct", options.requests.distinct, "different alerts")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  cli.add_option("--new-every", options.requests.new_every,
                 "each so-manyth alert is of a thing never told of (shape api)");
  cli.add_option("--rate", options.run.rate, "alerts a second; default: as fast as answered");
  cli.add_option("--count", options.run.count, "alerts to send, then end; default: by time");
  cli.add_option("--seconds", options.seconds, "to measure")->capture_default_str();
  cli.add_option("--warm-up", options.warm_up, "seconds before that")->capture_default_str();
}

// A server whose usual answer at a rate takes longer has a queue that only grows.
constexpr double kept_up_p50_ms = 50;

/// `rate`: as in RunPlan.
void print(RunResult result, double rate, double cpu, Clock::duration wall) {
  std::uint64_t refused = 0;
  std::string statuses;
  for (const auto& [status, count] : result.refused) {
    refused += count;
    statuses += fmt::format("{}{} x {}", statuses.empty() ? "" : ", ", count, status);
  }
  Report report;
  report.number("alerts_per_second", static_cast<double>(result.alerts) / seconds(result.window));
  report.latencies(result.latencies)
      .count("requests", result.requests)
      .count("alerts_accepted", result.alerts_accepted)
      .count("refused", refused)
      .text("refused_with", statuses)
      .count("broken", result.broken)
      .count("unanswered", result.unanswered)
      .number("seconds", seconds(result.window))
      .number("late_p99_ms", result.late.quantile_ms(0.99))
      .own_share(cpu, wall);
  if (rate > 0) {
    const bool all_accepted = refused + result.broken + result.unanswered == 0;
    const bool is_quick = result.latencies.quantile_ms(0.5) < kept_up_p50_ms;
    report.number("rate", rate).flag("kept_up", all_accepted && is_quick);
  }
  report.print();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli{"Sends alerts by HTTP and measures the answers.", "http_load"};
  Options options;
  add_options(cli, options);
  CLI11_PARSE(cli, argc, argv);
  if (options.shape == "webhook") options.requests.shape = Shape::webhook;
  if (options.shape == "webhook" && options.requests.new_every > 0) {
    std::fputs("http_load: --new-every goes with --shape api only\n", stderr);
    return 2;
  }
  options.run.port = options.requests.port;
  options.run.connections = options.requests.connections;
  options.run.batch = options.requests.batch;
  options.run.measured = to_duration(options.seconds);
  options.run.warm_up = options.run.count > 0 ? Clock::duration{} : to_duration(options.warm_up);
  // By default a wake-up may be 50 µs late, which would count as the server's.
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  try {
    HttpRequests requests(options.requests);
    HttpRun run(options.run, requests);
    const double cpu = cpu_seconds();
    const auto began = Clock::now();
    RunResult result = run.run();
    print(std::move(result), options.run.rate, cpu_seconds() - cpu, Clock::now() - began);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "http_load: %s\n", error.what());
    return 1;
  }
}

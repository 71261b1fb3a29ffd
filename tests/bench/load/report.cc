#include "tests/bench/load/report.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace deskd::bench {
namespace {

using Steps = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
constexpr double steps_in_a_ms = 10'000;
constexpr double busy = 0.9;  // of a processor: what is left goes to being scheduled

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void Latencies::add(Clock::duration took) {
  const auto steps = std::chrono::duration_cast<Steps>(took).count();
  constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
  steps_.push_back(static_cast<std::uint32_t>(std::clamp<std::int64_t>(steps, 0, most)));
  is_sorted_ = false;
}

double Latencies::quantile_ms(double share) {
  if (steps_.empty()) return 0;
  if (!is_sorted_) std::ranges::sort(steps_);
  is_sorted_ = true;
  const double place = share * static_cast<double>(steps_.size() - 1);
  return steps_[static_cast<std::size_t>(place)] / steps_in_a_ms;
}

void Report::name(std::string_view name) {
  fmt::format_to(std::back_inserter(text_), "{}\"{}\": ", text_.empty() ? "" : ", ", name);
}

Report& Report::number(std::string_view field, double value) {
  name(field);
  // JSON knows neither infinity nor what is no number.
  fmt::format_to(std::back_inserter(text_), "{:.6g}", std::isfinite(value) ? value : 0.0);
  return *this;
}

Report& Report::count(std::string_view field, std::uint64_t value) {
  name(field);
  fmt::format_to(std::back_inserter(text_), "{}", value);
  return *this;
}

Report& Report::flag(std::string_view field, bool value) {
  name(field);
  text_ += value ? "true" : "false";
  return *this;
}

Report& Report::text(std::string_view field, std::string_view value) {
  name(field);
  fmt::format_to(std::back_inserter(text_), "\"{}\"", value);
  return *this;
}

Report& Report::latencies(Latencies& all) {
  return number("p50_ms", all.quantile_ms(0.5))
      .number("p90_ms", all.quantile_ms(0.9))
      .number("p99_ms", all.quantile_ms(0.99))
      .number("max_ms", all.quantile_ms(1));
}

Report& Report::own_share(double cpu, Clock::duration wall, unsigned threads) {
  const double cores = cpu / std::max(1e-9, bench::seconds(wall));
  return number("generator_cores", cores).flag("generator_was_the_limit", cores >= busy * threads);
}

void Report::print() const { fmt::print("{{{}}}\n", text_); }

}  // namespace deskd::bench

#pragma once
// What a generator says at its end: one line of JSON for run.py, and whether it was itself the
// limit.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace deskd::bench {

using Clock = std::chrono::steady_clock;

inline double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

/// Processor time of this process so far, all its threads.
double cpu_seconds();

/// Durations, each kept; steps of 0.1 µs. One thread.
class Latencies {
 public:
  void add(Clock::duration took);
  bool empty() const { return steps_.empty(); }
  /// The p50, p99 and so on, in milliseconds; 0 when there are none. Sorts.
  double quantile_ms(double share);

 private:
  std::vector<std::uint32_t> steps_;
  bool is_sorted_ = false;
};

/// A flat JSON object, fields in the order in which they are added. One thread.
class Report {
 public:
  Report& number(std::string_view name, double value);
  Report& count(std::string_view name, std::uint64_t value);
  Report& flag(std::string_view name, bool value);
  Report& text(std::string_view name, std::string_view value);  // without anything to escape
  Report& latencies(Latencies& all);                            // p50_ms, p90_ms, p99_ms, max_ms
  /// How many processors' worth of time this process took of `wall`. At nine tenths of `threads` or
  /// more it was the limit, whatever else it says.
  Report& own_share(double cpu, Clock::duration wall, unsigned threads = 1);
  void print() const;

 private:
  void name(std::string_view name);
  std::string text_;
};

}  // namespace deskd::bench

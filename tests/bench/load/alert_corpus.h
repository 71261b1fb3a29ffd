#pragma once
// The alerts that every generator sends: 8 labels, 2 annotations, 424 bytes of JSON, in the order
// and with the times that Prometheus writes.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace deskd::bench {

constexpr std::size_t alert_bytes = 424;
/// "2026-11-22T08:00:00.000Z": what a time in an alert is made of.
constexpr std::size_t time_bytes = 24;
/// Hosts from here on belong to nobody else: alerts of things never told of before.
constexpr std::uint32_t first_new_host = 5'000'000;
constexpr std::uint32_t hosts_max = 10'000'000;

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
WallTime wall_time();
std::string iso_time(WallTime at);

/// Where in a text the parts of an alert stand that may be written anew in place.
struct AlertPlaces {
  std::uint32_t ends_at = 0;
  std::uint32_t starts_at = 0;
  std::uint32_t host = 0;             // in the label `instance`
  std::uint32_t host_in_summary = 0;  // in the annotation
};

/// Immutable; a value. The n-th alert is always the same but for its times: as of a fleet in which
/// each host has four things to complain of, in 12 sites and 4 clusters.
class AlertCorpus {
 public:
  /// Alerts begin at `now` and end an hour later.
  explicit AlertCorpus(WallTime now);

  /// Adds the n-th alert, which must be below 4 * `first_new_host`.
  AlertPlaces append(std::string& out, std::uint64_t n) const;

 private:
  std::string starts_at_;
  std::string ends_at_;
};

/// What all alerts carry in the label `team`: the last of a set of rules or routes asks for it.
constexpr std::string_view team = "team-10000";

void write_time(std::string& text, std::uint32_t place, std::string_view iso_time);
void write_host(std::string& text, const AlertPlaces& places, std::uint32_t host);

}  // namespace deskd::bench

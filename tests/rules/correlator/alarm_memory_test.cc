// What an active alarm and its origin take of memory. A guard: whoever makes them larger says why
// here.

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>

#include "rules/correlator.h"
#include "rules/imprint.h"

using namespace deskd::rules;

// Sanitizers have an allocator of their own, which counts elsewhere.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

constexpr std::size_t alarms = 100'000;
constexpr std::size_t bytes_max = 320;  // of one: records, texts, indexes, deadline

std::size_t heap_bytes() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// The n-th thing that goes wrong in a fleet, in the words of Prometheus: 8 labels, 2 annotations,
/// 424 bytes of JSON.
void raise(Correlator& correlator, std::size_t n, std::string_view key) {
  static constexpr std::array<std::string_view, 4> types{"HostDown", "HighErrorRate",
                                                         "LinkFlapping", "ReplicationLag"};
  static constexpr std::array<std::string_view, 4> severities{"critical", "major", "minor",
                                                              "warning"};
  const std::string_view type = types[n % 4];
  const std::string resource = fmt::format("node-{:07}.dc-{:02}.example:9100", n / 4, n / 4 % 12);
  const std::string site = fmt::format("dc-{:02}", n / 4 % 12);
  const std::string cluster = fmt::format("prod-{}", n / 4 % 4);
  const std::string summary = fmt::format(
      "node-{:07}: {} for 5 min, and nobody has looked at it{:.<33}", n / 4, 10 + n / 4 % 90, "");
  const std::string runbook = fmt::format("https://wiki.example/{}", type);
  const std::array labels{Label{"alertname", type},
                          Label{"cluster", cluster},
                          Label{"instance", resource},
                          Label{"job", "node"},
                          Label{"namespace", "monitoring"},
                          Label{"severity", severities[n % 4]},
                          Label{"site", site},
                          Label{"team", "team-10000"}};
  const std::array annotations{Label{"runbook_url", runbook}, Label{"summary", summary}};
  Alert alert;
  alert.source = "prometheus";
  alert.sender = "prom-0:9090";
  alert.key = key;
  alert.severity = Severity::major;
  alert.type = type;
  alert.resource = resource;
  alert.summary = summary;
  alert.labels = labels;
  alert.annotations = annotations;
  alert.received_at = alert.event_at = Time{std::chrono::seconds{1'800'000'000}};
  alert.ends_at = alert.received_at + std::chrono::hours{1};
  const std::array identity{IdentityPart{"resource", resource}, IdentityPart{"type", type},
                            IdentityPart{"qualifier", ""}};
  std::pmr::monotonic_buffer_resource arena;
  Verdict verdict;
  verdict.alert = alert;
  verdict.identity = identity;
  verdict.imprint = Imprinter().make(verdict, arena);
  std::vector<Signal> signals;
  const Applied applied = correlator.apply({&alert, &verdict, 1, 1}, alert.received_at, signals);
  REQUIRE(applied.outcome == Outcome::raised);
}

/// Bytes for each of many alarms.
template <class Key>
std::size_t bytes_of_one(const Key& key) {
  const std::size_t before = heap_bytes();
  Correlator correlator({});
  for (std::size_t n = 0; n < alarms; ++n) {
    raise(correlator, n, key(n));
    if (n % 256 == 0) correlator.take_changes();
  }
  correlator.take_changes();
  return (heap_bytes() - before) / alarms;
}

}  // namespace

TEST_CASE("an active alarm and its origin are small") {
  const std::size_t bytes = bytes_of_one([](std::size_t) { return std::string(); });
  MESSAGE(bytes << " bytes");
  CHECK(bytes <= bytes_max);
}

TEST_CASE("a key of its own makes an origin larger by a name") {
  const std::size_t bytes =
      bytes_of_one([](std::size_t n) { return fmt::format("{:016x}", n * 0x9e3779b97f4a7c15); });
  MESSAGE(bytes << " bytes");
  CHECK(bytes <= bytes_max + 110);
}

#endif

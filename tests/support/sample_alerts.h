#pragma once
// Alerts as a node exporter's rules send them: 8 labels, 2 annotations, about 424 bytes as JSON.
// Values vary as in a fleet of 5,000 hosts.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "rules/verdict.h"
#include "tests/support/random_values.h"

namespace deskd::test {

/// One alert with what the rules said of it. Holds its texts; not to be moved.
struct SampleAlert {
  std::deque<std::string> texts;
  std::array<rules::Label, 8> labels;
  std::array<rules::Label, 2> annotations;
  std::vector<rules::Stated> stated;
  rules::Alert alert;
  rules::Verdict verdict;

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

inline void describe(SampleAlert& sample, RandomValues& random) {
  static constexpr std::array<std::string_view, 8> types{
      "HostDown",     "DiskWillFillIn4Hours", "HighErrorRate",    "CertificateExpiresSoon",
      "LinkFlapping", "HighLatencyP99",       "OutOfFileHandles", "ReplicationLag"};
  static constexpr std::array<std::string_view, 5> teams{"network", "databases", "storage",
                                                         "payments", "platform"};
  static constexpr std::array<std::string_view, 3> severities{"critical", "warning", "info"};
  const auto type = types[random.below(types.size())];
  const auto team = teams[random.below(teams.size())];
  const auto severity = random.below(severities.size());
  const auto site = sample.keep(fmt::format("dc-{}", random.below(12)));
  const auto host =
      sample.keep(fmt::format("node-{:04}.{}.example.net", random.below(5'000), site));

  sample.labels = {{{"alertname", type},
                    {"cluster", sample.keep(fmt::format("prod-{}", random.below(4)))},
                    {"instance", sample.keep(fmt::format("{}:9100", host))},
                    {"job", "node-exporter"},
                    {"namespace", "monitoring"},
                    {"severity", severities[severity]},
                    {"site", site},
                    {"team", team}}};
  sample.annotations = {
      {{"runbook_url", sample.keep(fmt::format("https://runbooks.example.net/{}", type))},
       {"summary", sample.keep(fmt::format("{} on {}: value is {}.{:02} for more than 5m", type,
                                           host, random.below(100), random.below(100)))}}};
  sample.alert.severity = severity == 0   ? rules::Severity::critical
                          : severity == 1 ? rules::Severity::warning
                                          : rules::Severity::info;
  sample.alert.type = type;
  sample.alert.resource = host;
  sample.alert.summary = sample.annotations[1].value;
}

inline void fill(SampleAlert& sample, RandomValues& random, rules::Time received_at) {
  describe(sample, random);
  rules::Alert& alert = sample.alert;
  alert.source = "in/prometheus";
  alert.key = sample.keep(fmt::format("{:016x}", random.number() | 1ULL << 63));
  alert.status = random.below(5) == 0 ? rules::Status::resolved : rules::Status::firing;
  alert.labels = sample.labels;
  alert.annotations = sample.annotations;
  alert.received_at = received_at;
  alert.event_at = received_at - std::chrono::milliseconds(random.below(30'000));
  alert.starts_at = alert.event_at;
  alert.ends_at = received_at + std::chrono::minutes(4);

  using rules::Decision;
  sample.stated = {{Decision::identity, rules::no_rule, {}, "type, resource"},
                   {Decision::klass, 3, {}, "infrastructure"},
                   {Decision::impact, 3, {}, "high"},
                   {Decision::urgency, 7, {}, "medium"},
                   {Decision::priority, rules::no_rule, {}, "P2"},
                   {Decision::queue, 7, {}, sample.labels[7].value},
                   {Decision::title, rules::no_rule, {}, alert.summary}};
  sample.verdict.alert = alert;
  sample.verdict.stated = sample.stated;
  sample.verdict.priority = 1;
}

/// The same `count` alerts for the same seed; a deque, since they may not move.
inline std::deque<SampleAlert> sample_alerts(std::size_t count, std::uint64_t seed) {
  RandomValues random(seed);
  const rules::Time start{std::chrono::seconds(1'795'000'000)};
  std::deque<SampleAlert> samples;
  for (std::size_t i = 0; i < count; ++i) {
    fill(samples.emplace_back(), random, start + std::chrono::microseconds(i / 64));
  }
  return samples;
}

}  // namespace deskd::test

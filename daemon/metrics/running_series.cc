#include "daemon/metrics/running_series.h"

#include <array>
#include <cstddef>
#include <string>

#include "config/limits.h"

namespace deskd::daemon {

namespace {

struct KafkaSeries {
  std::string_view name, help;
  std::uint64_t connectors::KafkaCounts::* count;
};
constexpr std::array kafka_series{
    KafkaSeries{"desk_kafka_records_total", "Records read.", &connectors::KafkaCounts::records},
    KafkaSeries{"desk_kafka_null_values_total", "Records without a value, which say nothing.",
                &connectors::KafkaCounts::nulls},
    KafkaSeries{"desk_kafka_dead_letters_total", "Records that could not become alerts.",
                &connectors::KafkaCounts::dead_letters},
    KafkaSeries{"desk_kafka_gaps_total", "Times that a position could not be read any more.",
                &connectors::KafkaCounts::gaps},
    KafkaSeries{"desk_kafka_records_lost_total", "Records in those gaps, at most.",
                &connectors::KafkaCounts::records_lost},
    KafkaSeries{"desk_kafka_read_again_total",
                "Times that batches did not become durable, and were read again.",
                &connectors::KafkaCounts::times_read_again},
    KafkaSeries{"desk_kafka_faults_total", "Faults told by brokers and their connections.",
                &connectors::KafkaCounts::faults},
    KafkaSeries{"desk_kafka_clients_renewed_total",
                "Times that the client was made anew, since no broker answered.",
                &connectors::KafkaCounts::renewals},
};

void add_lags(MetricsPage& page, const std::vector<RunningSourceView>& running) {
  page.gauges("desk_kafka_lag", "Records between what was read and the end, where that is known.");
  std::size_t left = limits::kafka_lag_series_max;
  for (const auto& view : running) {
    for (const auto& its : view.lags) {
      if (!its.is_known || left == 0) continue;
      --left;
      const auto partition = std::to_string(its.partition);
      page.add({{"source", view.source}, {"topic", its.topic}, {"partition", partition}}, its.lag);
    }
  }
}

}  // namespace

void add_running(MetricsPage& page, const std::vector<RunningSourceView>& running) {
  page.gauges("desk_source_state", "1 for the state that the source is in.");
  for (const auto& view : running) {
    page.add({{"source", view.source}, {"state", view.state.state}}, 1.0);
  }
  for (const auto& series : kafka_series) {
    page.counters(series.name, series.help);
    for (const auto& view : running) {
      if (view.kafka) page.add({{"source", view.source}}, (*view.kafka).*series.count);
    }
  }
  add_lags(page, running);
  page.counters("desk_snmp_dropped_total", "Datagrams that did not become alerts.");
  for (const auto& view : running) {
    for (const auto& [reason, count] : view.dropped) {
      page.add({{"source", view.source}, {"reason", reason}}, count);
    }
  }
}

}  // namespace deskd::daemon

// What it costs to make alerts of bytes, by format: 64 alerts of HTTP, or as many messages.
//
//   decode_bench CONFIG [--benchmark_…]      CONFIG: see the table in README.md

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/check.h"
#include "connectors/format/format.h"
#include "connectors/snmp/message/message_reader.h"
#include "connectors/snmp/notification.h"
#include "connectors/snmp/shipped_table.h"
#include "connectors/snmp/trap_labels.h"
#include "tests/bench/alert_batches.h"
#include "tests/bench/load/http_requests.h"
#include "tests/bench/load/trap_packets.h"

namespace {

using namespace deskd;
using bench::alerts_in_a_batch, bench::start;

std::shared_ptr<daemon::Setup> setup;  // set by main, before the first benchmark

const connectors::Source& source_named(std::string_view name) {
  const connectors::Source* const source = setup->judging.find(name);
  DESKD_CHECK(source != nullptr);
  return *source;
}

/// One body a batch; its alerts are as many whatever the shape.
void decode_bodies(benchmark::State& state, const connectors::Source& source, bench::Shape shape) {
  bench::HttpRequests requests({.path = "/", .shape = shape, .batch = alerts_in_a_batch});
  const std::string_view request = requests.at(0);
  const std::string body(request.substr(request.find("\r\n\r\n") + 4));
  for (auto _ : state) {
    const auto batch = bench::received(setup, source, body, start);
    const auto decoded = connectors::decode(source, setup->judging, *batch);
    DESKD_CHECK(decoded.malformed == 0 && batch->alerts.size() == alerts_in_a_batch);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(alerts_in_a_batch));
}

void prometheus_api(benchmark::State& state) {
  decode_bodies(state, *setup->judging.alertmanager_api(), bench::Shape::api);
}
BENCHMARK(prometheus_api);

void alertmanager_webhook(benchmark::State& state) {
  decode_bodies(state, source_named("alertmanager"), bench::Shape::webhook);
}
BENCHMARK(alertmanager_webhook);

/// As the thread of a topic does: the messages of a batch stand one behind the other in it.
void kafka_messages(benchmark::State& state) {
  const connectors::Source& source = source_named("bus");
  std::string all;
  std::vector<std::size_t> ends;
  const bench::AlertCorpus corpus(bench::wall_time());
  for (std::size_t n = 0; n < alerts_in_a_batch; ++n) {
    corpus.append(all, n);
    ends.push_back(all.size());
  }
  for (auto _ : state) {
    const auto batch = bench::received(setup, source, all, start);
    const std::string_view bytes = batch->received();
    std::size_t begin = 0;
    for (std::size_t n = 0; n < alerts_in_a_batch; ++n) {
      const connectors::KafkaEnvelope envelope{.topic = "alerts",
                                               .offset = static_cast<std::int64_t>(n),
                                               .timestamp = start,
                                               .key = {},
                                               .headers = {}};
      const connectors::MessagePart part{
          .body = bytes.substr(begin, ends[n] - begin), .received_at = start, .kafka = &envelope};
      connectors::decode(source, setup->judging, part, *batch);
      begin = ends[n];
    }
    DESKD_CHECK(batch->alerts.size() == alerts_in_a_batch);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(alerts_in_a_batch));
}
BENCHMARK(kafka_messages);

/// From a datagram's bytes to an alert with its labels, by the names that ship.
void snmp_traps(benchmark::State& state) {
  const auto names = connectors::shipped_oid_table();
  connectors::PduReader reader;
  connectors::TrapLabels labels;
  std::vector<std::string> datagrams;
  for (std::uint32_t n = 0; n < alerts_in_a_batch; ++n) {
    datagrams.push_back(bench::make_trap(n + 1).bytes);
  }
  for (auto _ : state) {
    connectors::Batch batch{std::string()};
    for (const std::string& datagram : datagrams) {
      const auto message = connectors::read_message(datagram);
      DESKD_CHECK(message.has_value());
      const auto pdu = reader.read(message->pdu);
      DESKD_CHECK(pdu.has_value());
      connectors::Trap trap;
      trap.sender_address = "127.0.1.1";
      DESKD_CHECK(connectors::take_head(pdu->varbinds, trap).has_value());
      benchmark::DoNotOptimize(labels.read(trap, *names, batch));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(alerts_in_a_batch));
}
BENCHMARK(snmp_traps);

}  // namespace

int main(int argc, char** argv) {
  setup = deskd::bench::take_setup(argc, argv, "decode_bench CONFIG [--benchmark_…]");
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}

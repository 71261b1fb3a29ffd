// The configuration that names every key of a source: what is promised to people is taken as it
// stands.

#include <doctest/doctest.h>

#include <algorithm>

#include "connectors/kafka/kafka_settings.h"
#include "connectors/snmp/snmp_settings.h"
#include "tests/daemon/setup/config_folder.h"

using namespace deskd;
using test::ConfigFolder;

namespace {

constexpr const char* sample = R"(
http:
  listen: "127.0.0.1:9480"
  tokens: [{actor: anna, role: operator, token_file: anna.token}]
ledger: {path: ./deskd-data, alerts: 7d, incidents: 400d, size_max: 20GiB}
rules: rules.d
desk: desk.yaml
times: {reorder: 5m, max_skew: 10m, restart_grace: 5m, repeat_window: 1h, resolve_timeout: 5m, close_after: 7d, stall_max: 15m}
sources:
  - {name: prometheus, kind: alertmanager_api, ignore_labels: [replica, prometheus_replica]}
  - {name: alertmanager, kind: webhook, format: alertmanager, auth: {token_file: am.token}}
  - name: hooks
    kind: webhook
    format: generic
    lane: 64MiB
    severity: {page: critical, ticket: minor}
    mapping:
      each: /checks
      resource: [/host, ^/host]
      type: /check
      qualifier: /disk
      key: /id
      status: {at: /state, firing: [bad, 1], resolved: [ok, 0]}
      severity: /prio
      summary: /text
      sender: /agent
      annotations: {url: /link}
      time: /at
      labels: {site: ^/site, all: /tags}
  - {name: bus, kind: kafka, brokers: "127.0.0.1:9092", topics: [alerts], format: generic, start: end, properties: {}, secrets: {sasl.password: bus.secret}, mapping: {resource: [/host, {kafka: key}]}}
  - name: traps
    kind: snmp
    listen: ["127.0.0.1:9162"]
    communities: [public]
    level: noAuthNoPriv
    networks: [127.0.0.0/8]
    trust_agent_address: []
    engine_id: auto
    mibs: [mibs]
    per_sender: 2000/s
    users:
      - {name: noc, from: 10.1.0.0/16, engines: [], auth: {protocol: SHA-256, password_file: noc.auth}, priv: {protocol: AES, password_file: noc.priv}}
)";

/// With the files that the sample names.
void write_sample(const ConfigFolder& folder, const std::string& text) {
  folder.write("deskd.yaml", text);
  for (const char* secret : {"anna.token", "am.token", "bus.secret", "noc.auth", "noc.priv"}) {
    folder.write(secret, std::string("0123456789abcdef-") + secret + "\n");
  }
  folder.write("mibs/README", "no module yet\n");
}

}  // namespace

TEST_CASE("every key that a source is said to have is taken as it stands") {
  ConfigFolder folder;
  write_sample(folder, sample);
  const auto setup = folder.load();
  CHECK(folder.said.find("error:") == std::string::npos);
  REQUIRE_MESSAGE(setup, folder.said);
  CHECK(setup->judging.sources.size() == 5);
  const auto* bus = setup->judging.find("bus");
  REQUIRE(bus);
  CHECK(bus->kafka->topics == std::vector<std::string>{"alerts"});
  const auto* traps = setup->judging.find("traps");
  REQUIRE(traps);
  CHECK(traps->snmp->listen.size() == 1);
  CHECK(traps->snmp->users.size() == 1);
}

TEST_CASE("a slip in any key of the sample's sources is told with its line") {
  for (const char* key :
       {"brokers", "topics", "start", "properties", "secrets", "mapping", "listen", "communities",
        "level", "networks", "trust_agent_address", "engine_id", "mibs", "per_sender", "users",
        "lane", "severity", "ignore_labels"}) {
    CAPTURE(key);
    std::string text = sample;
    const std::string written = std::string(key) + ":";
    const auto at = text.find(written, text.find("sources:"));
    REQUIRE(at != std::string::npos);
    text.insert(at + written.size() - 1, "x");
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    ConfigFolder folder;
    write_sample(folder, text);
    CHECK(folder.load() == nullptr);
    CAPTURE(folder.said);
    CHECK(folder.said.find("deskd.yaml:" + std::to_string(line) + ":") != std::string::npos);
    CHECK(folder.said.find(std::string("'") + key + "x'") != std::string::npos);
  }
}

// Sources of kind kafka and snmp: what deskd.yaml says of them arrives.

#include <doctest/doctest.h>

#include <cstdlib>

#include "connectors/kafka/kafka_settings.h"
#include "connectors/snmp/oid_table.h"
#include "connectors/snmp/snmp_settings.h"
#include "tests/daemon/setup/config_folder.h"

using namespace deskd;
using namespace deskd::connectors;
using test::ConfigFolder;

namespace {

std::unique_ptr<daemon::Setup> load(ConfigFolder& folder, const std::string& sources) {
  folder.write("deskd.yaml",
               "ledger: {path: data}\nrules: rules.d\ndesk: desk.yaml\nsources:\n" + sources);
  return folder.load();
}

}  // namespace

TEST_CASE("everything that a Kafka source can say arrives") {
  ConfigFolder folder;
  folder.write("bus.secret", "hunter2\n");
  REQUIRE(::setenv("DESKD_TEST_KEY_PASSWORD", "hunter3", 1) == 0);
  const auto setup = load(folder, R"(
  - name: bus
    kind: kafka
    brokers: "kafka-1.example:9092,10.0.0.1,[::1]:9093"
    topics: [alerts, alerts.more_2]
    format: generic
    start: "2026-11-22T08:00:00Z"
    lane: 1MiB
    severity: {page: critical}
    properties: {security.protocol: SASL_SSL, fetch.wait.max.ms: 10}
    secrets: {sasl.password: bus.secret, ssl.key.password_env: DESKD_TEST_KEY_PASSWORD}
    mapping: {type: /t, resource: {kafka: key}}
)");
  CHECK(folder.said == "");
  REQUIRE(setup);
  const Source* source = setup->judging.find("bus");
  REQUIRE(source);
  CHECK(source->kind == SourceKind::kafka);
  CHECK(source->format == "generic");
  CHECK(source->reader != nullptr);
  CHECK(source->snmp == nullptr);
  CHECK(source->lane_bytes == 1024 * 1024);
  REQUIRE(source->kafka);
  const KafkaSettings& kafka = *source->kafka;
  CHECK(kafka.brokers == "kafka-1.example:9092,10.0.0.1,[::1]:9093");
  CHECK(kafka.topics == std::vector<std::string>{"alerts", "alerts.more_2"});
  CHECK(kafka.start.from == KafkaSettings::Start::From::time);
  CHECK(rules::rfc3339(kafka.start.time) == "2026-11-22T08:00:00.000Z");
  CHECK(kafka.properties == std::vector<std::pair<std::string, std::string>>{
                                {"security.protocol", "SASL_SSL"}, {"fetch.wait.max.ms", "10"}});
  REQUIRE(kafka.secrets.size() == 2);
  CHECK(kafka.secrets[0].first == "sasl.password");
  CHECK(kafka.secrets[0].second.equals("hunter2"));
  CHECK(kafka.secrets[1].first == "ssl.key.password");
  CHECK(kafka.secrets[1].second.equals("hunter3"));
}

TEST_CASE("a Kafka source starts at the end unless it says otherwise") {
  using From = KafkaSettings::Start::From;
  const std::pair<const char*, From> rows[] = {
      {"", From::end}, {", start: end", From::end}, {", start: beginning", From::beginning}};
  for (const auto& [start, from] : rows) {
    ConfigFolder folder;
    const auto setup = load(folder, std::string("  - {name: bus, kind: kafka, brokers: b, topics: "
                                                "[t], format: generic") +
                                        start + "}\n");
    CHECK(folder.said == "");
    REQUIRE(setup);
    CHECK(setup->judging.find("bus")->kafka->start.from == from);
  }
}

TEST_CASE("what librdkafka does not take is told where it stands, and no secret with it") {
  ConfigFolder folder;
  folder.write("bus.secret", "hunter2\n");
  CHECK_FALSE(load(folder, R"(
  - name: bus
    kind: kafka
    brokers: b
    topics: [t]
    format: generic
    properties:
      securty.protocol: SSL
      fetch.wait.max.ms: soon
      sasl.mechanism: PLAIN
    secrets: {sasl.pasword: bus.secret, socket.keepalive.enable: bus.secret}
)"));
  const auto told = [&](const char* text) { return folder.said.find(text) != std::string::npos; };
  CHECK_MESSAGE(told("deskd.yaml:12:7: error: librdkafka knows no property 'securty.protocol' "
                     "(nearest: 'security.protocol')"),
                folder.said);
  CHECK(
      told("deskd.yaml:13:7: error: librdkafka does not take the value of 'fetch.wait.max.ms': "
           "Invalid value"));
  CHECK_FALSE(told("deskd.yaml:14:"));
  CHECK(told("knows no property 'sasl.pasword' (nearest: 'sasl.password')"));
  CHECK(told("does not take the value of 'socket.keepalive.enable'\n"));
  CHECK_FALSE(told("hunter2"));
}

TEST_CASE("everything that an SNMP source can say arrives") {
  ConfigFolder folder;
  folder.write("noc.auth", "maplesyrup\n");
  folder.write("noc.priv", "maplesyrup2\n");
  folder.write("core.community", "s3cret\n");
  folder.write("mibs/A-MIB", "");
  const auto setup = load(folder, R"(
  - name: traps
    kind: snmp
    listen: ["0.0.0.0:9162", "[::1]:9162"]
    communities: [public, {community_file: core.community}]
    level: noAuthNoPriv
    networks: [127.0.0.0/8, "2001:db8::/32"]
    trust_agent_address: [10.0.0.1]
    engine_id: 0x80001f8804636f7265
    per_sender: 2000/s
    users:
      - name: noc
        from: 10.1.0.0/16
        engines: ["80:00:1f:88:04:01"]
        auth: {protocol: SHA-256, password_file: noc.auth}
        priv: {protocol: AES-256-C, password_file: noc.priv}
      - {name: noc, auth: {protocol: MD5, password_file: noc.auth}}
      - {name: guest}
)");
  CHECK(folder.said == "");
  REQUIRE(setup);
  const Source* source = setup->judging.find("traps");
  REQUIRE(source);
  CHECK(source->kind == SourceKind::snmp);
  CHECK(source->reader == nullptr);
  CHECK(source->kafka == nullptr);
  REQUIRE(source->snmp);
  const SnmpSettings& snmp = *source->snmp;
  CHECK(snmp.listen == std::vector<UdpAddress>{{"0.0.0.0", 9162}, {"::1", 9162}});
  REQUIRE(snmp.communities.size() == 2);
  CHECK(snmp.communities[0].equals("public"));
  CHECK(snmp.communities[1].equals("s3cret"));
  CHECK(snmp.level == SecurityLevel::no_auth_no_priv);
  CHECK(snmp.networks ==
        std::vector<Network>{*Network::parse("127.0.0.0/8"), *Network::parse("2001:db8::/32")});
  CHECK(snmp.trust_agent_address == std::vector<Network>{*Network::parse("10.0.0.1")});
  CHECK(snmp.engine_id == std::string("\x80\x00\x1f\x88\x04"
                                      "core",
                                      9));
  CHECK(snmp.per_sender == 2000);
  REQUIRE(snmp.names);
  CHECK(snmp.names->entries().size() > 400);
  REQUIRE(snmp.users.size() == 3);
  CHECK(snmp.users[0].name == "noc");
  CHECK(snmp.users[0].from == *Network::parse("10.1.0.0/16"));
  CHECK(snmp.users[0].engines ==
        std::vector<std::string>{std::string("\x80\x00\x1f\x88\x04\x01", 6)});
  CHECK(snmp.users[0].auth == AuthProtocol::sha256);
  CHECK(snmp.users[0].auth_password->equals("maplesyrup"));
  CHECK(snmp.users[0].priv == PrivProtocol::aes256_cisco);
  CHECK(snmp.users[0].priv_password->equals("maplesyrup2"));
  CHECK(snmp.users[0].level() == SecurityLevel::auth_priv);
  CHECK(snmp.users[1].auth == AuthProtocol::md5);
  CHECK(snmp.users[1].level() == SecurityLevel::auth_no_priv);
  CHECK(snmp.users[2].level() == SecurityLevel::no_auth_no_priv);
}

TEST_CASE("every protocol has its name") {
  struct Row {
    const char* auth;
    const char* priv;
    AuthProtocol auth_protocol;
    PrivProtocol priv_protocol;
  };
  const Row rows[] = {
      {"MD5", "DES", AuthProtocol::md5, PrivProtocol::des},
      {"SHA", "AES", AuthProtocol::sha1, PrivProtocol::aes128},
      {"SHA-224", "AES-192", AuthProtocol::sha224, PrivProtocol::aes192},
      {"SHA-256", "AES-256", AuthProtocol::sha256, PrivProtocol::aes256},
      {"SHA-384", "AES-192-C", AuthProtocol::sha384, PrivProtocol::aes192_cisco},
      {"SHA-512", "AES-256-C", AuthProtocol::sha512, PrivProtocol::aes256_cisco},
  };
  for (const Row& row : rows) {
    CAPTURE(row.auth);
    ConfigFolder folder;
    const auto setup =
        load(folder, std::string("  - {name: t, kind: snmp, listen: [\"127.0.0.1:9162\"], users: "
                                 "[{name: u, auth: {protocol: ") +
                         row.auth + ", password: \"12345678\"}, priv: {protocol: " + row.priv +
                         ", password: \"12345678\"}}]}\n");
    CHECK(folder.said == "");
    REQUIRE(setup);
    const SnmpUser& user = setup->judging.find("t")->snmp->users.front();
    CHECK(user.auth == row.auth_protocol);
    CHECK(user.priv == row.priv_protocol);
  }
}

TEST_CASE("what an SNMP source leaves out has its default") {
  ConfigFolder folder;
  const auto setup = load(folder, "  - {name: t, kind: snmp, listen: [\"localhost:0\"]}\n");
  CHECK(folder.said == "");
  REQUIRE(setup);
  const SnmpSettings& snmp = *setup->judging.find("t")->snmp;
  CHECK(snmp.level == SecurityLevel::auth_priv);
  CHECK(snmp.communities.empty());
  CHECK(snmp.engine_id == "");
  CHECK(snmp.per_sender == 0);
}

TEST_CASE("two sources can't listen on one address, but each may take any free port") {
  ConfigFolder folder;
  CHECK_FALSE(load(folder, R"(
  - {name: a, kind: snmp, listen: ["127.0.0.1:9162"]}
  - {name: b, kind: snmp, listen: ["localhost:9162"]}
)"));
  CHECK(folder.said.find("deskd.yaml:7:") != std::string::npos);
  CHECK(load(folder, R"(
  - {name: a, kind: snmp, listen: ["127.0.0.1:0"]}
  - {name: b, kind: snmp, listen: ["127.0.0.1:0"]}
)"));
}

TEST_CASE("only what comes by HTTP needs auth where others reach the listener") {
  ConfigFolder folder;
  folder.write("a.token", "0123456789abcdef0123456789abcdef\n");
  folder.write("deskd.yaml",
               "http: {listen: \"0.0.0.0:9480\", tokens: [{actor: anna, role: admin, token_file: "
               "a.token}]}\nrules: rules.d\ndesk: desk.yaml\nsources:\n"
               "  - {name: bus, kind: kafka, brokers: b, topics: [t], format: generic}\n"
               "  - {name: traps, kind: snmp, listen: [\"127.0.0.1:0\"]}\n");
  const auto setup = folder.load();
  REQUIRE_MESSAGE(setup, folder.said);
  CHECK(setup->is_guarded());
}

TEST_CASE("a secret in the open, or a short one, is not shown") {
  ConfigFolder folder;
  CHECK_FALSE(load(folder, R"(
  - {name: t, kind: snmp, listen: ["127.0.0.1:0"], users: [{name: u, auth: {protocol: SHA, password: hunter}}]}
  - {name: u, kind: snmp, listen: ["127.0.0.1:0"], communities: [hunter2], level: none}
)"));
  CHECK(folder.said.find("RFC 3414") != std::string::npos);
  CHECK(folder.said.find("hunter") == std::string::npos);
}

TEST_CASE("the hash of a setup does not tell communities") {
  ConfigFolder folder;
  const std::string begin = "  - {name: t, kind: snmp, listen: [\"127.0.0.1:0\"], communities: [";
  const auto one = load(folder, begin + "public]}\n");
  const auto other = load(folder, begin + "secret]}\n");
  REQUIRE(one);
  REQUIRE(other);
  CHECK(one->hash == other->hash);
}

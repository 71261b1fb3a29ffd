#include "connectors/kafka/kafka_conf.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace deskd;
using namespace deskd::connectors;

namespace {

KafkaSettings settings() {
  KafkaSettings made;
  made.brokers = "127.0.0.1:1";
  made.topics = {"alerts"};
  return made;
}

std::string value(const KafkaConf& conf, const char* name) {
  std::array<char, 256> text{};
  std::size_t size = text.size();
  REQUIRE(rd_kafka_conf_get(conf.get(), name, text.data(), &size) == RD_KAFKA_CONF_OK);
  return text.data();
}

}  // namespace

TEST_CASE("what deskd's promises rest on can't be set otherwise") {
  KafkaSettings its = settings();
  its.properties = {{"enable.auto.commit", "true"},
                    {"isolation.level", "read_uncommitted"},
                    {"bootstrap.servers", "elsewhere:1"}};
  const auto conf = make_kafka_conf(its);
  REQUIRE(conf.has_value());
  CHECK(value(*conf, "enable.auto.commit") == "false");
  CHECK(value(*conf, "isolation.level") == "read_committed");
  CHECK(value(*conf, "bootstrap.servers") == "127.0.0.1:1");
  CHECK(value(*conf, "queued.max.messages.kbytes") == "16384");
}

TEST_CASE("properties and secrets are passed through, and stand over defaults") {
  KafkaSettings its = settings();
  its.properties = {{"client.id", "night-shift"}, {"fetch.wait.max.ms", "100"}};
  its.secrets.emplace_back("sasl.password", config::Secret("s3cret"));
  const auto conf = make_kafka_conf(its);
  REQUIRE(conf.has_value());
  CHECK(value(*conf, "client.id") == "night-shift");
  CHECK(value(*conf, "fetch.wait.max.ms") == "100");
  CHECK(value(*conf, "sasl.password") == "s3cret");
}

TEST_CASE("what the library does not take is named, a secret's value never") {
  KafkaSettings its = settings();
  SUBCASE("no such property") {
    its.properties = {{"fetch.wait.maximum", "1"}};
    const auto conf = make_kafka_conf(its);
    REQUIRE_FALSE(conf.has_value());
    CHECK(conf.error().find("fetch.wait.maximum") != std::string::npos);
  }
  SUBCASE("a secret in the wrong place") {
    its.secrets.emplace_back("socket.timeout.ms", config::Secret("hunter2"));
    const auto conf = make_kafka_conf(its);
    REQUIRE_FALSE(conf.has_value());
    CHECK(conf.error() == "librdkafka does not take the secret 'socket.timeout.ms'");
  }
}

TEST_CASE("a property that the library does not take is named with the nearest, a value with why") {
  CHECK_FALSE(property_fault("security.protocol", "SASL_SSL"));
  CHECK_FALSE(property_fault("sasl.mechanism", "PLAIN"));  // another name of sasl.mechanisms
  CHECK_FALSE(property_fault("linger.ms", "5"));
  const struct Row {
    const char *property, *value, *fault;
  } rows[] = {
      {"securty.protocol", "SSL",
       "librdkafka knows no property 'securty.protocol' (nearest: 'security.protocol')"},
      {"sasl.usernam", "u",
       "librdkafka knows no property 'sasl.usernam' (nearest: 'sasl.username')"},
      {"nothing.of.the.kind", "1", "librdkafka knows no property 'nothing.of.the.kind'"},
      {"fetch.wait.max.ms", "-5",
       "librdkafka does not take the value of 'fetch.wait.max.ms': Configuration property "
       "\"fetch.wait.max.ms\" value -5 is outside allowed range 0..300000"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.property);
    CHECK(property_fault(row.property, row.value).value_or("none") == row.fault);
  }
}

TEST_CASE("what is wrong with a secret is told without it") {
  const config::Secret secret("hunter2");
  CHECK_FALSE(secret_fault("sasl.password", secret));
  CHECK(secret_fault("security.protocol", secret).value_or("none") ==
        "librdkafka does not take the value of 'security.protocol'");
}

// With net-snmp's snmptrap and snmpinform as senders.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "tests/connectors/snmp/receiver/live_source.h"
#include "tests/connectors/snmp/receiver/net_snmp_programs.h"
#include "tests/connectors/snmp/usm/remote_engine.h"

using namespace deskd;
using namespace deskd::connectors;

namespace {

constexpr std::string_view link_down_values =
    "'' 1.3.6.1.6.3.1.1.5.3 1.3.6.1.2.1.2.2.1.1.3 i 3 1.3.6.1.2.1.2.2.1.8.3 i 2";

bool trap(std::string_view options, const LiveSource& source,
          std::string_view values = link_down_values) {
  return run("snmptrap", fmt::format("{} {} {}", options, source.address(), values));
}
bool inform(std::string_view options, const LiveSource& source,
            std::string_view values = link_down_values) {
  return run("snmpinform", fmt::format("-t 2 -r 0 {} {} {}", options, source.address(), values));
}

struct AuthWord {
  AuthProtocol protocol;
  std::string_view word;
};
struct PrivWord {
  PrivProtocol protocol;
  std::string_view word;
};
constexpr AuthWord auths[] = {{AuthProtocol::md5, "MD5"},        {AuthProtocol::sha1, "SHA"},
                              {AuthProtocol::sha224, "SHA-224"}, {AuthProtocol::sha256, "SHA-256"},
                              {AuthProtocol::sha384, "SHA-384"}, {AuthProtocol::sha512, "SHA-512"}};
constexpr PrivWord privs[] = {{PrivProtocol::none, ""},
                              {PrivProtocol::des, "DES"},
                              {PrivProtocol::aes128, "AES"},
                              {PrivProtocol::aes192, "AES-192"},
                              {PrivProtocol::aes256, "AES-256"},
                              {PrivProtocol::aes192_cisco, "AES-192-C"},
                              {PrivProtocol::aes256_cisco, "AES-256-C"}};

std::string v3_options(const SnmpUser& user, const AuthWord& auth, const PrivWord& priv,
                       std::string_view auth_password = "authpass1234",
                       std::string_view priv_password = "privpass1234") {
  std::string options = fmt::format("-v3 -u {} -a {} -A {}", user.name, auth.word, auth_password);
  if (priv.protocol == PrivProtocol::none) return options + " -l authNoPriv";
  return options + fmt::format(" -l authPriv -x {} -X {}", priv.word, priv_password);
}

constexpr std::string_view engine = " -e 0x8000000001020304";

}  // namespace

TEST_CASE("version 1: a trap of an enterprise, and a generic one") {
  LiveSource source;
  CHECK(trap("-v1 -c public", source,
             "1.3.6.1.4.1.8072.2.3.0.1 10.0.0.1 6 17 '' 1.3.6.1.4.1.8072.2.3.2.1 i 7"));
  CHECK(trap("-v1 -c public", source, "1.3.6.1.4.1.8072 10.0.0.1 2 0 '4711'"));
  const auto alerts = source.alerts(2);
  REQUIRE(alerts.size() == 2);
  CHECK(alerts[0].type == "1.3.6.1.4.1.8072.2.3.0.1.0.17");
  CHECK(alerts[0].sender == "127.0.0.1");
  CHECK(alerts[0].label("snmp_agent") == "10.0.0.1");
  CHECK(alerts[0].label("snmp_version") == "1");
  CHECK(alerts[1].type == "linkDown");
  CHECK(alerts[1].label("snmp_uptime") == "4711");
}

TEST_CASE("version 2c: a trap and an inform, with their varbinds") {
  LiveSource source;
  CHECK(trap("-v2c -c public", source));
  CHECK(inform("-v2c -c public", source));
  const auto alerts = source.alerts(2);
  REQUIRE(alerts.size() == 2);
  for (const SeenAlert& alert : alerts) {
    CHECK(alert.type == "linkDown");
    CHECK(alert.qualifier == "3");
    CHECK(alert.label("ifOperStatus") == "down");
    CHECK(alert.label("snmp_version") == "2c");
  }
}

TEST_CASE("version 3: traps and informs by every pair of protocols") {
  SnmpSettings settings = open_settings();
  for (const AuthWord& auth : auths) {
    for (const PrivWord& priv : privs) {
      settings.users.push_back(user_of(fmt::format("u-{}-{}", auth.word, priv.word), auth.protocol,
                                       "authpass1234", priv.protocol));
    }
  }
  settings.users.push_back(user_of("plain", AuthProtocol::none));
  const auto users = settings.users;
  LiveSource source(std::move(settings));
  std::size_t sent = 0;
  const auto expect_taken = [&](const std::string& options, std::string_view user) {
    CAPTURE(options);
    CHECK(trap(options + std::string(engine), source));
    CHECK(inform(options, source));
    sent += 2;
    const auto alerts = source.alerts(sent);
    REQUIRE(alerts.size() == sent);
    CHECK(alerts.back().label("snmp_user") == user);
    CHECK(alerts.back().label("ifOperStatus") == "down");
    CHECK(alerts.back().label("snmp_version") == "3");
  };
  std::size_t at = 0;
  for (const AuthWord& auth : auths) {
    for (const PrivWord& priv : privs) {
      const SnmpUser& user = users[at++];
      expect_taken(v3_options(user, auth, priv), user.name);
    }
  }
  expect_taken("-v3 -u plain -l noAuthNoPriv", "plain");
  for (const auto& [reason, count] : source.receiver.dropped()) {
    CAPTURE(reason);
    CHECK(count == 0);  // discovery is no loss
  }
}

TEST_CASE(
    "wrong community, user, password, protocol, level, engine, time: refused, counted, shown") {
  SnmpSettings settings = open_settings();
  const SnmpUser noc = user_of("noc", AuthProtocol::sha256, "authpass1234", PrivProtocol::aes128);
  settings.users = {noc};
  settings.level = SecurityLevel::auth_no_priv;
  LiveSource source(std::move(settings));
  const AuthWord sha256 = auths[3];
  const PrivWord aes = privs[2];
  struct Row {
    const char* name;
    std::string options;
    DropReason reason;
  };
  const Row rows[] = {
      {"community", "-v2c -c private", DropReason::wrong_community},
      {"user", v3_options(user_of("eve"), sha256, aes), DropReason::unknown_user},
      {"password", v3_options(noc, sha256, aes, "wrongpassword"), DropReason::wrong_digest},
      {"protocol", v3_options(noc, auths[1], aes), DropReason::wrong_digest},
      {"password of the cipher", v3_options(noc, sha256, aes, "authpass1234", "wrongpassword"),
       DropReason::decryption},
      {"cipher", v3_options(noc, sha256, privs[1]), DropReason::decryption},
      {"level", "-v3 -u noc -l noAuthNoPriv", DropReason::unsupported_level},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const bool is_v3 = row.options.starts_with("-v3");
    const std::uint64_t before = source.dropped(row.reason);
    CHECK(trap(row.options + std::string(is_v3 ? engine : ""), source));
    CHECK(source.becomes_true([&] { return source.dropped(row.reason) == before + 1; }));
    CHECK_FALSE(inform("-t 0.2 " + row.options, source));
    CHECK(source.dropped(row.reason) >= before + 2);
    REQUIRE_FALSE(source.books().refusals.empty());
    CHECK(source.books().refusals[0].reason == name(row.reason));
    CHECK(source.books().refusals[0].sender == "127.0.0.1");
  }
  CHECK(source.alerts(0).empty());
  const std::string good = v3_options(noc, sha256, aes) + std::string(engine);
  CHECK(trap(good + " -Z 7,1000", source));
  CHECK(trap(good + " -Z 7,800", source));
  CHECK(source.becomes_true([&] { return source.dropped(DropReason::not_in_time_window) == 1; }));
  CHECK(trap(good + " -Z 6,1000", source));
  CHECK(source.becomes_true([&] { return source.dropped(DropReason::not_in_time_window) == 2; }));
  CHECK(source.alerts(1).size() == 1);
}

TEST_CASE("an inform that is sent again while the disk syncs is one alert, and gets its response") {
  SnmpSettings settings = open_settings();
  const SnmpUser noc = user_of("noc", AuthProtocol::sha1, "authpass1234", PrivProtocol::aes128);
  settings.users = {noc};
  LiveSource source(std::move(settings));
  for (const std::string& options :
       {std::string("-v2c -c public"), v3_options(noc, auths[1], privs[2])}) {
    CAPTURE(options);
    const std::size_t before = source.alerts(0).size();
    const std::uint64_t repeated = source.books().outcomes[rules::Outcome::repeated];
    source.hold(true);
    std::thread disk([&] {
      // It comes again after a second: only then is the disk done.
      source.becomes_true(
          [&] { return source.books().outcomes[rules::Outcome::repeated] > repeated; });
      source.hold(false);
    });
    CHECK(run("snmpinform",
              fmt::format("-t 1 -r 5 {} {} {}", options, source.address(), link_down_values)));
    disk.join();
    CHECK(source.alerts(before + 1).size() == before + 1);
  }
}

#include "connectors/snmp/usm/usm.h"

#include <doctest/doctest.h>

#include <string>

#include "connectors/snmp/message/message_reader.h"
#include "tests/connectors/snmp/message/sent_message.h"
#include "tests/connectors/snmp/usm/remote_engine.h"

using namespace deskd;
using namespace deskd::connectors;

namespace {

const std::string pdu = pdu_of(trap_pdu, "");
const std::string inform = pdu_of(inform_pdu, "", 77);
constexpr auto auth_no_priv = SecurityLevel::auth_no_priv;
constexpr auto auth_priv = SecurityLevel::auth_priv;
constexpr auto no_auth = SecurityLevel::no_auth_no_priv;

/// This engine, of boots 5, with these users.
struct Engine {
  explicit Engine(std::vector<SnmpUser> users, SecurityLevel least = no_auth) : level(least) {
    adopt(std::move(users));
  }
  void adopt(std::vector<SnmpUser> users) {
    auto settings = std::make_shared<SnmpSettings>();
    settings->users = std::move(users);
    usm.adopt(std::move(settings));
  }

  /// "" when it was opened, else the reason.
  std::string open(std::string bytes, std::string_view from = "10.0.0.7", std::uint32_t now = 0) {
    datagram = std::move(bytes);
    report.clear();
    auto read = read_message(datagram);
    REQUIRE(read);
    message = *read;
    auto result = usm.open(message, rules::IpAddress::parse(from).value(), level, now);
    if (result) {
      opened = *result;
      return "";
    }
    report = result.error().report;
    is_routine = result.error().is_routine;
    return std::string(name(result.error().reason));
  }
  /// What a report names: the last number but one of its OID.
  int reported() const {
    const auto read = read_message(report);
    if (!read) return -1;
    const auto scoped = read_scoped_pdu(read->scoped_pdu);
    if (!scoped) return -1;
    const auto at = scoped->pdu.find("\x2b\x06\x01\x06\x03\x0f\x01\x01");
    return at == std::string_view::npos ? -1 : scoped->pdu[at + 8];
  }

  SecurityLevel level;
  usm::Usm usm{usm::engine_id_of("this one"), 5};
  std::string datagram;
  Message message;
  usm::Usm::Opened opened;
  std::string report;
  bool is_routine = false;
};

}  // namespace

TEST_CASE("an engine id is stable, its own, and of a form that RFC 3411 allows") {
  const std::string id = usm::engine_id_of("seed");
  CHECK(id.size() == 21);
  CHECK(static_cast<unsigned char>(id[0]) == 0x80);
  CHECK(id[4] == 5);
  CHECK(id == usm::engine_id_of("seed"));
  CHECK(id != usm::engine_id_of("another"));
}

TEST_CASE("a trap is opened at each level") {
  const SnmpUser noc = user_of("noc", AuthProtocol::sha1, "authpass1234", PrivProtocol::aes128);
  Engine engine({noc});
  for (const auto level : {no_auth, auth_no_priv, auth_priv}) {
    CAPTURE(static_cast<int>(level));
    CHECK(engine.open(RemoteMessage{}.seal(noc, level, pdu)) == "");
    CHECK(engine.opened.level == level);
    CHECK(engine.opened.scoped.pdu.substr(0, pdu.size()) == pdu);
    CHECK(engine.opened.scoped.context == "a context");
  }
}

TEST_CASE("refusals of traps have their reason, and traps get no report") {
  const SnmpUser noc = user_of("noc", AuthProtocol::md5, "authpass1234", PrivProtocol::des);
  const SnmpUser plain = user_of("plain", AuthProtocol::none);
  Engine engine({noc, plain});
  CHECK(engine.open(RemoteMessage{}.seal(user_of("nobody"), auth_no_priv, pdu)) == "unknown_user");
  CHECK(engine.open(RemoteMessage{}.seal(user_of("noc", AuthProtocol::md5, "wrongpassword"),
                                         auth_no_priv, pdu)) == "wrong_digest");
  CHECK(engine.open(RemoteMessage{}.seal(user_of("noc", AuthProtocol::sha1), auth_no_priv, pdu)) ==
        "wrong_digest");
  CHECK(engine.open(RemoteMessage{}.seal(user_of("plain"), auth_no_priv, pdu)) ==
        "unsupported_level");
  const SnmpUser other =
      user_of("noc", AuthProtocol::md5, "authpass1234", PrivProtocol::des, "anotherpassword");
  CHECK(engine.open(RemoteMessage{}.seal(other, auth_priv, pdu)) == "decryption");
  CHECK(engine.open(RemoteMessage{.engine_id = ""}.seal(noc, no_auth, pdu)) == "unknown_engine");
  CHECK_FALSE(engine.is_routine);
  CHECK(engine.report.empty());

  Engine strict({noc, plain}, auth_priv);
  CHECK(strict.open(RemoteMessage{}.seal(noc, auth_no_priv, pdu)) == "unsupported_level");
  CHECK(strict.open(RemoteMessage{}.seal(noc, auth_priv, pdu)) == "");
}

TEST_CASE("every octet of a signed message counts") {
  const SnmpUser noc = user_of("noc");
  Engine engine({noc});
  const std::string good = RemoteMessage{}.seal(noc, auth_no_priv, pdu);
  CHECK(engine.open(good) == "");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    if (!read_message(changed)) continue;
    CAPTURE(i);
    // A message that claims to be unsigned is another matter, and so is one of another version.
    const auto message = read_message(changed);
    if (message->version != SnmpVersion::v3 || !message->v3.has_auth) continue;
    CHECK(engine.open(changed) != "");
  }
}

TEST_CASE("a trap that is replayed later, or after its engine's restart, is refused") {
  const SnmpUser noc = user_of("noc");
  Engine engine({noc});
  const auto sent = [&](std::uint32_t boots, std::uint32_t time) {
    return RemoteMessage{.boots = boots, .time = time}.seal(noc, auth_no_priv, pdu);
  };
  const std::string captured = sent(3, 1'000);
  CHECK(engine.open(captured, "10.0.0.7", 0) == "");
  CHECK(engine.open(captured, "10.0.0.7", 150) == "");  // the window of RFC 3414, section 2.2.3
  CHECK(engine.open(captured, "10.0.0.7", 151) == "not_in_time_window");
  CHECK(engine.open(sent(3, 1'151), "10.0.0.7", 151) == "");
  CHECK(engine.open(sent(3, 1'001), "10.0.0.7", 152) == "not_in_time_window");
  CHECK(engine.open(sent(4, 1), "10.0.0.7", 153) == "");
  CHECK(engine.open(sent(3, 1'151), "10.0.0.7", 153) == "not_in_time_window");
  CHECK(engine.open(sent(2147483647, 1), "10.0.0.7", 153) == "not_in_time_window");
  // Who only claims to be the user turns no clock.
  CHECK(engine.open(RemoteMessage{.boots = 9}.seal(
            user_of("noc", AuthProtocol::sha256, "wrongpassword"), auth_no_priv, pdu)) ==
        "wrong_digest");
  CHECK(engine.open(sent(4, 2), "10.0.0.7", 154) == "");
  // A new setup with the same user forgets nothing.
  engine.adopt({user_of("another"), noc});
  CHECK(engine.open(captured, "10.0.0.7", 155) == "not_in_time_window");
}

TEST_CASE("one name has other passwords for each network and engine") {
  SnmpUser north = user_of("noc", AuthProtocol::sha256, "northpassword");
  north.from = rules::Network::parse("10.1.0.0/16").value();
  SnmpUser south = user_of("noc", AuthProtocol::sha256, "southpassword");
  south.from = rules::Network::parse("10.2.0.0/16").value();
  SnmpUser ups = user_of("noc", AuthProtocol::md5, "upspassword");
  ups.engines = {"\x80UPS1"};
  Engine engine({ups, north, south});
  const auto try_it = [&](const SnmpUser& user, std::string_view from, std::string engine_id) {
    return engine.open(RemoteMessage{.engine_id = engine_id}.seal(user, auth_no_priv, pdu), from);
  };
  CHECK(try_it(north, "10.1.0.7", "\x80SOME") == "");
  CHECK(try_it(south, "10.2.0.7", "\x80SOME") == "");
  CHECK(try_it(north, "10.2.0.7", "\x80SOME") == "wrong_digest");
  CHECK(try_it(ups, "10.1.0.7", "\x80UPS1") == "");
  CHECK(try_it(north, "10.1.0.7", "\x80UPS1") == "");
  CHECK(try_it(ups, "10.1.0.7", "\x80SOME") == "wrong_digest");
  CHECK(try_it(north, "10.3.0.7", "\x80SOME") == "unknown_user");
}

TEST_CASE("an inform: discovery, time, then its response") {
  const SnmpUser noc = user_of("noc", AuthProtocol::sha512, "authpass1234", PrivProtocol::aes256);
  Engine engine({noc});
  RemoteMessage inform_message{.engine_id = "", .boots = 0, .time = 0, .is_reportable = true};
  CHECK(engine.open(inform_message.seal(user_of("", AuthProtocol::none), no_auth, inform)) ==
        "unknown_engine");
  CHECK(engine.is_routine);
  CHECK(engine.reported() == 4);
  const auto discovered = read_message(engine.report);
  REQUIRE(discovered);
  CHECK(discovered->v3.engine_id == engine.usm.engine_id());
  CHECK(discovered->v3.message_id == 9);

  inform_message.engine_id = engine.usm.engine_id();
  CHECK(engine.open(inform_message.seal(noc, auth_priv, inform), "10.0.0.7", 1'000) ==
        "not_in_time_window");
  CHECK(engine.is_routine);
  CHECK(engine.reported() == 2);
  const auto late = read_message(engine.report);
  REQUIRE(late);
  CHECK(late->v3.has_auth);
  CHECK_FALSE(late->v3.has_priv);
  CHECK(late->v3.boots == 5);
  CHECK(late->v3.time == 1'000);

  inform_message.boots = 5;
  inform_message.time = 1'100;
  const std::string sealed = inform_message.seal(noc, auth_priv, inform);
  CHECK(engine.open(sealed, "10.0.0.7", 1'000) == "");
  const auto session = usm::Usm::session_of(engine.message, engine.opened);
  const std::string response = engine.usm.respond(session, "\xa2\x00", 1'001);
  CHECK(engine.open(response, "10.0.0.7", 1'001) == "");
  CHECK(engine.message.v3.message_id == 9);
  CHECK(engine.opened.level == auth_priv);
  CHECK(engine.opened.scoped.context == "a context");

  CHECK(engine.open(sealed, "10.0.0.7", 1'251) == "not_in_time_window");
  CHECK_FALSE(engine.is_routine);
  inform_message.boots = 4;
  CHECK(engine.open(inform_message.seal(noc, auth_priv, inform), "10.0.0.7", 1'100) ==
        "not_in_time_window");
}

TEST_CASE("who asks for an answer is told what is wrong") {
  const SnmpUser noc = user_of("noc", AuthProtocol::sha1, "authpass1234", PrivProtocol::aes128);
  Engine engine({noc}, auth_no_priv);
  const RemoteMessage asked{
      .engine_id = engine.usm.engine_id(), .boots = 5, .time = 0, .is_reportable = true};
  const auto report_for = [&](const SnmpUser& user, SecurityLevel level) {
    CHECK(engine.open(asked.seal(user, level, inform)) != "");
    return engine.reported();
  };
  CHECK(report_for(noc, no_auth) == 1);
  CHECK(report_for(user_of("nobody"), auth_no_priv) == 3);
  CHECK(report_for(user_of("noc", AuthProtocol::sha1, "wrongpassword"), auth_no_priv) == 5);
  CHECK(report_for(user_of("noc", AuthProtocol::sha1, "authpass1234", PrivProtocol::aes128,
                           "wrongpassword"),
                   auth_priv) == 6);
  RemoteMessage other = asked;
  other.engine_id = "\x80OTHER";
  CHECK(engine.open(other.seal(noc, auth_priv, inform)) == "unknown_engine");
  CHECK(engine.reported() == 4);
  CHECK_FALSE(engine.is_routine);
}

TEST_CASE("a trap whose flags ask for reports is a trap like others, and gets none") {
  const SnmpUser noc = user_of("noc", AuthProtocol::sha1, "authpass1234", PrivProtocol::aes128);
  Engine engine({noc});
  const RemoteMessage flagged{.is_reportable = true};
  for (const auto level : {no_auth, auth_no_priv, auth_priv}) {
    CAPTURE(static_cast<int>(level));
    CHECK(engine.open(flagged.seal(noc, level, pdu)) == "");
  }
  const SnmpUser other = user_of("noc", AuthProtocol::sha1, "wrongpassword", PrivProtocol::aes128);
  CHECK(engine.open(flagged.seal(user_of("nobody"), auth_no_priv, pdu)) == "unknown_user");
  CHECK(engine.report.empty());
  CHECK(engine.open(flagged.seal(other, auth_no_priv, pdu)) == "wrong_digest");
  CHECK(engine.report.empty());
  // What a ciphertext hides may be an inform.
  CHECK(engine.open(flagged.seal(other, auth_priv, pdu)) == "wrong_digest");
  CHECK(engine.reported() == 4);
}

TEST_CASE("an inform for another engine learns which this one is, whoever sends it") {
  const SnmpUser noc = user_of("noc", AuthProtocol::sha1, "authpass1234", PrivProtocol::aes128);
  const SnmpUser other = user_of("noc", AuthProtocol::sha1, "wrongpassword", PrivProtocol::aes128);
  Engine engine({noc});
  const RemoteMessage asked{.is_reportable = true};
  for (const auto level : {no_auth, auth_no_priv, auth_priv}) {
    CAPTURE(static_cast<int>(level));
    CHECK(engine.open(asked.seal(noc, level, inform)) == "unknown_engine");
    CHECK(engine.reported() == 4);
    CHECK(read_message(engine.report)->v3.engine_id == engine.usm.engine_id());
    CHECK(engine.open(asked.seal(other, level, inform)) != "");
    CHECK(engine.reported() == 4);
  }
  CHECK(engine.open(RemoteMessage{}.seal(noc, auth_priv, inform)) == "unknown_engine");
  CHECK(engine.report.empty());
}

TEST_CASE("an engine whose boots and time are zero long after this one's start is heard") {
  const SnmpUser noc = user_of("noc");
  Engine engine({noc});
  const RemoteMessage first{.boots = 0, .time = 0};
  CHECK(engine.open(first.seal(noc, auth_no_priv, pdu), "10.0.0.7", 1'000) == "");
  CHECK(engine.open(first.seal(noc, auth_no_priv, pdu), "10.0.0.7", 1'151) == "not_in_time_window");
}

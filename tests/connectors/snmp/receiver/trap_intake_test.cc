#include "connectors/snmp/receiver/trap_intake.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "connectors/raw_message.h"
#include "connectors/snmp/display_hint.h"
#include "tests/connectors/snmp/receiver/trap_desk.h"
#include "tests/connectors/snmp/usm/remote_engine.h"

using namespace deskd;
using namespace deskd::connectors;
using namespace std::chrono_literals;
using rules::Outcome;

TEST_CASE("a trap becomes an alert that is judged, and no answer is sent") {
  TrapDesk desk;
  desk.send(link_down_trap());
  const auto batch = desk.one_batch();
  CHECK(batch->source == "traps");
  REQUIRE(batch->alerts.size() == 1);
  REQUIRE(batch->verdicts.size() == 1);
  const rules::Alert& alert = batch->alerts[0];
  CHECK(alert.source == "traps");
  CHECK(alert.type == "linkDown");
  CHECK(alert.resource == "10.0.0.7");
  CHECK(alert.qualifier == "3");
  CHECK(alert.received_at == desk.now.wall);
  CHECK(alert.event_at == desk.now.wall);
  CHECK(rules::find_label(alert.labels, "snmp_version") == "2c");
  CHECK(desk.books().in_flight == 1);
  CHECK(desk.answers.empty());
}

TEST_CASE("a trap's PDU can be looked at as text, without what vouches for it") {
  SnmpSettings settings = open_settings();
  settings.users = {user_of("noc", AuthProtocol::sha1, "authpass1234", PrivProtocol::aes128)};
  TrapDesk desk(settings);
  const std::string community_oid = short_oid({0x2b, 6, 1, 6, 3, 18, 1, 4, 0});
  const auto with_note = [&](std::string_view community) {
    return pdu_of(trap_pdu, varbind(community_oid, ber::element(ber::octets, community)) +
                                varbind(if_index_oid, ber::integer_element(3)));
  };
  const std::string large =
      pdu_of(trap_pdu, varbind(if_index_oid, ber::element(ber::octets, std::string(5'000, 'x'))));
  desk.send(link_down_trap());
  desk.send(message_of(with_note("proxied")));
  desk.send(
      RemoteMessage{}.seal(settings.users[0], SecurityLevel::auth_priv, with_note("proxied")));
  desk.send(message_of(large));
  const auto batch = desk.one_batch();
  REQUIRE(batch->elements.size() == 4);
  const auto shown = [&](std::size_t at) {
    return shown_raw(raw_value(batch->received(), batch->elements[at].offset));
  };
  const auto hex = [](std::string_view octets) {
    std::string text;
    append_hex(octets, text);
    return text;
  };
  const std::string trap = link_down_trap();
  CHECK(shown(0) == hex(trap.substr(trap.find(static_cast<char>(trap_pdu)))));
  CHECK(shown(1) == hex(with_note(std::string(7, '\0'))));
  CHECK(shown(2) == shown(1));
  CHECK(shown(3).size() == limits::raw_shown_bytes + std::string_view("…").size());
  CHECK(shown(3).starts_with(hex(large.substr(0, 2'000))));
  for (const std::string_view secret : {"public", "proxied", "authpass1234"}) {
    CAPTURE(secret);
    CHECK(batch->received().find(hex(secret).substr(2)) == std::string::npos);
  }
}

TEST_CASE("many datagrams make one batch, bounded by number and by time") {
  TrapDesk desk;
  for (int i = 0; i < 10; ++i) desk.send(link_down_trap());
  desk.intake.flush(desk.now, true);
  CHECK(desk.inbox.empty());
  desk.pass(1ms);
  desk.intake.flush(desk.now, true);
  auto batches = desk.take();
  REQUIRE(batches.size() == 1);
  CHECK(batches[0]->alerts.size() == 10);
}

TEST_CASE("a batch that is full goes at once, however much comes in one look at the sockets") {
  TrapDesk desk;
  SUBCASE("by number") {
    for (std::size_t i = 0; i < limits::trap_batch_max + 1; ++i) desk.send(link_down_trap());
    auto batches = desk.take();
    REQUIRE(batches.size() == 1);
    CHECK(batches[0]->alerts.size() == limits::trap_batch_max);
    CHECK(desk.one_batch()->alerts.size() == 1);
  }
  SUBCASE("by size") {
    const std::string large = message_of(pdu_of(
        trap_pdu, varbind(if_index_oid, ber::element(ber::octets, std::string(50'000, 'x')))));
    for (int i = 0; i < 100; ++i) desk.send(large);
    const auto batches = desk.take();
    REQUIRE(batches.size() > 1);
    for (const auto& batch : batches) {
      CHECK(batch->bytes() < limits::trap_batch_bytes_max + 500'000);
    }
  }
}

TEST_CASE("answers that wait are bounded with all that they keep") {
  InformMemory informs(1h);
  InformAnswer answer;
  answer.session.emplace().context_engine_id.assign(limits::informs_waiting_bytes, 'x');
  CHECK(informs.has_room());
  informs.wait({1, 1}, std::move(answer));
  CHECK_FALSE(informs.has_room());
  informs.forget({1, 1});
  CHECK(informs.has_room());
}

TEST_CASE("a late trap is older than the one that overtook it") {
  TrapDesk desk;
  desk.send(link_down_trap("public", 5'000));
  desk.send(link_down_trap("public", 4'900));
  desk.send(link_down_trap("public", 4'900), "10.0.0.8");
  const auto batch = desk.one_batch();
  CHECK(batch->alerts[1].event_at == batch->alerts[0].event_at - 1s);
  CHECK(batch->alerts[2].event_at == batch->alerts[0].event_at);
}

TEST_CASE("each refusal has its reason, is counted once and can be seen") {
  SnmpSettings settings = open_settings();
  settings.networks = {rules::Network::parse("10.0.0.0/8").value()};
  settings.level = SecurityLevel::auth_no_priv;
  settings.users = {user_of("noc")};
  const std::string bare_pdu =
      ber::element(trap_pdu, ber::integer_element(1) + ber::integer_element(0) +
                                 ber::integer_element(0) + ber::element(ber::sequence, ""));
  struct Row {
    DropReason reason;
    std::string bytes;
    std::string from = "10.0.0.7";
    std::string user = "";
  };
  const Row rows[] = {
      {DropReason::network, link_down_trap(), "192.0.2.1"},
      {DropReason::malformed, "hello"},
      {DropReason::malformed, message_of(bare_pdu)},
      {DropReason::not_a_notification, message_of(pdu_of(get_pdu, ""))},
      {DropReason::wrong_community, link_down_trap("private")},
      {DropReason::wrong_community, link_down_trap("publi")},
      {DropReason::wrong_community, link_down_trap("")},
      {DropReason::unknown_user,
       RemoteMessage{}.seal(user_of("eve"), SecurityLevel::auth_no_priv, pdu_of(trap_pdu, "")),
       "10.0.0.7", "eve"},
      {DropReason::unsupported_level,
       RemoteMessage{}.seal(user_of("noc"), SecurityLevel::no_auth_no_priv, pdu_of(trap_pdu, "")),
       "10.0.0.7", "noc"},
      {DropReason::unknown_engine,
       RemoteMessage{}.seal(user_of("noc"), SecurityLevel::auth_no_priv, pdu_of(inform_pdu, "")),
       "10.0.0.7", "noc"},
  };
  for (const Row& row : rows) {
    CAPTURE(name(row.reason));
    TrapDesk desk(settings);
    desk.send(row.bytes, row.from);
    CHECK(desk.commit() == 0);
    for (std::size_t i = 0; i < drop_reason_names.size(); ++i) {
      const auto reason = static_cast<DropReason>(i);
      CHECK(desk.dropped(reason) == (reason == row.reason ? 1 : 0));
    }
    const SourceBooks books = desk.books();
    CHECK(books.received == 0);
    CHECK(books.requests_refused.empty());
    REQUIRE(books.refusals.size() == 1);
    CHECK(books.refusals[0].reason == name(row.reason));
    CHECK(books.refusals[0].sender == row.from);
    CHECK(books.refusals[0].user == row.user);
    CHECK((books.refusals[0].detail.find("0x8001020304") != std::string::npos) ==
          !row.user.empty());
  }
}

TEST_CASE("equal refusals are one, with their number") {
  TrapDesk desk;
  for (int i = 0; i < 50; ++i) desk.send(link_down_trap("private"));
  desk.commit();
  CHECK(desk.dropped(DropReason::wrong_community) == 50);
  REQUIRE(desk.books().refusals.size() == 1);
  CHECK(desk.books().refusals[0].count == 50);
}

TEST_CASE("what is over a sender's quota is refused, others are not touched") {
  SnmpSettings settings = open_settings();
  settings.per_sender = 10;
  TrapDesk desk(settings);
  for (int i = 0; i < 25; ++i) desk.send(link_down_trap());
  desk.send(link_down_trap(), "10.0.0.8");
  CHECK(desk.commit() == 11);
  CHECK(desk.dropped(DropReason::quota) == 15);
  const SourceBooks books = desk.books();
  CHECK(books.received == 26);
  CHECK(books.outcomes[Outcome::refused] == 15);
  CHECK(books.outcomes[Outcome::raised] == 11);
}

TEST_CASE("an inform is answered when it is durable, and not before") {
  TrapDesk desk;
  const std::string inform = link_down_inform(77);
  desk.send(inform);
  desk.intake.flush(desk.now, false);
  CHECK(desk.answers.empty());
  CHECK(desk.commit() == 1);
  REQUIRE(desk.answers.size() == 1);
  // The response is the inform but for its tag.
  std::string expected = inform;
  expected[expected.find(static_cast<char>(inform_pdu))] = static_cast<char>(response_pdu);
  CHECK(desk.answers[0] == expected);
  CHECK(desk.intake.informs_waiting() == 0);
}

TEST_CASE("an error-status in an inform does not come back") {
  TrapDesk desk;
  const std::string pdu = ber::element(
      inform_pdu, ber::integer_element(7) + ber::integer_element(5) + ber::integer_element(300) +
                      ber::element(ber::sequence, head_varbinds()));
  desk.send(message_of(pdu));
  desk.commit();
  REQUIRE(desk.answers.size() == 1);
  const auto message = read_message(desk.answers[0]);
  REQUIRE(message);
  ber::Reader reader(ber::Reader(message->pdu).next()->content);
  CHECK(reader.next_integer("") == 7);
  CHECK(reader.next_integer("") == 0);
  CHECK(reader.next_integer("") == 0);
}

TEST_CASE("a repeat of an inform is counted as one, and answered again from memory") {
  TrapDesk desk;
  desk.send(link_down_inform(77));
  desk.send(link_down_inform(77));
  CHECK(desk.books().outcomes[Outcome::repeated] == 1);
  CHECK(desk.commit() == 1);
  CHECK(desk.answers.size() == 1);
  desk.pass(59min);
  desk.send(link_down_inform(77));
  CHECK(desk.answers.size() == 2);
  CHECK(desk.answers[0] == desk.answers[1]);
  CHECK(desk.commit() == 0);
  CHECK(desk.books().outcomes[Outcome::repeated] == 2);
  CHECK(desk.books().received == 3);
  SUBCASE("another request") {
    desk.send(link_down_inform(78));
    CHECK(desk.commit() == 1);
  }
  SUBCASE("another sender") {
    desk.send(link_down_inform(77), "10.0.0.8");
    CHECK(desk.commit() == 1);
  }
  SUBCASE("after the window") {
    desk.pass(2min);
    desk.send(link_down_inform(77));
    CHECK(desk.commit() == 1);
  }
}

TEST_CASE("an inform that is not durable gets no answer, and its repeat is taken") {
  TrapDesk desk;
  desk.send(link_down_inform(77));
  desk.commit(Settlement::Kind::rejected);
  CHECK(desk.answers.empty());
  desk.send(link_down_inform(77));
  CHECK(desk.commit() == 1);
  CHECK(desk.answers.size() == 1);
}

TEST_CASE("a full lane: informs get no answer, and everything is in the books") {
  TrapDesk desk;
  desk.inbox.hold(true);
  desk.send(link_down_inform(77));
  desk.send(link_down_trap());
  CHECK(desk.commit() == 0);
  CHECK(desk.answers.empty());
  CHECK(desk.dropped(DropReason::lane_full) == 2);
  const SourceBooks books = desk.books();
  CHECK(books.outcomes[Outcome::refused] == 2);
  CHECK(books.received == books.in_flight + books.outcomes.total());
  desk.inbox.hold(false);
  desk.send(link_down_inform(77));
  CHECK(desk.commit() == 1);
  CHECK(desk.answers.size() == 1);
}

TEST_CASE("a repeat of a version 3 inform is known though its message's id is new") {
  SnmpSettings settings = open_settings();
  const SnmpUser noc = user_of("noc", AuthProtocol::sha1, "authpass1234", PrivProtocol::aes128);
  settings.users = {noc};
  TrapDesk desk(settings);
  RemoteMessage sent{.engine_id = desk.intake.engine_id(),
                     .boots = 5,
                     .time = 0,
                     .is_reportable = true,
                     .message_id = 1};
  desk.send(sent.seal(noc, SecurityLevel::auth_priv, pdu_of(inform_pdu, "")));
  sent.message_id = 2;
  desk.send(sent.seal(noc, SecurityLevel::auth_priv, pdu_of(inform_pdu, "")));
  CHECK(desk.commit() == 1);
  REQUIRE(desk.answers.size() == 1);
  CHECK(read_message(desk.answers[0])->v3.message_id == 2);  // for which its sender waits now
  sent.message_id = 3;
  desk.send(sent.seal(noc, SecurityLevel::auth_priv, pdu_of(inform_pdu, "")));
  REQUIRE(desk.answers.size() == 2);
  CHECK(read_message(desk.answers[1])->v3.message_id == 3);
  CHECK(desk.books().outcomes[Outcome::repeated] == 2);
}

TEST_CASE("a new setup judges what comes after it") {
  TrapDesk desk;
  desk.send(link_down_trap());
  SnmpSettings settings = open_settings();
  settings.communities = {config::Secret("secret")};
  const auto next = setup_of(settings, 2);
  desk.intake.adopt(next, desk.now);
  desk.send(link_down_trap("secret"));
  desk.send(link_down_trap("public"));
  desk.intake.flush(desk.now, false);
  const auto batches = desk.take();
  REQUIRE(batches.size() == 2);
  CHECK(batches[0]->setup->number == 1);
  CHECK(batches[1]->setup->number == 2);
  CHECK(desk.dropped(DropReason::wrong_community) == 1);
}

TEST_CASE("an agent's own address counts only from those who are trusted") {
  SnmpSettings settings = open_settings();
  settings.trust_agent_address = {rules::Network::parse("10.0.0.9").value()};
  const std::string head = ber::element(ber::oid, short_oid({0x2b, 6, 1, 4, 1, 9})) +
                           ber::element(ber::ip_address, "\x0a\x01\x01\x01") +
                           ber::integer_element(0) + ber::integer_element(0) +
                           ber::integer_element(42, ber::time_ticks);
  const std::string v1 =
      message_of(ber::element(v1_trap_pdu, head + ber::element(ber::sequence, "")), "public", 0);
  TrapDesk desk(settings);
  desk.send(v1, "10.0.0.8");
  desk.send(v1, "10.0.0.9");
  const auto batch = desk.one_batch();
  CHECK(batch->alerts[0].type == "coldStart");
  CHECK(batch->alerts[0].sender == "10.0.0.8");
  CHECK(batch->alerts[1].sender == "10.1.1.1");
}

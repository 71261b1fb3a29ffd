// Hostile datagrams through the whole path from a socket's bytes to a judged batch and an answer.
//
// An input is a datagram when it begins as one does. Else its first octet says what is put around
// the rest, which without that would never be read: a community, a digest and a cipher.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "connectors/raw_message.h"
#include "connectors/snmp/receiver/trap_intake.h"
#include "connectors/snmp/shipped_table.h"
#include "tests/fuzz/decoded_body.h"
#include "tests/fuzz/snmp_message.h"

namespace {

using namespace deskd;
using namespace deskd::connectors;

SnmpUser user(std::string name, AuthProtocol auth, PrivProtocol priv) {
  SnmpUser made;
  made.name = std::move(name);
  made.auth = auth;
  made.priv = priv;
  if (auth != AuthProtocol::none) made.auth_password = config::Secret("authpass1234");
  if (priv != PrivProtocol::none) made.priv_password = config::Secret("privpass1234");
  return made;
}

SnmpUser noc() { return user("noc", AuthProtocol::sha256, PrivProtocol::aes128); }
SnmpUser des() { return user("des", AuthProtocol::md5, PrivProtocol::des); }

std::shared_ptr<const Judging> setup() {
  auto settings = std::make_shared<SnmpSettings>();
  settings->communities.emplace_back("public");
  settings->level = SecurityLevel::no_auth_no_priv;
  settings->names = shipped_oid_table();
  settings->users = {user("plain", AuthProtocol::none, PrivProtocol::none), noc(), des()};
  config::Problems problems;
  auto judging = std::make_shared<Judging>();
  judging->rules = rules::RuleSet::compile({}, {}, problems);
  DESKD_CHECK(judging->rules != nullptr);
  Source source;
  source.name = "traps";
  source.kind = SourceKind::snmp;
  source.snmp = std::move(settings);
  judging->sources.push_back(std::move(source));
  return judging;
}

/// What an answer must be: something that can be read, and no larger than a little more than what
/// was asked, so that nobody else can be flooded with answers.
void check_answer(std::string_view answer, std::size_t asked) {
  DESKD_CHECK(read_message(answer).has_value());
  DESKD_CHECK(answer.size() <= asked + 200);
}

/// What people are shown of each datagram: hexadecimal, and no community.
void check_shown(const Batch& batch) {
  DESKD_CHECK(batch.elements.size() == batch.alerts.size());
  const std::string& received = *batch.share_received();
  for (const ElementPlace& place : batch.elements) {
    const std::string_view shown = raw_value(received, place.offset);
    DESKD_CHECK(shown.starts_with("0xa") && shown.size() <= limits::raw_shown_bytes + 1);
    DESKD_CHECK(shown.find_first_not_of("0123456789abcdefx") == std::string_view::npos);
  }
}

struct Desk {
  Desk() {
    inbox.set_lane("traps", limits::MiB);
    intake.adopt(setup(), now);
  }

  void take(std::string_view bytes) {
    asked = bytes.size();
    intake.take({.bytes = bytes,
                 .sender = rules::IpAddress::parse("10.0.0.7").value(),
                 .sender_text = "10.0.0.7",
                 .path = path},
                now);
    intake.flush(now, false);
    for (const auto& batch : inbox.take(limits::GiB)) {
      for (const rules::Alert& alert : batch->alerts) tests::check_alert(alert, now.wall);
      check_shown(*batch);
      rules::OutcomeCounts outcomes;
      outcomes[rules::Outcome::merged] = batch->alerts.size();
      accounts.settled("traps", outcomes);
      batch->receipt.settle({.kind = Settlement::Kind::durable, .status = 0, .answer = {}});
    }
    for (const auto& informs : std::exchange(settled, {})) intake.settle(informs, true, now);
    DESKD_CHECK(intake.informs_waiting() == 0);
    now.wall += std::chrono::milliseconds{1};
    now.running += std::chrono::milliseconds{1};
  }

  Moment now{.wall = rules::Time{std::chrono::hours{500'000}}, .running = {}};
  ReturnPath path;
  Accounts accounts;
  Inbox inbox{nullptr};
  DropCounts drops;
  std::size_t asked = 0;
  std::vector<std::vector<InformKey>> settled;
  TrapIntake intake{
      {.source = "traps",
       .accounts = accounts,
       .inbox = inbox,
       .drops = drops,
       .engine_seed = "fuzz",
       .engine_boots = 1,
       .repeat_window = std::chrono::milliseconds{2},
       .send = [this](const ReturnPath&, std::string_view bytes) { check_answer(bytes, asked); },
       .on_settled = [this](std::vector<InformKey> informs,
                            bool) { settled.push_back(std::move(informs)); }}};
};

/// Everybody who may send with a digest: to this engine an inform, of another one a trap.
struct Senders {
  explicit Senders(const Desk& desk)
      : inform_sender(noc(), desk.intake.engine_id()),
        trap_sender(noc(), "\x80\x01\x02\x03\x04"),
        weak_inform_sender(des(), desk.intake.engine_id()) {}

  tests::KeyHolder inform_sender;
  tests::KeyHolder trap_sender;
  tests::KeyHolder weak_inform_sender;
};

std::string datagram_of(std::string_view input, const Desk& desk) {
  static Senders senders(desk);
  if (input.empty() || input.front() == static_cast<char>(ber::sequence)) return std::string(input);
  tests::FuzzInput rest(input);
  const std::uint32_t time = desk.now.seconds();
  switch (rest.number() % 8) {
    case 0:
      return tests::community_message(0, rest.rest());
    case 1:
      return tests::community_message(1, rest.rest());
    case 2:
      return senders.trap_sender.seal_pdu(rest.rest(), time);
    case 3:
      return senders.inform_sender.seal_pdu(rest.rest(), time);
    case 4:
      return senders.weak_inform_sender.seal_pdu(rest.rest(), time);
    case 5:
      return senders.trap_sender.seal(rest.rest(), time);
    case 6:
      return senders.weak_inform_sender.seal(rest.rest(), time);
    default:
      return tests::community_message(1, tests::known_pdu(rest, *shipped_oid_table()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Desk desk;
  const std::string datagram = datagram_of({reinterpret_cast<const char*>(data), size}, desk);
  if (datagram.size() > limits::datagram_bytes_max) return 0;
  // A block of its own size, so that a sanitizer sees a look past its end.
  const std::vector<char> exact(datagram.begin(), datagram.end());
  desk.take({exact.data(), exact.size()});
  return 0;
}

// Hostile datagrams through the whole path from a socket's bytes to a judged batch and an answer,
// with users of which the weakest needs no digest.

#include <cstddef>
#include <cstdint>
#include <utility>

#include "connectors/snmp/receiver/trap_intake.h"
#include "connectors/snmp/shipped_table.h"
#include "tests/fuzz/decoded_body.h"

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

std::shared_ptr<const Judging> setup() {
  auto settings = std::make_shared<SnmpSettings>();
  settings->communities.emplace_back("public");
  settings->level = SecurityLevel::no_auth_no_priv;
  settings->names = shipped_oid_table();
  settings->users = {user("plain", AuthProtocol::none, PrivProtocol::none),
                     user("noc", AuthProtocol::sha256, PrivProtocol::aes128),
                     user("des", AuthProtocol::md5, PrivProtocol::des)};
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Desk desk;
  if (size > limits::datagram_bytes_max) return 0;
  desk.take({reinterpret_cast<const char*>(data), size});
  return 0;
}

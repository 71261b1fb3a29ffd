#include "connectors/snmp/receiver/trap_intake.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "config/check.h"
#include "config/limits.h"
#include "connectors/judged_batch.h"
#include "connectors/snmp/display_hint.h"
#include "connectors/snmp/notification.h"
#include "connectors/snmp/usm/usm_crypto.h"

namespace deskd::connectors {
namespace {

bool is_in(const std::vector<rules::Network>& networks, const rules::IpAddress& address) {
  return std::ranges::any_of(networks,
                             [&](const auto& network) { return network.contains(address); });
}

/// All are compared, each in the same time wherever it differs.
bool is_known(const std::vector<config::Secret>& communities, std::string_view community) {
  bool found = false;
  for (const config::Secret& one : communities) {
    found = usm::equal_secrets(one.reveal(), community) || found;
  }
  return found;
}

bool is_other_pdu(std::string_view pdu) {
  if (pdu.empty()) return false;
  const auto tag = static_cast<std::uint8_t>(pdu.front());
  return tag >= get_pdu && tag <= report_pdu && tag != v1_trap_pdu && tag != inform_pdu &&
         tag != trap_pdu;
}

/// The same PDU as a response without errors (RFC 3416, section 4.2.7): only its tag and two
/// numbers differ, so the PDU that stands in `bytes` from `at` on, and was read already, is changed
/// in its place.
void make_response(std::string& bytes, std::size_t at) {
  const std::string_view pdu = std::string_view(bytes).substr(at);
  ber::Reader reader(ber::Reader(pdu).next()->content);
  static_cast<void>(reader.next());  // request-id
  for (int i = 0; i < 2; ++i) {
    const std::string_view number = reader.next()->content;
    std::fill_n(bytes.begin() + (number.data() - bytes.data()), number.size(), '\0');
  }
  bytes[at] = static_cast<char>(response_pdu);
}

/// Where proxies tell of communities, zeros stand afterwards.
void blank_communities(std::span<const Varbind> varbinds, std::string_view pdu, std::string& copy) {
  for (const Varbind& varbind : varbinds) {
    if (!is_proxy_note(varbind.oid)) continue;
    const auto* octets = std::get_if<Octets>(&varbind.value);
    const auto* opaque = std::get_if<Opaque>(&varbind.value);
    if (octets == nullptr && opaque == nullptr) continue;
    const std::string_view secret = octets != nullptr ? octets->bytes : opaque->bytes;
    const auto at = static_cast<std::size_t>(secret.data() - pdu.data());
    if (at < copy.size())
      std::fill_n(copy.begin() + static_cast<std::ptrdiff_t>(at),
                  std::min(secret.size(), copy.size() - at), '\0');
  }
}

}  // namespace

TrapIntake::TrapIntake(Parts parts) : parts_(std::move(parts)), informs_(parts_.repeat_window) {}

void TrapIntake::adopt(std::shared_ptr<const Judging> setup, const Moment& now) {
  flush(now, false);
  const Source* const source = setup->find(parts_.source);
  DESKD_CHECK(source != nullptr && source->snmp != nullptr && source->snmp->names != nullptr);
  settings_ = source->snmp;
  setup_ = std::move(setup);
  quota_.set(settings_->per_sender);
  const std::string engine_id =
      settings_->engine_id.empty() ? usm::engine_id_of(parts_.engine_seed) : settings_->engine_id;
  if (!usm_ || usm_->engine_id() != engine_id) usm_.emplace(engine_id, parts_.engine_boots);
  usm_->adopt(settings_);
}

void TrapIntake::take(const Datagram& datagram, const Moment& now) {
  Arrival arrival{.datagram = datagram, .now = now, .pdu_bytes = {}};
  if (!is_admitted(arrival)) return;
  const auto message = read_message(datagram.bytes);
  if (!message) {
    drop(arrival, DropReason::malformed, message.error());
    return;
  }
  arrival.message = *message;
  arrival.trap.version = message->version;
  arrival.trap.sender_address = datagram.sender_text;
  arrival.trap.agent_is_believed = is_in(settings_->trust_agent_address, datagram.sender);
  return message->version == SnmpVersion::v3 ? take_v3(arrival) : take_community(arrival);
}

bool TrapIntake::is_admitted(const Arrival& arrival) {
  const Datagram& datagram = arrival.datagram;
  if (!settings_->networks.empty() && !is_in(settings_->networks, datagram.sender)) {
    drop(arrival, DropReason::network, "comes from outside of the source's networks");
    return false;
  }
  if (quota_.admits(datagram.sender, arrival.now.running)) return true;
  count_unread(rules::Outcome::refused, arrival.now);
  drop(arrival, DropReason::quota, "is over what one sender may send in a second");
  return false;
}

void TrapIntake::take_community(Arrival& arrival) {
  if (!is_known(settings_->communities, arrival.message.community)) {
    return drop(arrival, DropReason::wrong_community, "has a community that is not in the list");
  }
  arrival.trap.community = arrival.message.community;
  arrival.pdu_bytes = arrival.message.pdu;
  take_pdu(arrival, nullptr);
}

void TrapIntake::take_v3(Arrival& arrival) {
  const Message& message = arrival.message;
  auto opened =
      usm_->open(message, arrival.datagram.sender, settings_->level, arrival.now.seconds());
  if (!opened) {
    Refusal& refusal = opened.error();
    if (!refusal.report.empty()) parts_.send(arrival.datagram.path, refusal.report);
    if (!refusal.is_routine) drop(arrival, std::move(refusal));
    return;
  }
  arrival.trap.user = message.v3.user;
  arrival.trap.context = opened->scoped.context;
  arrival.trap.engine_id = message.v3.engine_id;
  arrival.pdu_bytes = opened->scoped.pdu;
  take_pdu(arrival, &*opened);
}

void TrapIntake::take_pdu(Arrival& arrival, const usm::Usm::Opened* opened) {
  if (is_other_pdu(arrival.pdu_bytes)) {
    return drop(arrival, DropReason::not_a_notification, "asks or answers, and tells of nothing");
  }
  const auto pdu = reader_.read(arrival.pdu_bytes);
  if (!pdu) return drop(arrival, DropReason::malformed, pdu.error());
  const auto read = pdu->tag == v1_trap_pdu ? map_v1(pdu->v1, pdu->varbinds, arrival.trap)
                                            : take_head(pdu->varbinds, arrival.trap);
  if (!read)
    return drop(arrival, DropReason::malformed, "is no trap: " + std::string(read.error()));
  if (pdu->tag == inform_pdu) {
    if (opened != nullptr) {
      arrival.session = usm::Usm::session_of(arrival.message, *opened);
    }
    if (!take_inform(arrival)) return;
  }
  add_alert(arrival);
}

bool TrapIntake::take_inform(Arrival& arrival) {
  const Datagram& datagram = arrival.datagram;
  InformAnswer made{.to = datagram.path, .bytes = {}, .session = std::move(arrival.session)};
  if (made.session) {
    made.bytes = arrival.pdu_bytes;
    make_response(made.bytes, 0);
  } else {
    const std::string_view whole = arrival.message.whole;
    made.bytes = whole;
    make_response(made.bytes, static_cast<std::size_t>(arrival.pdu_bytes.data() - whole.data()));
  }
  const InformKey key =
      inform_key(datagram, made.session ? arrival.message.v3.user : arrival.message.community,
                 arrival.pdu_bytes);
  switch (informs_.look(key, arrival.now.running)) {
    case InformMemory::Known::answered:
      count_unread(rules::Outcome::repeated, arrival.now);
      answer(made, arrival.now);
      return false;
    case InformMemory::Known::under_way:
      count_unread(rules::Outcome::repeated, arrival.now);
      informs_.wait(key, std::move(made));
      return false;
    case InformMemory::Known::fresh:
      break;
  }
  if (!informs_.has_room()) {
    count_unread(rules::Outcome::refused, arrival.now);
    drop(arrival, DropReason::lane_full, "is an inform, and too many wait for their answers");
    return false;
  }
  informs_.wait(key, std::move(made));
  batch_informs_.push_back(key);
  return true;
}

void TrapIntake::add_alert(const Arrival& arrival) {
  if (!batch_) {
    batch_ = std::make_unique<Batch>(std::string());
    batch_->source = parts_.source;
    batch_->setup = setup_;
    batch_->received_at = arrival.now.wall;
    batch_since_ = arrival.now.running;
  }
  rules::Alert alert = labels_.read(arrival.trap, *settings_->names, *batch_).alert;
  alert.source = batch_->source;
  alert.received_at = batch_->received_at;
  alert.event_at = alert.received_at;
  if (const auto uptime = arrival.trap.uptime) {
    const auto agent = arrival.trap.agent_address.value_or(Ipv4{});
    const std::uint64_t engine = XXH3_64bits_withSeed(
        agent.data(), agent.size(),
        XXH3_64bits(arrival.trap.engine_id.data(), arrival.trap.engine_id.size()));
    const std::uint64_t sender =
        XXH3_64bits_withSeed(alert.sender.data(), alert.sender.size(), engine);
    alert.event_at = uptimes_.event_at(sender, *uptime, alert.received_at,
                                       is_agent_start(arrival.trap.trap_oid));
  }
  batch_->alerts.push_back(alert);
  keep_pdu(arrival);
  // Not before the next flush: many sockets bring much until then.
  if (is_full()) hand_over();
}

// For people who look at it, as text. The PDU alone: around it stand communities and digests.
void TrapIntake::keep_pdu(const Arrival& arrival) {
  std::string shown(arrival.pdu_bytes.substr(0, limits::raw_shown_bytes / 2));
  blank_communities(arrival.trap.varbinds, arrival.pdu_bytes, shown);
  std::string& received = batch_->received();
  batch_->elements.push_back({.offset = static_cast<std::uint32_t>(received.size())});
  append_hex(shown, received);
  received += '\n';
}

void TrapIntake::flush(const Moment& now, bool may_grow) {
  refusals_.show(parts_.accounts, parts_.source);
  if (!batch_) return;
  if (may_grow && now.running - batch_since_ < limits::trap_batch_wait) return;
  hand_over();
}

bool TrapIntake::is_full() const {
  return batch_->alerts.size() >= limits::trap_batch_max ||
         batch_->bytes() >= limits::trap_batch_bytes_max;
}

void TrapIntake::hand_over() {
  auto batch = std::move(batch_);
  const std::uint64_t clamped = judge(*batch);
  const std::size_t alerts = batch->alerts.size();
  parts_.accounts.received(parts_.source, alerts, 0, 0, clamped, batch->received_at);
  if (!batch_informs_.empty()) {
    batch->receipt = Receipt([informs = std::exchange(batch_informs_, {}),
                              settled = parts_.on_settled](const Settlement& settlement) mutable {
      settled(std::move(informs), settlement.kind == Settlement::Kind::durable);
    });
  }
  if (parts_.inbox.offer(batch)) return;
  parts_.drops.add(DropReason::lane_full, alerts);
  refuse_without_room(*batch, parts_.accounts);
}

void TrapIntake::settle(const std::vector<InformKey>& informs, bool is_durable, const Moment& now) {
  for (const InformKey& key : informs) {
    if (!is_durable) {
      informs_.forget(key);
    } else if (const auto due = informs_.durable(key, now.running)) {
      answer(*due, now);
    }
  }
}

void TrapIntake::answer(const InformAnswer& answer, const Moment& now) {
  if (!answer.session) return parts_.send(answer.to, answer.bytes);
  const std::string sealed = usm_->respond(*answer.session, answer.bytes, now.seconds());
  if (!sealed.empty()) parts_.send(answer.to, sealed);
}

// One that is in the books, but of which no alert is made.
void TrapIntake::count_unread(rules::Outcome outcome, const Moment& now) {
  rules::OutcomeCounts outcomes;
  outcomes[outcome] = 1;
  parts_.accounts.received(parts_.source, 1, 0, 0, 0, now.wall);
  parts_.accounts.settled(parts_.source, outcomes);
}

void TrapIntake::drop(const Arrival& arrival, Refusal refusal) {
  parts_.drops.add(refusal.reason);
  refusal.detail.insert(0, "the message ");
  refusals_.add(arrival.datagram.sender_text, arrival.message.v3.user, arrival.message.v3.engine_id,
                refusal, arrival.now.wall);
}

void TrapIntake::drop(const Arrival& arrival, DropReason reason, std::string_view detail) {
  drop(arrival, Refusal{reason, std::string(detail), {}});
}

}  // namespace deskd::connectors

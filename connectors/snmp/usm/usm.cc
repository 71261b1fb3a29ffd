#include "connectors/snmp/usm/usm.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <random>
#include <utility>

#include "connectors/snmp/message/message_reader.h"
#include "connectors/snmp/usm/usm_crypto.h"

namespace deskd::connectors::usm {
namespace {

using namespace std::string_literals;

constexpr std::uint32_t time_window = 150;          // RFC 3414, section 2.2.3, in seconds
constexpr std::uint32_t boots_at_end = 2147483647;  // RFC 3414, section 2.2.2
constexpr std::string_view usm_stats = "\x2b\x06\x01\x06\x03\x0f\x01\x01";  // 1.3.6.1.6.3.15.1.1

SecurityLevel level_of(const V3Head& head) {
  if (!head.has_auth) return SecurityLevel::no_auth_no_priv;
  return head.has_priv ? SecurityLevel::auth_priv : SecurityLevel::auth_no_priv;
}

std::uint8_t tag_of(std::string_view pdu) {
  return pdu.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(pdu.front());
}

/// Whether its sender waits for no answer (RFC 3411, section 2.8: the Unconfirmed Class).
bool is_unconfirmed(std::string_view pdu) {
  const std::uint8_t tag = tag_of(pdu);
  return tag == trap_pdu || tag == v1_trap_pdu || tag == response_pdu || tag == report_pdu;
}

DropReason reason_of(std::uint8_t stat) {
  constexpr std::array reasons{DropReason::malformed,          DropReason::unsupported_level,
                               DropReason::not_in_time_window, DropReason::unknown_user,
                               DropReason::unknown_engine,     DropReason::wrong_digest,
                               DropReason::decryption};
  return reasons[stat];
}

}  // namespace

std::string engine_id_of(std::string_view seed) {
  // The enterprise that RFC 5612 keeps for examples, since this one has none of its own; 5: octets
  // that the administrator chose. They alone make the id unlike all others.
  std::string id = "\x80\x00\x7e\xd9\x05"s;
  const XXH128_hash_t hash = XXH3_128bits(seed.data(), seed.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  return id.append(reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest);
}

Usm::Usm(std::string engine_id, std::uint32_t boots)
    : engine_id_(std::move(engine_id)),
      boots_(boots),
      salt_(std::uint64_t{std::random_device{}()} << 32 | std::random_device{}()) {}

std::expected<Usm::Opened, Refusal> Usm::open(const Message& message,
                                              const rules::IpAddress& sender,
                                              SecurityLevel level_min, std::uint32_t now) {
  const V3Head& head = message.v3;
  Opening opening{.message = message,
                  .sender = sender,
                  .level = level_of(head),
                  .now = now,
                  .is_foreign = head.engine_id != engine_id_,
                  .wants_report = head.is_reportable};
  if (head.engine_id.empty()) {
    Refusal refusal = refuse_foreign(opening);
    refusal.is_routine = head.is_reportable;  // RFC 3414, section 4: discovery
    return std::unexpected(std::move(refusal));
  }
  if (!head.has_priv) {
    // Who wants an answer asks this engine; who doesn't may tell of any other.
    look_at_class(opening, read_scoped_pdu(message.scoped_pdu));
    if (opening.is_foreign && opening.wants_report) return std::unexpected(refuse_foreign(opening));
  }
  if (auto found = find_user(opening, level_min); !found) {
    return std::unexpected(std::move(found.error()));
  }
  if (opening.level != SecurityLevel::no_auth_no_priv) {
    if (auto timely = check_time(opening); !timely) {
      return std::unexpected(std::move(timely.error()));
    }
  }
  auto text = plain_text(opening);
  if (!text) return std::unexpected(std::move(text.error()));
  const auto scoped = read_scoped_pdu(*text);
  if (!scoped && head.has_priv) {
    return std::unexpected(refuse(opening, Stat::decryption, "can't be deciphered"));
  }
  if (!scoped) {
    return std::unexpected(Refusal{DropReason::malformed, std::string(scoped.error()), {}});
  }
  look_at_class(opening, scoped);
  const bool wants_answer = opening.wants_report || tag_of(scoped->pdu) == inform_pdu;
  if (opening.is_foreign && wants_answer) return std::unexpected(refuse_foreign(opening));
  return Opened{.scoped = *scoped, .level = opening.level, .keys = opening.user};
}

// RFC 3412, section 6.4: a PDU of the Unconfirmed Class is taken as if the flag were not set.
void Usm::look_at_class(Opening& opening, const ber::Read<ScopedPdu>& scoped) {
  if (scoped && is_unconfirmed(scoped->pdu)) opening.wants_report = false;
}

std::expected<void, Refusal> Usm::find_user(Opening& opening, SecurityLevel level_min) {
  const V3Head& head = opening.message.v3;
  auto candidates = users_.find(head.user, head.engine_id, opening.sender);
  if (candidates.empty()) {
    return std::unexpected(
        refuse(opening, Stat::unknown_user, "no user of this name sends from there"));
  }
  if (opening.level < level_min) {
    return std::unexpected(refuse(
        opening, Stat::unsupported_level,
        fmt::format("comes as {}, at least {} is taken", name(opening.level), name(level_min))));
  }
  std::erase_if(candidates, [&](const EngineUsers::Known* known) {
    return EngineUsers::settings_of(*known).level() < opening.level;
  });
  if (candidates.empty()) {
    return std::unexpected(
        refuse(opening, Stat::unsupported_level,
               fmt::format("comes as {}, for which the user has no password or protocol",
                           name(opening.level))));
  }
  if (head.has_auth) return check_digest(opening, candidates);
  opening.user = std::make_shared<EngineUser>();
  return {};
}

std::expected<void, Refusal> Usm::check_digest(Opening& opening,
                                               const std::vector<EngineUsers::Known*>& candidates) {
  const Message& message = opening.message;
  const V3Head& head = message.v3;
  scratch_ = message.whole;
  const auto at = static_cast<std::size_t>(head.digest.data() - message.whole.data());
  scratch_.replace(at, head.digest.size(), head.digest.size(), '\0');
  for (EngineUsers::Known* known : candidates) {
    auto user = users_.at(*known, head.engine_id);
    if (head.digest.size() != digest_bytes(user->auth)) continue;
    if (!equal_secrets(digest(user->auth, user->auth_key, scratch_), head.digest)) continue;
    users_.keep(*known, head.engine_id, user);
    opening.known = known;
    opening.user = std::move(user);
    return {};
  }
  return std::unexpected(
      refuse(opening, Stat::wrong_digest, "has a wrong digest: another password or protocol"));
}

std::expected<void, Refusal> Usm::check_time(Opening& opening) {
  const V3Head& head = opening.message.v3;
  const auto late = [&](std::string detail) {
    return std::unexpected(refuse(opening, Stat::not_in_time_window, std::move(detail)));
  };
  if (head.boots == boots_at_end) return late("comes from an engine whose boots are used up");
  if (head.engine_id == engine_id_) {
    const std::uint32_t apart =
        head.time > opening.now ? head.time - opening.now : opening.now - head.time;
    if (head.boots == boots_ && boots_ != boots_at_end && apart <= time_window) return {};
    auto refusal = late(fmt::format("has boots {} and time {}, this engine's are {} and {}",
                                    head.boots, head.time, boots_, opening.now));
    // RFC 3414, section 4: who knows the key asks for the time with zeros.
    refusal.error().is_routine = head.boots == 0 && head.time == 0 && head.is_reportable;
    return refusal;
  }
  auto& known = opening.user->clock;
  if (!known || head.boots > known->boots ||
      (head.boots == known->boots && head.time > known->latest_time)) {
    known = {.boots = head.boots, .latest_time = head.time, .heard_at = opening.now};
  }
  const EngineClock& clock = *known;
  const std::int64_t expected = clock.latest_time + (opening.now - clock.heard_at);
  if (head.boots < clock.boots || head.time + std::int64_t{time_window} < expected) {
    return late(fmt::format("has boots {} and time {}, its engine's are {} and about {}",
                            head.boots, head.time, clock.boots, expected));
  }
  return {};
}

std::expected<std::string_view, Refusal> Usm::plain_text(Opening& opening) {
  const Message& message = opening.message;
  const V3Head& head = message.v3;
  if (!head.has_priv) return message.scoped_pdu;
  users_.prepare_privacy(*opening.known, head.engine_id, *opening.user);
  auto text =
      decrypt(opening.user->priv, opening.user->priv_key,
              {.boots = head.boots, .time = head.time, .salt = head.salt}, message.scoped_pdu);
  if (!text) {
    return std::unexpected(refuse(opening, Stat::decryption, "has a ciphertext that can't be one"));
  }
  plain_text_ = *std::move(text);
  return plain_text_;
}

// RFC 3412, section 7.1 (3): who asks for no report gets none. Only that on the time is signed (RFC
// 3414, section 3.2 (7)), since the others are about senders whose keys are not known.
Refusal Usm::refuse(const Opening& opening, Stat stat, std::string detail) {
  const V3Head& head = opening.message.v3;
  Refusal refusal{reason_of(static_cast<std::uint8_t>(stat)), std::move(detail), {}};
  // Who asks another engine must hear of that first: its other mistakes may come of it.
  const auto number = static_cast<std::uint8_t>(opening.is_foreign ? Stat::unknown_engine : stat);
  const std::uint32_t count = ++stats_[number];
  if (!opening.wants_report) return refusal;
  const auto scoped =
      head.has_priv ? std::nullopt : std::optional(read_scoped_pdu(opening.message.scoped_pdu));
  const std::int32_t request_id = scoped && *scoped ? request_id_of((*scoped)->pdu) : 0;
  std::string oid(usm_stats);
  (oid += static_cast<char>(number)) += '\0';
  const std::string varbind = ber::element(
      ber::sequence, ber::element(ber::oid, oid) + ber::integer_element(count, ber::counter32));
  const std::string pdu =
      ber::element(report_pdu, ber::integer_element(request_id) + ber::integer_element(0) +
                                   ber::integer_element(0) + ber::element(ber::sequence, varbind));
  const bool is_signed = stat == Stat::not_in_time_window && !opening.is_foreign;
  refusal.report = sealed_message(
      {.message_id = head.message_id,
       .user = head.user,
       .level = is_signed ? SecurityLevel::auth_no_priv : SecurityLevel::no_auth_no_priv,
       .keys = is_signed ? opening.user.get() : nullptr,
       .engine = {.id = engine_id_, .boots = boots_, .time = opening.now},
       .salt = 0},
      scoped_pdu(engine_id_, {}, pdu));
  return refusal;
}

Refusal Usm::refuse_foreign(const Opening& opening) {
  return refuse(opening, Stat::unknown_engine, "is for an engine other than this one");
}

Usm::Session Usm::session_of(const Message& message, const Opened& opened) {
  return {.message_id = message.v3.message_id,
          .level = opened.level,
          .user = std::string(message.v3.user),
          .keys = opened.keys,
          .context_engine_id = std::string(opened.scoped.engine_id),
          .context = std::string(opened.scoped.context)};
}

std::string Usm::respond(const Session& session, std::string_view pdu, std::uint32_t now) {
  return sealed_message({.message_id = session.message_id,
                         .user = session.user,
                         .level = session.level,
                         .keys = session.keys.get(),
                         .engine = {.id = engine_id_, .boots = boots_, .time = now},
                         .salt = ++salt_},
                        scoped_pdu(session.context_engine_id, session.context, pdu));
}

}  // namespace deskd::connectors::usm

#include "connectors/snmp/usm/sealed_message.h"

#include <array>

#include "config/limits.h"
#include "connectors/snmp/message/ber.h"
#include "connectors/snmp/usm/usm_crypto.h"

namespace deskd::connectors::usm {
namespace {

constexpr std::int32_t version_3 = 3;
constexpr std::int32_t user_security_model = 3;
constexpr int reportable_flag = 4;
constexpr std::array<int, 3> flags_of{0, 1, 3};  // by level; auth is the lowest bit, then priv

/// Eight octets, as both ciphers want them. The first half of DES's is the engine's boots (RFC
/// 3414, section 8.1.1.1); the counter's second half differs as often as that allows.
std::string salt_of(const Envelope& envelope) {
  std::uint64_t salt = envelope.salt;
  if (envelope.keys->priv == PrivProtocol::des) {
    salt = std::uint64_t{envelope.engine.boots} << 32 | (salt & 0xFFFF'FFFF);
  }
  std::string octets;
  for (int shift = 56; shift >= 0; shift -= 8) octets += static_cast<char>(salt >> shift & 0xFF);
  return octets;
}

}  // namespace

std::string scoped_pdu(std::string_view engine_id, std::string_view context, std::string_view pdu) {
  return ber::element(ber::sequence, ber::element(ber::octets, engine_id) +
                                         ber::element(ber::octets, context) + std::string(pdu));
}

std::string sealed_message(const Envelope& envelope, std::string_view scoped_pdu) {
  const EngineNow& engine = envelope.engine;
  std::string data(scoped_pdu);
  std::string salt;
  if (envelope.level == SecurityLevel::auth_priv) {
    salt = salt_of(envelope);
    const auto ciphertext =
        encrypt(envelope.keys->priv, envelope.keys->priv_key,
                {.boots = engine.boots, .time = engine.time, .salt = salt}, data);
    if (!ciphertext) return {};
    data = ber::element(ber::octets, *ciphertext);
  }
  const bool has_auth = envelope.level != SecurityLevel::no_auth_no_priv;
  const std::size_t signed_bytes = has_auth ? digest_bytes(envelope.keys->auth) : 0;
  const std::string salt_element = ber::element(ber::octets, salt);
  const std::string security = ber::element(
      ber::sequence, ber::element(ber::octets, engine.id) + ber::integer_element(engine.boots) +
                         ber::integer_element(engine.time) +
                         ber::element(ber::octets, envelope.user) +
                         ber::element(ber::octets, std::string(signed_bytes, '\0')) + salt_element);
  const int flag_bits = flags_of[static_cast<std::size_t>(envelope.level)] |
                        (envelope.is_reportable ? reportable_flag : 0);
  const char flags = static_cast<char>(flag_bits);
  const std::string global = ber::element(
      ber::sequence,
      ber::integer_element(envelope.message_id) + ber::integer_element(limits::datagram_bytes_max) +
          ber::element(ber::octets, {&flags, 1}) + ber::integer_element(user_security_model));
  std::string whole = ber::element(ber::sequence, ber::integer_element(version_3) + global +
                                                      ber::element(ber::octets, security) + data);
  if (!has_auth) return whole;
  const std::string mac = digest(envelope.keys->auth, envelope.keys->auth_key, whole);
  if (mac.size() != signed_bytes) return {};
  const std::size_t behind = data.size() + salt_element.size() + signed_bytes;
  whole.replace(whole.size() - behind, signed_bytes, mac);
  return whole;
}

}  // namespace deskd::connectors::usm

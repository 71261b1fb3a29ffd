#pragma once
// A fuzzer's bytes as messages that get past what a fuzzer can't guess: communities and digests.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/snmp/message/ber.h"
#include "connectors/snmp/message/message.h"
#include "connectors/snmp/oid_table.h"
#include "connectors/snmp/snmp_settings.h"
#include "connectors/snmp/usm/sealed_message.h"
#include "connectors/snmp/usm/usm_crypto.h"

namespace deskd::tests {

/// Takes numbers and octets from the front of the input; zeros when it is used up.
class FuzzInput {
 public:
  explicit FuzzInput(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t number() {
    if (rest_.empty()) return 0;
    const char first = rest_.front();
    rest_.remove_prefix(1);
    return static_cast<std::uint8_t>(first);
  }
  std::uint32_t large_number() {
    const std::uint32_t high = number();
    return high << 8U | number();
  }
  /// Mostly small: one octet, or four behind 255.
  std::uint32_t sub_id() {
    const std::uint32_t first = number();
    if (first < 255) return first;
    const std::uint32_t high = large_number();
    return high << 16U | large_number();
  }
  std::string_view octets(std::size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

inline std::string oid_content(const std::vector<std::uint32_t>& sub_ids) {
  std::string content;
  for (std::size_t i = 0; i < sub_ids.size(); ++i) {
    if (i == 1) continue;  // goes with the first
    std::uint64_t number = sub_ids[i];
    if (i == 0 && sub_ids.size() > 1) number = number * 40 + sub_ids[1];
    std::string groups(1, static_cast<char>(number & 0x7F));
    while (number >>= 7U) groups += static_cast<char>(0x80 | (number & 0x7F));
    content.append(groups.rbegin(), groups.rend());
  }
  return content;
}

/// Varbinds of objects that the table knows, with rows and values that the input says: what they
/// are indexed by, how they are shown.
inline std::string known_varbinds(FuzzInput& input, const connectors::OidTable& table) {
  namespace ber = connectors::ber;
  constexpr std::array<std::uint8_t, 10> tags{
      ber::integer,   ber::octets, ber::null,       ber::oid,       ber::ip_address,
      ber::counter32, ber::opaque, ber::time_ticks, ber::counter64, ber::octets};
  constexpr std::size_t varbinds_max = 300;  // more than limits::varbinds_max
  std::string varbinds;
  for (std::size_t i = 0; i < varbinds_max && !input.empty(); ++i) {
    std::vector<std::uint32_t> oid =
        table.entries()[input.large_number() % table.entries().size()].sub_ids;
    for (std::size_t left = input.number() % 32; left > 0; --left) oid.push_back(input.sub_id());
    const std::uint8_t tag = tags[input.number() % tags.size()];
    const std::string_view value = input.octets(input.number());
    varbinds += ber::element(ber::sequence,
                             ber::element(ber::oid, oid_content(oid)) + ber::element(tag, value));
  }
  return varbinds;
}

/// A notification that the table knows, with such varbinds.
inline std::string known_pdu(FuzzInput& input, const connectors::OidTable& table) {
  namespace ber = connectors::ber;
  const auto of = [](std::vector<std::uint32_t> oid, const std::string& value) {
    return ber::element(ber::sequence, ber::element(ber::oid, oid_content(oid)) + value);
  };
  const auto& trap = table.entries()[input.large_number() % table.entries().size()].sub_ids;
  const std::string varbinds =
      of({1, 3, 6, 1, 2, 1, 1, 3, 0}, ber::integer_element(7, ber::time_ticks)) +
      of({1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0}, ber::element(ber::oid, oid_content(trap))) +
      known_varbinds(input, table);
  return ber::element(connectors::trap_pdu, ber::integer_element(7) + ber::integer_element(0) +
                                                ber::integer_element(0) +
                                                ber::element(ber::sequence, varbinds));
}

inline std::string community_message(int version, std::string_view pdu) {
  namespace ber = connectors::ber;
  return ber::element(ber::sequence, ber::integer_element(version) +
                                         ber::element(ber::octets, "public") + std::string(pdu));
}

/// Somebody who knows a user's passwords, at one engine.
class KeyHolder {
 public:
  KeyHolder(const connectors::SnmpUser& user, std::string engine_id)
      : name_(user.name), engine_id_(std::move(engine_id)) {
    namespace usm = connectors::usm;
    keys_.auth = user.auth;
    keys_.priv = user.priv;
    const auto key_of = [&](const std::optional<config::Secret>& password) {
      if (!password) return std::string();
      return usm::localised_key(user.auth, usm::password_key(user.auth, password->reveal()),
                                engine_id_);
    };
    keys_.auth_key = key_of(user.auth_password);
    keys_.priv_key = usm::privacy_key(user.auth, user.priv, key_of(user.priv_password), engine_id_);
  }

  /// `plain`: where a scoped PDU is expected.
  std::string seal(std::string_view plain, std::uint32_t time) {
    return connectors::usm::sealed_message({.message_id = 9,
                                            .user = name_,
                                            .level = connectors::SecurityLevel::auth_priv,
                                            .is_reportable = false,
                                            .keys = &keys_,
                                            .engine = {.id = engine_id_, .boots = 1, .time = time},
                                            .salt = ++salt_},
                                           plain);
  }
  std::string seal_pdu(std::string_view pdu, std::uint32_t time) {
    return seal(connectors::usm::scoped_pdu(engine_id_, "a context", pdu), time);
  }

 private:
  std::string name_;
  std::string engine_id_;
  connectors::usm::EngineUser keys_;
  std::uint64_t salt_ = 0;
};

}  // namespace deskd::tests

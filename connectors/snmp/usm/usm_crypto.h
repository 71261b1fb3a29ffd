#pragma once
// The keys, digests and ciphers of the User-based Security Model. The only place of this folder
// that knows the cryptographic library; plain functions, any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/snmp/snmp_settings.h"

namespace deskd::connectors::usm {

/// Ku: the password, repeated to 1 MiB, hashed (RFC 3414, A.2; RFC 7860, section 9.3). Takes about
/// 2 ms. `auth` is not none, here and below.
std::string password_key(AuthProtocol auth, std::string_view password);

/// Kul: what the user's key is at one engine (RFC 3414, section 2.6).
std::string localised_key(AuthProtocol auth, std::string_view key, std::string_view engine_id);

/// `localised`, made as long as the cipher needs it: by hashes of what is there (RFC 3826,
/// section 1.2; draft-blumenthal-aes-usm-04, section 3.1.2.1), or as Cisco's devices do it, by the
/// key of the key (draft-reeder-snmpv3-usm-3desede-00, section 2.1), which takes 2 ms.
std::string privacy_key(AuthProtocol auth, PrivProtocol priv, std::string localised,
                        std::string_view engine_id);

/// How many octets of a digest are sent (RFC 3414, sections 6 and 7; RFC 7860, section 4.2.2).
std::size_t digest_bytes(AuthProtocol auth);
/// As it is sent. Empty when the library has no such hash.
std::string digest(AuthProtocol auth, std::string_view key, std::string_view message);
/// Takes the same time wherever the first difference stands.
bool equal_secrets(std::string_view a, std::string_view b);

constexpr std::size_t salt_bytes = 8;  // of all ciphers

/// What a cipher starts from: the authoritative engine's clock and the message's salt.
struct CipherStart {
  std::uint32_t boots = 0;
  std::uint32_t time = 0;
  std::string_view salt;  // salt_bytes of them
};

/// Nothing when `text` or `start` can't belong to this cipher, or the library has no such cipher.
/// With DES the plain text may have octets behind it that fill the last block.
std::optional<std::string> decrypt(PrivProtocol priv, std::string_view key,
                                   const CipherStart& start, std::string_view text);
std::optional<std::string> encrypt(PrivProtocol priv, std::string_view key,
                                   const CipherStart& start, std::string_view text);

}  // namespace deskd::connectors::usm

#include "connectors/snmp/usm/usm_crypto.h"

#include <doctest/doctest.h>

#include <string>

#include "connectors/snmp/display_hint.h"

using namespace deskd;
using namespace deskd::connectors;
using namespace std::string_literals;

namespace {

std::string hex(std::string_view bytes) {
  std::string text;
  append_hex(bytes, text);
  return text;
}

const std::string engine_id = "\0\0\0\0\0\0\0\0\0\0\0\2"s;  // of RFC 3414, A.3

std::string key_of(AuthProtocol auth) {
  return usm::localised_key(auth, usm::password_key(auth, "maplesyrup"), engine_id);
}

constexpr AuthProtocol auths[] = {AuthProtocol::md5,    AuthProtocol::sha1,   AuthProtocol::sha224,
                                  AuthProtocol::sha256, AuthProtocol::sha384, AuthProtocol::sha512};
constexpr PrivProtocol privs[] = {PrivProtocol::des,          PrivProtocol::aes128,
                                  PrivProtocol::aes192,       PrivProtocol::aes256,
                                  PrivProtocol::aes192_cisco, PrivProtocol::aes256_cisco};

}  // namespace

TEST_CASE("keys are those of RFC 3414, A.3") {
  CHECK(hex(usm::password_key(AuthProtocol::md5, "maplesyrup")) ==
        "0x9faf3283884e92834ebc9847d8edd963");
  CHECK(hex(usm::password_key(AuthProtocol::sha1, "maplesyrup")) ==
        "0x9fb5cc0381497b3793528939ff788d5d79145211");
  CHECK(hex(key_of(AuthProtocol::md5)) == "0x526f5eed9fcce26f8964c2930787d82b");
  CHECK(hex(key_of(AuthProtocol::sha1)) == "0x6695febc9288e36282235fc7151f128497b38f3f");
  CHECK(hex(key_of(AuthProtocol::sha256)) ==
        "0x8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b");
}

TEST_CASE("a key is as long as its cipher needs, by both extensions") {
  const std::string short_key = key_of(AuthProtocol::md5);
  const auto extended = [&](PrivProtocol priv) {
    return usm::privacy_key(AuthProtocol::md5, priv, short_key, engine_id);
  };
  CHECK(extended(PrivProtocol::aes128) == short_key);
  CHECK(extended(PrivProtocol::aes192).size() == 24);
  CHECK(extended(PrivProtocol::aes256).size() == 32);
  CHECK(extended(PrivProtocol::aes256).starts_with(short_key));
  CHECK(extended(PrivProtocol::aes256).starts_with(extended(PrivProtocol::aes192)));
  CHECK(extended(PrivProtocol::aes256_cisco).starts_with(short_key));
  CHECK(extended(PrivProtocol::aes256_cisco) != extended(PrivProtocol::aes256));
  // A hash that is long enough needs no extension, so both are the same.
  const std::string long_key = key_of(AuthProtocol::sha256);
  CHECK(usm::privacy_key(AuthProtocol::sha256, PrivProtocol::aes256, long_key, engine_id) ==
        usm::privacy_key(AuthProtocol::sha256, PrivProtocol::aes256_cisco, long_key, engine_id));
}

TEST_CASE("a digest is HMAC, cut") {
  // RFC 2202, test case 2
  CHECK(hex(usm::digest(AuthProtocol::md5, "Jefe", "what do ya want for nothing?")) ==
        "0x750c783e6ab0b503eaa86e31");
  // RFC 4231, test case 2
  CHECK(hex(usm::digest(AuthProtocol::sha256, "Jefe", "what do ya want for nothing?")) ==
        "0x5bdcc146bf60754e6a042426089575c75a003f089d273983");
  for (const AuthProtocol auth : auths) {
    CHECK(usm::digest(auth, "key", "text").size() == usm::digest_bytes(auth));
  }
}

TEST_CASE("what a cipher hides it gives back, and refuses what can't be its own") {
  const std::string salt = "saltsalt";
  const usm::CipherStart start{.boots = 3, .time = 77, .salt = salt};
  for (const PrivProtocol priv : privs) {
    CAPTURE(static_cast<int>(priv));
    const std::string key =
        usm::privacy_key(AuthProtocol::sha1, priv, key_of(AuthProtocol::sha1), engine_id);
    const std::string text = "sixteen octets!!and a little more";
    const auto hidden = usm::encrypt(priv, key, start, text);
    REQUIRE(hidden);
    CHECK(*hidden != text);
    const auto shown = usm::decrypt(priv, key, start, *hidden);
    REQUIRE(shown);
    CHECK(shown->substr(0, text.size()) == text);
    const auto other =
        usm::decrypt(priv, key, {.boots = 3, .time = 77, .salt = "otherone"}, *hidden);
    REQUIRE(other);
    CHECK(*other != *shown);
    CHECK_FALSE(usm::decrypt(priv, key, {.boots = 3, .time = 77, .salt = "short"}, *hidden));
    CHECK_FALSE(usm::decrypt(priv, key.substr(1), start, *hidden));
  }
  CHECK_FALSE(usm::decrypt(PrivProtocol::des, std::string(16, 'k'), start, "seven.."));
}

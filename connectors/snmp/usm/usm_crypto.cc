// DES stands in OpenSSL's legacy provider, which not every machine has; the plain function is in
// the library itself, but marked as deprecated.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "connectors/snmp/usm/usm_crypto.h"

#include <openssl/crypto.h>
#include <openssl/des.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <memory>

#include "config/check.h"

namespace deskd::connectors::usm {
namespace {

constexpr std::size_t password_stream_bytes = 1'048'576;  // RFC 3414, A.2
constexpr std::size_t des_key_bytes = 8;
constexpr std::size_t des_block_bytes = 8;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

const EVP_MD* hash_of(AuthProtocol auth) {
  switch (auth) {
    case AuthProtocol::none:
      break;
    case AuthProtocol::md5:
      return EVP_md5();
    case AuthProtocol::sha1:
      return EVP_sha1();
    case AuthProtocol::sha224:
      return EVP_sha224();
    case AuthProtocol::sha256:
      return EVP_sha256();
    case AuthProtocol::sha384:
      return EVP_sha384();
    case AuthProtocol::sha512:
      return EVP_sha512();
  }
  return nullptr;
}

std::string hashed(AuthProtocol auth, std::string_view text) {
  const EVP_MD* const hash = hash_of(auth);
  DESKD_CHECK(hash != nullptr);
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  // A library that lacks the hash gives a key that fits nothing.
  if (EVP_Digest(text.data(), text.size(), bytes_of(out), &size, hash, nullptr) != 1) size = 0;
  out.resize(size);
  return out;
}

std::size_t key_bytes(PrivProtocol priv) {
  switch (priv) {
    case PrivProtocol::none:
      return 0;
    case PrivProtocol::des:
    case PrivProtocol::aes128:
      return 16;
    case PrivProtocol::aes192:
    case PrivProtocol::aes192_cisco:
      return 24;
    case PrivProtocol::aes256:
    case PrivProtocol::aes256_cisco:
      return 32;
  }
  return 0;
}

bool is_cisco(PrivProtocol priv) {
  return priv == PrivProtocol::aes192_cisco || priv == PrivProtocol::aes256_cisco;
}

const EVP_CIPHER* aes_of(PrivProtocol priv) {
  switch (key_bytes(priv)) {
    case 16:
      return EVP_aes_128_cfb128();
    case 24:
      return EVP_aes_192_cfb128();
    default:
      return EVP_aes_256_cfb128();
  }
}

void append_big_endian(std::uint32_t number, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xFF);
}

// RFC 3826, section 3.1.2.1: boots, time and salt are the initialisation vector.
std::optional<std::string> aes(PrivProtocol priv, std::string_view key, const CipherStart& start,
                               std::string_view text, bool encrypts) {
  std::string vector;
  append_big_endian(start.boots, vector);
  append_big_endian(start.time, vector);
  vector += start.salt;
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> cipher(EVP_CIPHER_CTX_new(),
                                                                               EVP_CIPHER_CTX_free);
  std::string out(text.size(), '\0');
  int size = 0;
  if (!cipher ||
      EVP_CipherInit_ex(cipher.get(), aes_of(priv), nullptr, bytes_of(key), bytes_of(vector),
                        encrypts ? 1 : 0) != 1 ||
      EVP_CipherUpdate(cipher.get(), bytes_of(out), &size, bytes_of(text),
                       static_cast<int>(text.size())) != 1 ||
      static_cast<std::size_t>(size) != text.size()) {
    return std::nullopt;
  }
  return out;
}

// RFC 3414, section 8.1.1: the key's second half and the salt are the initialisation vector.
std::optional<std::string> des(std::string_view key, const CipherStart& start,
                               std::string_view text, bool encrypts) {
  std::string padded(text);
  padded.resize((text.size() + des_block_bytes - 1) / des_block_bytes * des_block_bytes);
  DES_cblock first;
  DES_cblock vector;
  for (std::size_t i = 0; i < des_key_bytes; ++i) {
    first[i] = bytes_of(key)[i];
    vector[i] = bytes_of(key)[des_key_bytes + i] ^ bytes_of(start.salt)[i];
  }
  DES_key_schedule schedule;
  DES_set_key_unchecked(&first, &schedule);
  std::string out(padded.size(), '\0');
  DES_ncbc_encrypt(bytes_of(padded), bytes_of(out), static_cast<long>(padded.size()), &schedule,
                   &vector, encrypts ? DES_ENCRYPT : DES_DECRYPT);
  return out;
}

}  // namespace

std::string password_key(AuthProtocol auth, std::string_view password) {
  DESKD_CHECK(!password.empty());
  std::string stream;
  stream.reserve(password_stream_bytes + password.size());
  while (stream.size() < password_stream_bytes) stream += password;
  stream.resize(password_stream_bytes);
  std::string key = hashed(auth, stream);
  OPENSSL_cleanse(stream.data(), stream.size());
  return key;
}

std::string localised_key(AuthProtocol auth, std::string_view key, std::string_view engine_id) {
  std::string text(key);
  text.append(engine_id).append(key);
  return hashed(auth, text);
}

std::string privacy_key(AuthProtocol auth, PrivProtocol priv, std::string localised,
                        std::string_view engine_id) {
  const std::size_t size = key_bytes(priv);
  std::string key = std::move(localised);
  std::string last = key;
  while (!last.empty() && key.size() < size) {
    last = is_cisco(priv) ? localised_key(auth, password_key(auth, last), engine_id)
                          : hashed(auth, key);
    key += last;
  }
  key.resize(size);
  return key;
}

std::size_t digest_bytes(AuthProtocol auth) {
  switch (auth) {
    case AuthProtocol::none:
      return 0;
    case AuthProtocol::md5:
    case AuthProtocol::sha1:
      return 12;
    case AuthProtocol::sha224:
      return 16;
    case AuthProtocol::sha256:
      return 24;
    case AuthProtocol::sha384:
      return 32;
    case AuthProtocol::sha512:
      return 48;
  }
  return 0;
}

std::string digest(AuthProtocol auth, std::string_view key, std::string_view message) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  const auto* done = HMAC(hash_of(auth), key.data(), static_cast<int>(key.size()),
                          bytes_of(message), message.size(), bytes_of(out), &size);
  out.resize(done == nullptr ? 0 : std::min<std::size_t>(size, digest_bytes(auth)));
  return out;
}

bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<std::string> decrypt(PrivProtocol priv, std::string_view key,
                                   const CipherStart& start, std::string_view text) {
  if (start.salt.size() != salt_bytes || key.size() != key_bytes(priv)) return std::nullopt;
  if (priv != PrivProtocol::des) return aes(priv, key, start, text, false);
  if (text.size() % des_block_bytes != 0) return std::nullopt;
  return des(key, start, text, false);
}

std::optional<std::string> encrypt(PrivProtocol priv, std::string_view key,
                                   const CipherStart& start, std::string_view text) {
  if (start.salt.size() != salt_bytes || key.size() != key_bytes(priv)) return std::nullopt;
  if (priv != PrivProtocol::des) return aes(priv, key, start, text, true);
  return des(key, start, text, true);
}

}  // namespace deskd::connectors::usm

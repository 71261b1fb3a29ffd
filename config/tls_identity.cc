#include "config/tls_identity.h"

#include <ctime>
#include <utility>

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace deskd::config {

namespace {

template <auto free>
struct FreedBy {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Bio = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, FreedBy<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;

Bio memory(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// What OpenSSL says to its last failure, in its own words; forgets it.
std::string openssl_reason() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string words = reason ? reason : "unknown reason";
  ERR_clear_error();
  return words;
}

std::unexpected<TlsFault> bad_certificate(std::string reason) {
  return std::unexpected(TlsFault{false, std::move(reason)});
}

std::unexpected<TlsFault> bad_key(std::string reason) {
  return std::unexpected(TlsFault{true, std::move(reason)});
}

// Asked for the passphrase of a key. The default asks on the terminal, which a daemon has not.
int no_passphrase(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

std::expected<Key, TlsFault> read_key(std::string_view text) {
  bool is_encrypted = false;
  const Bio bio = memory(text);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &is_encrypted));
  if (key) return key;
  ERR_clear_error();
  if (is_encrypted) {
    return bad_key("is encrypted, and nobody is there to ask: decrypt it (openssl pkey)");
  }
  return bad_key("has no private key in PEM form");
}

/// False when the text ends, or what follows in it is no certificate.
std::expected<bool, TlsFault> add_next_of_chain(SSL_CTX* native, BIO* chain) {
  const Certificate next(PEM_read_bio_X509(chain, nullptr, no_passphrase, nullptr));
  if (!next) {
    const bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    const std::string reason = openssl_reason();
    if (is_end) return false;
    return bad_certificate(fmt::format("has a damaged certificate in its chain: {}", reason));
  }
  if (SSL_CTX_add1_chain_cert(native, next.get()) != 1) return bad_certificate(openssl_reason());
  return true;
}

std::chrono::sys_seconds to_time(const ASN1_TIME* asn1) {
  std::tm utc{};
  ASN1_TIME_to_tm(asn1, &utc);
  return std::chrono::sys_seconds{std::chrono::seconds{::timegm(&utc)}};
}

void set_protocol(SSL_CTX* native) {
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  // A client that renegotiates again and again makes the server calculate for nothing.
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Resumption goes by tickets, which the clients keep: here nothing grows.
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // thousands of connections are idle
}

}  // namespace

void TlsIdentity::Release::operator()(ssl_ctx_st* native) const { SSL_CTX_free(native); }

std::expected<std::shared_ptr<const TlsIdentity>, TlsFault> TlsIdentity::make(
    std::string_view chain, std::string_view key_text) {
  ERR_clear_error();
  std::shared_ptr<TlsIdentity> identity(new TlsIdentity);
  identity->native_.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const native = identity->native_.get();
  if (native == nullptr) return bad_certificate(openssl_reason());
  set_protocol(native);

  const Bio bio = memory(chain);
  const Certificate certificate(PEM_read_bio_X509_AUX(bio.get(), nullptr, no_passphrase, nullptr));
  if (!certificate) {
    ERR_clear_error();
    return bad_certificate("has no certificate in PEM form");
  }
  if (SSL_CTX_use_certificate(native, certificate.get()) != 1) {
    return bad_certificate(fmt::format("can't be used: {}", openssl_reason()));
  }
  while (true) {
    const auto is_added = add_next_of_chain(native, bio.get());
    if (!is_added) return std::unexpected(is_added.error());
    if (!*is_added) break;
  }
  const auto key = read_key(key_text);
  if (!key) return std::unexpected(key.error());
  if (SSL_CTX_use_PrivateKey(native, key->get()) != 1 || SSL_CTX_check_private_key(native) != 1) {
    ERR_clear_error();
    return bad_key("is not the key of that certificate");
  }
  identity->not_before_ = to_time(X509_get0_notBefore(certificate.get()));
  identity->not_after_ = to_time(X509_get0_notAfter(certificate.get()));
  return identity;
}

}  // namespace deskd::config

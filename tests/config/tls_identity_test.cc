#include "config/tls_identity.h"

#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include "tests/support/certificates.h"

using namespace deskd;
using namespace std::chrono_literals;
using config::TlsIdentity;

namespace {

std::string encrypted(const std::string& key_text) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> in(
      BIO_new_mem_buf(key_text.data(), static_cast<int>(key_text.size())), BIO_free_all);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  return test::certificates::pem([&](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, key.get(), EVP_aes_256_cbc(), "pass", 4, nullptr,
                                         nullptr);
  });
}

}  // namespace

TEST_CASE("a certificate and its key are an identity") {
  const auto pair = test::make_certificate("desk.example");
  const auto identity = TlsIdentity::make(pair.certificate, pair.key);
  REQUIRE(identity);
  const auto now = std::chrono::system_clock::now();
  CHECK((*identity)->not_before() < now);
  CHECK((*identity)->not_after() > now + 24h * 364);
  CHECK((*identity)->not_after() < now + 24h * 366);
  SSL_CTX* native = (*identity)->native();
  CHECK(SSL_CTX_get_min_proto_version(native) == TLS1_2_VERSION);
  CHECK((SSL_CTX_get_options(native) & SSL_OP_NO_RENEGOTIATION) != 0);
}

TEST_CASE("the chain behind the certificate is kept in its order") {
  const auto leaf = test::make_certificate("leaf");
  const auto first = test::make_certificate("first");
  const auto second = test::make_certificate("second");
  const auto identity =
      TlsIdentity::make(leaf.certificate + first.certificate + second.certificate, leaf.key);
  REQUIRE(identity);
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs((*identity)->native(), &chain);
  REQUIRE(sk_X509_num(chain) == 2);
  char name[32];
  X509_NAME_get_text_by_NID(X509_get_subject_name(sk_X509_value(chain, 0)), NID_commonName, name,
                            sizeof name);
  CHECK(std::string(name) == "first");
}

TEST_CASE("what can't be an identity says which of the two is at fault") {
  const auto pair = test::make_certificate("a");
  const auto other = test::make_certificate("b");
  struct Row {
    const char* name;
    std::string chain;
    std::string key;
    bool is_key;
    std::string reason;
  };
  const Row rows[] = {
      {"nothing", "", pair.key, false, "has no certificate in PEM form"},
      {"words", "hello", pair.key, false, "has no certificate in PEM form"},
      {"the key as certificate", pair.key, pair.key, false, "has no certificate in PEM form"},
      {"cut", pair.certificate.substr(0, 200), pair.key, false, "has no certificate in PEM form"},
      {"a damaged chain", pair.certificate + other.certificate.substr(0, 200), pair.key, false,
       "has a damaged certificate in its chain"},
      {"no key", pair.certificate, "", true, "has no private key in PEM form"},
      {"the certificate as key", pair.certificate, pair.certificate, true,
       "has no private key in PEM form"},
      {"another's key", pair.certificate, other.key, true, "is not the key of that certificate"},
      {"an encrypted key", pair.certificate, encrypted(pair.key), true, "is encrypted"},
      {"NUL bytes", std::string(1000, '\0'), std::string(1000, '\0'), false, "has no certificate"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto identity = TlsIdentity::make(row.chain, row.key);
    REQUIRE_FALSE(identity);
    CHECK(identity.error().is_key == row.is_key);
    CAPTURE(identity.error().reason);
    CHECK(identity.error().reason.starts_with(row.reason));
  }
  CHECK(TlsIdentity::make(pair.certificate, pair.key));
}

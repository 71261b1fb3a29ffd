#pragma once
// Certificates for tests, made on the spot.

#include <chrono>
#include <memory>
#include <string>

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace deskd::test {

struct CertificatePair {
  std::string certificate;  // PEM
  std::string key;
};

namespace certificates {

template <class Write>
std::string pem(const Write& write) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
  REQUIRE(write(bio.get()) == 1);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace certificates

/// Signed by itself, for `name`, valid from `from` to `to` as seen from now.
inline CertificatePair make_certificate(const std::string& name,
                                        std::chrono::hours from = std::chrono::hours{-1},
                                        std::chrono::hours to = std::chrono::hours{24 * 365}) {
  const auto seconds = [](std::chrono::hours hours) {
    return std::chrono::duration_cast<std::chrono::seconds>(hours).count();
  };
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), X509_free);
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), seconds(from));
  X509_gmtime_adj(X509_getm_notAfter(made.get()), seconds(to));
  X509_set_pubkey(made.get(), key.get());
  X509_NAME* subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(made.get(), subject);
  REQUIRE(X509_sign(made.get(), key.get(), EVP_sha256()) > 0);
  return {certificates::pem([&](BIO* bio) { return PEM_write_bio_X509(bio, made.get()); }),
          certificates::pem([&](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace deskd::test

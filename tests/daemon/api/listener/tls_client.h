#pragma once
// A raw client whose bytes go through TLS.

#include <sys/time.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "tests/daemon/api/listener/raw_client.h"

namespace deskd::test {

struct TlsVersions {
  int min = TLS1_2_VERSION;
  int max = TLS1_3_VERSION;
};

/// Trusts everybody. Throws when the handshake fails.
class TlsClient : public RawClient {
 public:
  explicit TlsClient(std::uint16_t port, TlsVersions versions = {})
      : RawClient(port),
        context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
        ssl_(nullptr, SSL_free) {
    SSL_CTX_set_security_level(context_.get(), 0);  // so that old versions are offered at all
    SSL_CTX_set_min_proto_version(context_.get(), versions.min);
    SSL_CTX_set_max_proto_version(context_.get(), versions.max);
    const timeval give_up{10, 0};
    ::setsockopt(socket(), SOL_SOCKET, SO_RCVTIMEO, &give_up, sizeof give_up);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket());
    if (SSL_connect(ssl_.get()) != 1) throw std::runtime_error("no handshake");
  }

  SSL* ssl() const { return ssl_.get(); }
  std::string server_name() const {
    const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(ssl_.get()),
                                                            X509_free);
    char name[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name,
                              sizeof name);
    return name;
  }
  /// Whether the other side has said its goodbye, as opposed to a connection that was cut.
  bool has_goodbye() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

 protected:
  ssize_t send_some(std::string_view bytes) override {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }
  ssize_t receive_some(char* bytes, std::size_t size) override {
    return SSL_read(ssl_.get(), bytes, static_cast<int>(size));
  }
  bool has_received() const override { return SSL_pending(ssl_.get()) > 0; }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
};

/// What a client says first, as bytes.
inline std::string client_hello() {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
  BIO* const out = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), out);
  SSL_connect(ssl.get());
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(out, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace deskd::test

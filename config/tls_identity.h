#pragma once
// What a TLS listener proves itself with: a certificate, the chain behind it, and its key.

#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace deskd::config {

/// Why a certificate and a key can't be used.
struct TlsFault {
  bool is_key = false;  // false: the certificate is at fault
  std::string reason;   // the end of a sentence that begins with the file's name
};

/// TLS 1.2 and later with OpenSSL's own choice of ciphers, renegotiation off. Immutable. Any
/// thread; connections that were made with it keep what they need of it.
class TlsIdentity {
 public:
  /// Reads PEM texts: the certificate, behind it those that lead to its root, and the private key,
  /// which must fit and must not be encrypted. Whether it is valid today is the caller's question.
  static std::expected<std::shared_ptr<const TlsIdentity>, TlsFault> make(std::string_view chain,
                                                                          std::string_view key);

  std::chrono::sys_seconds not_before() const { return not_before_; }
  std::chrono::sys_seconds not_after() const { return not_after_; }
  /// For making connections; stays this object's.
  ssl_ctx_st* native() const { return native_.get(); }

 private:
  struct Release {
    void operator()(ssl_ctx_st* native) const;
  };

  TlsIdentity() = default;

  std::unique_ptr<ssl_ctx_st, Release> native_;
  std::chrono::sys_seconds not_before_;
  std::chrono::sys_seconds not_after_;
};

}  // namespace deskd::config

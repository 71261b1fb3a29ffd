#pragma once
// One HTTP request to deskd, and what came of it.

#include <chrono>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deskd::ctl {

struct Request {
  std::string method = "GET";
  std::string path;                                        // "/api/v1/incidents", encoded
  std::vector<std::pair<std::string, std::string>> query;  // not encoded yet
  std::string body;                                        // JSON; empty: none
  std::vector<std::pair<std::string, std::string>> headers = {};
};

struct Reply {
  long status = 0;
  std::string body;
  std::string unconfirmed;  // why the ledger does not confirm it yet (Desk-Unconfirmed), or empty
};

struct ClientOptions {
  std::string url;           // "http://127.0.0.1:9480", a path behind it is kept
  std::string token;         // sent as bearer when not empty
  std::string actor;         // sent as X-Desk-Actor when not empty
  std::string ca_file = {};  // whom to trust besides those the system trusts
  std::chrono::milliseconds timeout{10'000};
};

/// Speaks HTTP and HTTPS by libcurl. One thread; it waits for the answer. Redirects are not
/// followed, since they would carry the token elsewhere. A POST carries an Idempotency-Key of its
/// own, so that a request whose connection broke can be, and is, sent once more: deskd does it
/// once, whether it was the request or the answer that was lost.
class Client {
 public:
  explicit Client(ClientOptions options) : options_(std::move(options)) {}

  /// Whatever status the server gave; fails with a sentence when there was no answer at all.
  std::expected<Reply, std::string> send(const Request& request) const;

 private:
  ClientOptions options_;
};

/// `text` as one segment of a path or one value of a query (RFC 3986: all but unreserved encoded).
std::string percent_encoded(std::string_view text);

}  // namespace deskd::ctl

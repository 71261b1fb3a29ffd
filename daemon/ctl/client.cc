#include "daemon/ctl/client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <memory>
#include <random>

namespace deskd::ctl {

namespace {

constexpr std::size_t reply_bytes_max = 64 * 1024 * 1024;  // a page of 500 whole incidents is 10 MB

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyCleanup>;
using HeaderList = std::unique_ptr<curl_slist, ListCleanup>;

// Fewer bytes returned than offered makes libcurl end the transfer.
std::size_t take_body(char* data, std::size_t size, std::size_t count, void* reply) {
  auto& body = static_cast<Reply*>(reply)->body;
  if (body.size() + size * count > reply_bytes_max) return 0;
  body.append(data, size * count);
  return size * count;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* reply) {
  constexpr std::string_view wanted = "desk-unconfirmed:";
  const std::string_view line{data, size * count};
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  if (line.size() > wanted.size() && std::equal(wanted.begin(), wanted.end(), line.begin(),
                                                [&](char b, char a) { return same(a, b); })) {
    std::string_view value = line.substr(wanted.size());
    while (!value.empty() && std::strchr(" \r\n", value.front())) value.remove_prefix(1);
    while (!value.empty() && std::strchr(" \r\n", value.back())) value.remove_suffix(1);
    static_cast<Reply*>(reply)->unconfirmed = value;
  }
  return line.size();
}

std::string address(const std::string& base, const Request& request) {
  std::string url = base;
  while (!url.empty() && url.back() == '/') url.pop_back();
  url += request.path;
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    url += separator + percent_encoded(name) + "=" + percent_encoded(value);
    separator = '&';
  }
  return url;
}

HeaderList header_list(const ClientOptions& options, const Request& request) {
  HeaderList list;
  const auto add = [&](const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
  };
  add("Accept: application/json");
  add("Expect:");  // a small body need not wait for 100 Continue
  if (!request.body.empty()) add("Content-Type: application/json");
  if (!options.token.empty()) add("Authorization: Bearer " + options.token);
  if (!options.actor.empty()) add("X-Desk-Actor: " + options.actor);
  for (const auto& [name, value] : request.headers) add(name + ": " + value);
  return list;
}

// A proxy of the surroundings is right for a deskd far away, never for one on this machine.
bool is_local(std::string_view url) {
  return url.find("//127.") != url.npos || url.find("//localhost") != url.npos ||
         url.find("//[::1]") != url.npos;
}

void set_request(CURL* easy, const Request& request) {
  if (request.method == "GET") return;
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

// 128 random bits: nobody else's key, and nobody's guess.
std::string random_key() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

// Somebody took the call and hung up: there is no telling what was done.
bool is_broken_connection(CURLcode result) {
  return result == CURLE_SEND_ERROR || result == CURLE_RECV_ERROR || result == CURLE_GOT_NOTHING ||
         result == CURLE_PARTIAL_FILE;
}

struct Attempt {
  CURLcode result = CURLE_FAILED_INIT;
  Reply reply;
  std::string reason = "libcurl could not be set up";  // why there is no reply
};

Attempt attempt(const ClientOptions& options, const Request& request) {
  Attempt made;
  const Easy easy{curl_easy_init()};
  if (!easy) return made;
  const std::string url = address(options.url, request);
  const HeaderList headers = header_list(options, request);
  char reason[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, "deskctl");
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &made.reply);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &made.reply);
  if (!options.ca_file.empty()) {
    curl_easy_setopt(easy.get(), CURLOPT_CAINFO, options.ca_file.c_str());
  }
  if (is_local(options.url)) curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
  set_request(easy.get(), request);
  made.result = curl_easy_perform(easy.get());
  made.reason = reason[0] ? reason : curl_easy_strerror(made.result);
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &made.reply.status);
  return made;
}

}  // namespace

std::expected<Reply, std::string> Client::send(const Request& request) const {
  Request keyed = request;
  if (keyed.method != "GET") keyed.headers.emplace_back("Idempotency-Key", random_key());
  Attempt made = attempt(options_, keyed);
  if (is_broken_connection(made.result)) made = attempt(options_, keyed);
  if (made.result == CURLE_OK) return std::move(made.reply);
  return std::unexpected(fmt::format("no answer from {}: {}", options_.url, made.reason));
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || std::string_view{"-._~"}.contains(c);
    if (unreserved) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

}  // namespace deskd::ctl

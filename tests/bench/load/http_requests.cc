#include "tests/bench/load/http_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace deskd::bench {
namespace {

constexpr std::string_view webhook_begin =
    R"({"version":"4","groupKey":"{}:{}","truncatedAlerts":0,"status":"firing","receiver":"desk",)"
    R"("groupLabels":{},"commonLabels":{},"commonAnnotations":{},)"
    R"("externalURL":"http://alertmanager-0:9093","alerts":[)";

void shift(AlertPlaces& places, std::size_t by) {
  places.ends_at += static_cast<std::uint32_t>(by);
  places.starts_at += static_cast<std::uint32_t>(by);
  places.host += static_cast<std::uint32_t>(by);
  places.host_in_summary += static_cast<std::uint32_t>(by);
}

}  // namespace

HttpRequests::HttpRequests(RequestPlan plan) : plan_(std::move(plan)) {
  const AlertCorpus corpus(wall_time());
  const std::size_t needed = (plan_.distinct + plan_.batch - 1) / plan_.batch;
  const std::size_t count = std::max(needed, plan_.connections);
  requests_.reserve(count);
  for (std::size_t n = 0; n < count; ++n) requests_.push_back(make(n, corpus));
}

AlertPlaces HttpRequests::append(std::string& body, std::uint64_t n,
                                 const AlertCorpus& corpus) const {
  if (plan_.shape == Shape::api) return corpus.append(body, n);
  constexpr std::string_view status = R"({"status":"firing",)";
  const std::size_t begin = body.size();
  AlertPlaces places = corpus.append(body, n);
  body.replace(begin, 1, status);
  shift(places, status.size() - 1);
  body.pop_back();
  fmt::format_to(std::back_inserter(body), R"(,"fingerprint":"{:016x}"}})",
                 (n + 1) * 0x9e3779b97f4a7c15);
  return places;
}

HttpRequests::Request HttpRequests::make(std::size_t n, const AlertCorpus& corpus) const {
  Request request;
  std::string body(plan_.shape == Shape::api ? "[" : webhook_begin);
  for (std::size_t i = 0; i < plan_.batch; ++i) {
    if (i > 0) body += ',';
    request.alerts.push_back(append(body, (n * plan_.batch + i) % plan_.distinct, corpus));
  }
  body += plan_.shape == Shape::api ? "]" : "]}";
  request.text = fmt::format(
      "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n",
      plan_.path, plan_.port, body.size());
  for (AlertPlaces& places : request.alerts) shift(places, request.text.size());
  request.text += body;
  return request;
}

void HttpRequests::move_times() {
  const WallTime ends_at = wall_time() + std::chrono::hours{1};
  if (ends_at == ends_at_) return;
  ends_at_ = ends_at;
  ends_at_text_ = iso_time(ends_at);
}

std::string_view HttpRequests::at(std::size_t n) {
  move_times();
  Request& request = requests_[n];
  std::uint64_t number = n * plan_.batch;
  for (const AlertPlaces& places : request.alerts) {
    write_time(request.text, places.ends_at, ends_at_text_);
    if (plan_.new_every > 0 && number++ % plan_.new_every == 0) {
      const std::uint64_t host = first_new_host + next_new_++ % (hosts_max - first_new_host);
      write_host(request.text, places, static_cast<std::uint32_t>(host));
    }
  }
  return request.text;
}

}  // namespace deskd::bench

#pragma once
// Requests with alerts in them, made before the first is sent; what moves in them is written anew
// in place each time.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/alert_corpus.h"

namespace deskd::bench {

enum class Shape {
  api,      // a list, as Prometheus sends it to Alertmanager's API v2
  webhook,  // as Alertmanager sends it to a webhook
};

struct RequestPlan {
  std::string path;
  std::uint16_t port = 0;
  Shape shape = Shape::api;
  std::size_t batch = 64;         // alerts in a request
  std::uint64_t distinct = 1000;  // different alerts
  std::uint64_t new_every = 0;    // each so-manyth alert is of a thing never told of; 0: none
  std::size_t connections = 4;
};

/// Owns the requests' bytes. One thread. Each request belongs to one connection (its number modulo
/// their number), so what is half sent is not written to, and alerts of one thing keep their order.
class HttpRequests {
 public:
  explicit HttpRequests(RequestPlan plan);

  /// How many there are: enough that each alert stands in one, and each connection has one.
  std::size_t size() const { return requests_.size(); }
  /// The n-th as it is to be sent now: its alerts end an hour from now, those that are to be new
  /// are. Valid until it is asked for again.
  std::string_view at(std::size_t n);
  std::uint64_t new_alerts() const { return next_new_; }

 private:
  struct Request {
    std::string text;
    std::vector<AlertPlaces> alerts;
  };
  Request make(std::size_t n, const AlertCorpus& corpus) const;
  AlertPlaces append(std::string& body, std::uint64_t n, const AlertCorpus& corpus) const;
  void move_times();

  const RequestPlan plan_;
  std::vector<Request> requests_;
  std::uint64_t next_new_ = 0;
  WallTime ends_at_;
  std::string ends_at_text_;
};

}  // namespace deskd::bench

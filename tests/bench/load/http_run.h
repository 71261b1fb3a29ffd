#pragma once
// Drives a server for a while and measures its answers.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "tests/bench/load/http_connection.h"
#include "tests/bench/load/http_requests.h"
#include "tests/bench/load/report.h"

namespace deskd::bench {

struct RunPlan {
  std::uint16_t port = 0;
  std::size_t connections = 4;
  std::size_t batch = 64;
  double rate = 0;  // alerts a second, whatever the answers do; 0: each answer brings the next
  std::uint64_t count = 0;  // alerts to send, and then end; 0: by time
  Clock::duration warm_up{};
  Clock::duration measured{};
};

struct RunResult {
  Clock::duration window{};           // what `requests`, `alerts` and `latencies` are of
  std::uint64_t requests = 0;         // accepted ones
  std::uint64_t alerts = 0;           // in them
  std::uint64_t alerts_accepted = 0;  // from the first to the last, warm-up included
  Latencies latencies;
  Latencies late;  // what was sent later than meant though a connection was free
  std::map<int, std::uint64_t> refused;  // status → answers
  std::uint64_t broken = 0;              // connections that the server ended under a request
  std::uint64_t unanswered = 0;          // requests, when patience ended
};

/// One thread, which it takes until the end. Throws std::exception when there is no server.
///
/// With a rate, a request's latency counts from the moment at which it was meant to be sent, and
/// all that were meant are sent: a server that stalls is charged for those who would have waited.
/// What has no answer 30 s after the end counts with the time that it has waited until then.
class HttpRun {
 public:
  HttpRun(const RunPlan& plan, HttpRequests& requests);
  ~HttpRun();
  RunResult run();

 private:
  struct Sender;

  bool is_open_loop() const { return plan_.rate > 0; }
  bool may_send(Clock::time_point now) const;
  bool is_done(Clock::time_point now) const;
  void connect(Sender& sender);
  void send(Sender& sender, Clock::time_point meant);
  void send_due();
  void count_unanswered(Clock::time_point now);
  Clock::time_point due_at(std::uint64_t request) const;
  void wait();
  void go_on(Sender& sender);
  void answered(Sender& sender);
  void lost(Sender& sender);
  void set_free(Sender& sender, Clock::time_point now);
  bool is_measured(Clock::time_point meant, Clock::time_point now) const;

  const RunPlan plan_;
  HttpRequests& requests_;
  int poll_ = -1;
  std::vector<std::unique_ptr<Sender>> senders_;
  std::deque<Sender*> free_;
  Clock::time_point free_since_;
  std::uint64_t requests_left_ = 0;
  std::uint64_t sent_ = 0;
  std::size_t in_flight_ = 0;
  Clock::time_point began_, measured_from_, measured_to_;
  RunResult result_;
};

}  // namespace deskd::bench

#pragma once
// One HTTP connection: reads a request, has it served, writes the answer, and so on until one side
// closes.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "daemon/api/listener.h"
#include "daemon/api/loop.h"
#include "daemon/api/stream.h"

namespace deskd::api {

class Session;

/// What all sessions of a listener share. Outlives the listener as long as an answer is still to
/// come.
struct SessionRoom {
  Listener::Options options;
  Listener::Serve serve;
  std::function<void()> on_closed;
  std::atomic<bool> stopping = false;
  std::atomic<std::size_t> bodies_reading = 0;   // bytes of bodies that are not complete yet
  std::atomic<std::size_t> answers_writing = 0;  // bytes of answers that are not sent yet
  std::shared_mutex gate;  // held while a thread outside brings something to the io_context
  bool is_open = true;     // under gate; false: the io_context is going away
};

/// Lives on the thread of its loop. Kept alive by the loop's list until it calls `on_closed`, and
/// by what it waits for. Pipelined requests wait in the buffer: one is served at a time, so answers
/// keep the order of the requests. With an identity the client must begin with a TLS handshake, all
/// of it within the time of a request; one that begins in the clear is told so, and closed.
class Session : public std::enable_shared_from_this<Session> {
 public:
  /// `identity`: nullptr for plain HTTP.
  Session(Stream::Socket socket, std::shared_ptr<const config::TlsIdentity> identity,
          std::shared_ptr<SessionRoom> room, Loop& loop);
  ~Session();

  /// Any thread, while the loop is there.
  void answer(connectors::HttpAnswer answer) { loop_.bring(shared_from_this(), std::move(answer)); }

  // The loop's thread.
  void start();
  /// Closes when idle, else after the answer to the request under way.
  void stop_soon();
  void write(connectors::HttpAnswer answer);
  /// When it is to be closed, whatever it waits for then.
  Loop::Clock::time_point deadline() const { return deadline_; }
  void close();

 private:
  using Error = Stream::Error;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void wait_for_handshake();
  void on_hello(Error error, std::size_t count);
  void on_handshake(Error error, std::size_t taken);
  void wait_for_request();
  void on_first_bytes(Error error, std::size_t count);
  void begin_request();
  void read_more();
  void on_bytes(Error error, std::size_t count);
  void parse();
  bool take_header();
  void send_continue();
  bool charge_body();
  void release_body();
  void serve();
  void refuse(std::uint16_t status, std::string_view detail);
  void refuse(connectors::HttpAnswer answer);
  void fail(Error error);
  bool charge_answer(std::size_t size);
  void release_answer();
  void on_written(Error error, std::size_t count);
  void linger();
  void on_discarded(Error error, std::size_t count);
  void end();
  void expire_after(std::chrono::milliseconds time) { deadline_ = Loop::Clock::now() + time; }

  const std::shared_ptr<SessionRoom> room_;
  const std::shared_ptr<const config::TlsIdentity> identity_;

  // On the loop's thread only.
  Loop& loop_;
  Stream stream_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::vector<std::pair<std::string, std::string>> headers_;  // of the request under way
  std::string written_;                                       // the answer under way
  std::string peer_;
  std::size_t charged_ = 0;         // of the body under way, in room_->bodies_reading
  std::size_t answer_charged_ = 0;  // of the answer under way, in room_->answers_writing
  std::size_t discarded_ = 0;       // while lingering
  unsigned version_ = 11;           // of the request under way
  Loop::Clock::time_point deadline_ = Loop::Clock::time_point::max();
  bool has_header_ = false;   // the header of the request under way is complete
  bool is_head_ = false;      // its method is HEAD
  bool is_question_ = false;  // its method is GET
  bool keep_alive_ = false;
  bool has_unread_ = false;  // the request was refused before its end
  bool is_idle_ = false;
  bool is_closed_ = false;
};

}  // namespace deskd::api

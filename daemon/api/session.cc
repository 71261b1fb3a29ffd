#include "daemon/api/session.h"

#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/string.hpp>

#include "daemon/api/answer_head.h"
#include "daemon/api/target.h"

namespace deskd::api {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace net = boost::asio;

namespace {

constexpr std::size_t read_ahead_bytes = 64 * limits::KiB;
constexpr std::size_t idle_buffer_bytes = 4 * limits::KiB;    // thousands of idle connections wait
constexpr std::size_t small_answer_bytes = 64 * limits::KiB;  // leaves whatever else waits
constexpr unsigned char handshake_record = 22;  // what TLS begins with (RFC 8446, section 5.1)
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

/// The respond function of one request: posts the answer to its session, and a 500 when it is
/// dropped unused.
class Responder {
 public:
  Responder(std::shared_ptr<SessionRoom> room, const std::shared_ptr<Session>& session)
      : room_(std::move(room)), session_(session) {}
  Responder(Responder&& other) noexcept = default;
  Responder& operator=(Responder&&) = delete;
  ~Responder() {
    if (room_) respond(connectors::problem(500, "the request was left without an answer"));
  }
  void operator()(connectors::HttpAnswer answer) {
    if (room_) respond(std::move(answer));
  }

 private:
  void respond(connectors::HttpAnswer answer) {
    const auto room = std::exchange(room_, nullptr);
    const std::shared_lock lock(room->gate);
    if (!room->is_open) return;
    if (const auto session = session_.lock()) session->answer(std::move(answer));
  }

  std::shared_ptr<SessionRoom> room_;
  std::weak_ptr<Session> session_;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

Headers headers_of(const http::request<http::string_body>& message) {
  Headers headers;
  headers.reserve(8);
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    headers.emplace_back(std::move(name), std::string(field.value()));
  }
  return headers;
}

connectors::HttpRequest to_request(http::request<http::string_body>&& message, Target target,
                                   Headers headers) {
  connectors::HttpRequest request;
  request.method = std::string(message.method_string());
  if (message.method() == http::verb::head) request.method = "GET";
  request.path = std::move(target.path);
  request.query = std::move(target.query);
  request.headers = std::move(headers);
  request.body = std::move(message.body());
  return request;
}

/// The one coding that is spoken, said once, and by a version that has it. All else leaves open
/// where the body ends, and what follows would be taken for the next request (RFC 9112, sections
/// 6.1 and 6.3).
bool is_chunked(const http::request<http::string_body>& message) {
  return message.version() == 11 && message.count(http::field::transfer_encoding) == 1 &&
         beast::iequals(message[http::field::transfer_encoding], "chunked");
}

/// What makes a request ambiguous or impossible though its syntax is right; empty when nothing
/// does.
std::string_view fault_of(const http::request<http::string_body>& message) {
  if (message.version() != 10 && message.version() != 11) return "only HTTP/1.0 and 1.1 are spoken";
  if (message.version() == 11 && message.count(http::field::host) != 1) {
    return "HTTP/1.1 wants one Host header";
  }
  if (message.count(http::field::transfer_encoding) == 0) return {};
  if (message.count(http::field::content_length) > 0) {
    return "Content-Length and Transfer-Encoding exclude each other";
  }
  if (!is_chunked(message)) return "of Transfer-Encoding only chunked is known, in HTTP/1.1";
  return {};
}

}  // namespace

Session::Session(Stream::Socket socket, std::shared_ptr<const config::TlsIdentity> identity,
                 std::shared_ptr<SessionRoom> room, Loop& loop)
    : room_(std::move(room)),
      identity_(std::move(identity)),
      loop_(loop),
      stream_(std::move(socket)),
      buffer_(limits::header_bytes_max + read_ahead_bytes) {
  Error error;
  const auto peer = stream_.tcp().remote_endpoint(error);
  if (error) return;
  const std::string address = peer.address().to_string();
  peer_ = peer.address().is_v6() ? "[" + address + "]" : address;
  peer_ += ":" + std::to_string(peer.port());
}

Session::~Session() {
  release_body();
  release_answer();
}

void Session::start() {
  if (identity_) return wait_for_handshake();
  wait_for_request();
}

void Session::stop_soon() {
  keep_alive_ = false;
  Error ignored;
  if (is_idle_) stream_.tcp().cancel(ignored);
}

void Session::wait_for_handshake() {
  if (room_->stopping) return close();
  is_idle_ = true;
  expire_after(room_->options.request_timeout);
  stream_.async_read_some(buffer_.prepare(idle_buffer_bytes),
                          beast::bind_front_handler(&Session::on_hello, shared_from_this()));
}

void Session::on_hello(Error error, std::size_t count) {
  if (error) return close();
  buffer_.commit(count);
  if (*static_cast<const unsigned char*>(buffer_.data().data()) != handshake_record) {
    is_idle_ = false;
    return refuse(400, "this port speaks TLS: use https://");
  }
  stream_.async_secure(*identity_, buffer_.data(),
                       beast::bind_front_handler(&Session::on_handshake, shared_from_this()));
}

void Session::on_handshake(Error error, std::size_t taken) {
  is_idle_ = false;
  // Bytes that came in the clear must never be taken for what came through TLS.
  if (error || taken != buffer_.size()) return close();
  buffer_.consume(taken);
  wait_for_request();
}

void Session::wait_for_request() {
  if (room_->stopping) return end();
  if (buffer_.size() > 0) return begin_request();
  if (buffer_.capacity() > idle_buffer_bytes) buffer_.shrink_to_fit();
  is_idle_ = true;
  expire_after(room_->options.idle_timeout);
  stream_.async_read_some(buffer_.prepare(idle_buffer_bytes),
                          beast::bind_front_handler(&Session::on_first_bytes, shared_from_this()));
}

void Session::on_first_bytes(Error error, std::size_t count) {
  is_idle_ = false;
  if (error == net::error::operation_aborted && room_->stopping) return end();
  if (error) return close();
  buffer_.commit(count);
  begin_request();
}

void Session::begin_request() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(limits::header_bytes_max));
  parser_->body_limit(limits::body_bytes_max);
  has_header_ = false;
  is_head_ = false;
  is_question_ = false;
  version_ = 11;
  // One deadline for the whole request: a client that sends a byte now and then gains nothing.
  expire_after(room_->options.request_timeout);
  parse();
}

void Session::read_more() {
  const std::size_t room = buffer_.max_size() - buffer_.size();
  // The parser bounds the header, but neither the line before a chunk nor the trailer.
  if (room == 0) return refuse(431, "what stands around the chunks of the body is too large");
  stream_.async_read_some(buffer_.prepare(std::min(read_ahead_bytes, room)),
                          beast::bind_front_handler(&Session::on_bytes, shared_from_this()));
}

void Session::on_bytes(Error error, std::size_t count) {
  if (error) return close();
  buffer_.commit(count);
  parse();
}

// What the parser does not take yet stays in the buffer: the beginning of a header, which its limit
// keeps smaller than the buffer, or of what stands around a chunk.
void Session::parse() {
  while (!parser_->is_done() && buffer_.size() > 0) {
    Error error;
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (error == http::error::need_more) return read_more();
    if (error) return fail(error);
    if (!has_header_ && parser_->is_header_done() && !take_header()) return;
    if (!charge_body())
      return refuse(connectors::try_again("too many bodies are being read: try again"));
  }
  if (!parser_->is_done()) return read_more();
  serve();
}

/// False: something else is under way now.
bool Session::take_header() {
  has_header_ = true;
  const auto& message = parser_->get();
  version_ = message.version() == 10 ? 10 : 11;
  is_head_ = message.method() == http::verb::head;
  if (const auto fault = fault_of(message); !fault.empty()) {
    refuse(400, fault);
    return false;
  }
  headers_ = headers_of(message);  // a trailer, which comes behind the body, is none
  if (parser_->is_done()) return true;
  parser_->eager(true);
  // HTTP/1.0 does not know it (RFC 9110, section 10.1.1).
  if (message.count(http::field::expect) == 0 || version_ == 10) return true;
  if (!beast::iequals(message[http::field::expect], "100-continue")) {
    refuse(417, "of Expect only 100-continue is known");
  } else {
    send_continue();
  }
  return false;
}

void Session::send_continue() {
  net::async_write(stream_, net::buffer(continue_line),
                   [self = shared_from_this()](Error error, std::size_t) {
                     if (error) return self->close();
                     self->parse();
                   });
}

bool Session::charge_body() {
  const std::size_t size = parser_->get().body().size();
  const std::size_t more = size - charged_;
  charged_ = size;
  return room_->bodies_reading.fetch_add(more) + more <= limits::bodies_reading_max;
}

void Session::release_body() { room_->bodies_reading.fetch_sub(std::exchange(charged_, 0)); }

void Session::serve() {
  release_body();
  auto message = parser_->release();
  const std::string_view text(message.target().data(), message.target().size());
  if (text.size() > limits::target_bytes_max) return refuse(414, "path and query are too long");
  auto target = parse_target(text);
  if (!target) return refuse(400, "the request target is not a path with a query in UTF-8");
  keep_alive_ = message.keep_alive();
  is_question_ = message.method() == http::verb::get;
  deadline_ = Loop::Clock::time_point::max();
  auto request = to_request(std::move(message), std::move(*target), std::exchange(headers_, {}));
  request.peer = peer_;
  request.received_at = std::chrono::system_clock::now();
  try {
    room_->serve(std::move(request), Responder(room_, shared_from_this()));
  } catch (const std::exception&) {
    // The responder was dropped on the way out, and so has answered 500.
    keep_alive_ = false;
  }
}

void Session::refuse(std::uint16_t status, std::string_view detail) {
  refuse(connectors::problem(status, detail));
}

void Session::refuse(connectors::HttpAnswer answer) {
  release_body();
  keep_alive_ = false;
  has_unread_ = true;
  write(std::move(answer));
}

void Session::fail(Error error) {
  if (error == http::error::body_limit) return refuse(413, "the body is too large");
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refuse(431, "the header is too large");
  }
  const bool is_over = error == http::error::end_of_stream || error == http::error::partial_message;
  const bool is_syntax = error.category() == make_error_code(http::error::bad_method).category();
  if (is_over || !is_syntax) return close();
  refuse(400, "this is not HTTP/1.1: " + error.message());
}

void Session::write(connectors::HttpAnswer answer) {
  if (is_closed_) return;
  keep_alive_ = keep_alive_ && !room_->stopping;
  // What an action has done must be told; what was only asked can be asked again.
  if (!charge_answer(answer.body.size()) && is_question_) {
    release_answer();
    answer = connectors::try_again("too many answers wait to be read: try again");
  }
  // One buffer: head and body leave in one packet, and in one TLS record where they fit into one.
  written_ = answer_head(answer, {version_, keep_alive_, loop_.date()});
  if (has_body(answer.status) && !is_head_) written_ += answer.body;
  expire_after(room_->options.request_timeout);
  net::async_write(stream_, net::buffer(written_),
                   beast::bind_front_handler(&Session::on_written, shared_from_this()));
}

/// False: the answers that clients have not read yet take too much, and this is not a small one.
bool Session::charge_answer(std::size_t size) {
  answer_charged_ = size;
  const std::size_t all = room_->answers_writing.fetch_add(size) + size;
  return size <= small_answer_bytes || all <= room_->options.answers_bytes_max;
}

void Session::release_answer() {
  room_->answers_writing.fetch_sub(std::exchange(answer_charged_, 0));
}

void Session::on_written(Error error, std::size_t) {
  release_answer();
  if (written_.capacity() > idle_buffer_bytes) written_ = {};
  parser_.reset();
  if (error) return close();
  if (keep_alive_) return wait_for_request();
  if (has_unread_) return linger();
  end();
}

// Closing a socket with unread bytes resets the connection, and the client may never see the
// answer that says what was wrong. What comes is thrown away as it comes, undeciphered.
void Session::linger() {
  Error ignored;
  auto& tcp = stream_.tcp();
  tcp.shutdown(net::socket_base::shutdown_send, ignored);
  buffer_.clear();
  if (discarded_ == 0) expire_after(limits::linger_time);
  tcp.async_read_some(buffer_.prepare(read_ahead_bytes),
                      beast::bind_front_handler(&Session::on_discarded, shared_from_this()));
}

void Session::on_discarded(Error error, std::size_t count) {
  discarded_ += count;
  if (error || discarded_ > limits::body_bytes_max) return close();
  linger();
}

// The end of a TLS connection is said, so that nobody can fake it (RFC 8446, section 6.1).
void Session::end() {
  if (!stream_.is_secured()) return close();
  expire_after(limits::linger_time);
  stream_.async_say_goodbye([self = shared_from_this()](Error) { self->close(); });
}

void Session::close() {
  if (std::exchange(is_closed_, true)) return;
  release_body();
  release_answer();
  Error ignored;
  stream_.tcp().shutdown(net::socket_base::shutdown_both, ignored);
  stream_.tcp().close(ignored);
  loop_.forget(shared_from_this());
  room_->on_closed();
}

}  // namespace deskd::api

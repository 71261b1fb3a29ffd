#include "daemon/ctl/session.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <cstdio>
#include <fstream>

#include "config/limits.h"
#include "daemon/ctl/problem.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

// The first line of the token's file. A token with a control character could forge headers.
std::optional<std::string> read_token(const std::string& path) {
  std::ifstream file{path};
  std::string token;
  if (!std::getline(file, token)) return std::nullopt;
  if (!token.empty() && token.back() == '\r') token.pop_back();
  const bool printable = one_line(token) == token && token.find('\t') == token.npos;
  if (token.empty() || token.size() > limits::secret_bytes_max || !printable) return std::nullopt;
  return token;
}

}  // namespace

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void complain(std::string_view text) {
  std::fflush(stdout);
  fmt::print(stderr, "deskctl: {}\n", paragraph(text));
}

TimeStyle Session::times() const {
  return {.utc = options.utc, .now = std::chrono::system_clock::now()};
}

void Session::end_with(ExitCode code) {
  if (exit_ == ExitCode::ok) exit_ = code;
}

ExitCode Session::show(const Request& request, const Render& render) {
  const auto reply = reply_to(request);
  return reply ? show(*reply, render) : exit_;
}

ExitCode Session::show(const Reply& reply, const Render& render) {
  if (options.json) {
    print(reply.body);
    if (!reply.body.ends_with('\n')) print("\n");
    return ExitCode::ok;
  }
  const auto answer = parsed(reply);
  if (!answer) return exit_;
  render(*answer);
  return ExitCode::ok;
}

std::optional<boost::json::value> Session::ask(const Request& request) {
  const auto reply = reply_to(request);
  return reply ? parsed(*reply) : std::nullopt;
}

std::expected<ClientOptions, std::string> Session::client_options() const {
  ClientOptions client{
      .url = options.url,
      .token = {},
      .actor = one_line(options.actor),
      .ca_file = options.ca_file,
      .timeout = std::chrono::milliseconds{static_cast<long>(options.timeout_s * 1000)}};
  if (!options.ca_file.empty() && !std::ifstream{options.ca_file}) {
    return std::unexpected(fmt::format("{} can't be read as certificates", options.ca_file));
  }
  if (options.token_file.empty()) return client;
  const auto token = read_token(options.token_file);
  if (!token) {
    return std::unexpected(
        fmt::format("{} can't be read as a token: one line of text", options.token_file));
  }
  client.token = *token;
  return client;
}

std::optional<Reply> Session::reply_to(const Request& request) {
  const auto client = client_options();
  if (!client) {
    complain(client.error());
    end_with(ExitCode::usage);
    return std::nullopt;
  }
  auto reply = Client{*client}.send(request);
  if (!reply) {
    complain(reply.error());
    end_with(ExitCode::unreachable);
    return std::nullopt;
  }
  if (reply->status < 200 || reply->status >= 300) {
    const Problem problem = problem_of(*reply);
    std::fputs(paragraph(problem.mistakes).c_str(), stderr);
    complain(problem.sentence);
    end_with(problem.code);
    return std::nullopt;
  }
  if (!reply->unconfirmed.empty()) {
    complain("the ledger does not confirm this answer yet: " + reply->unconfirmed);
  }
  return std::move(*reply);
}

std::optional<boost::json::value> Session::parsed(const Reply& reply) {
  boost::json::error_code error;
  auto answer = boost::json::parse(reply.body, error);
  if (!error) return answer;
  complain(fmt::format("{} answered what is no JSON; is it deskd?", options.url));
  end_with(ExitCode::fault);
  return std::nullopt;
}

}  // namespace deskd::ctl

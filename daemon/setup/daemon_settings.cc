#include "daemon/setup/daemon_settings.h"

#include <array>
#include <charconv>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <fmt/core.h>

#include "config/limits.h"
#include "config/raw_file.h"
#include "daemon/setup/people_list.h"
#include "daemon/setup/tls_section.h"

namespace deskd::daemon {

namespace {

constexpr std::string_view default_ledger_path = "deskd-data";

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return port;
}

std::optional<bool> is_loopback_v4(const std::string& host) {
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) != 1) return std::nullopt;
  return (ntohl(address.s_addr) >> 24) == 127;
}

std::optional<bool> is_loopback_v6(const std::string& host) {
  in6_addr address{};
  if (inet_pton(AF_INET6, host.c_str(), &address) != 1) return std::nullopt;
  return IN6_IS_ADDR_LOOPBACK(&address) != 0;
}

void read_listen(const config::Node& node, Settings& settings, config::Problems& problems) {
  const auto text = config::read_text(node, problems);
  if (!text) return;
  const auto address = parse_listen(*text);
  if (!address) {
    problems.error(node.place(),
                   fmt::format("'{}' is no address to listen on: write \"127.0.0.1:9480\" or "
                               "\"[::1]:9480\"",
                               *text));
    return;
  }
  settings.listen_host = address->host;
  settings.listen_port = address->port;
  settings.is_loopback = address->is_loopback;
}

/// Other machines can reach `listen`: who calls must prove who they are, and should be able to do
/// so unheard.
void check_reachable(const config::Node& listen, bool has_tokens, bool has_tls,
                     config::Problems& problems) {
  if (!has_tokens) {
    problems.error(listen.place(),
                   fmt::format("listening on {} lets other machines in and so needs http.tokens: "
                               "say who may do what, or listen on 127.0.0.1 or [::1]",
                               listen.text));
  }
  if (!has_tls) {
    problems.warning(listen.place(),
                     "without http.tls tokens and passwords travel readable to everybody on the "
                     "way");
  }
}

/// The duration under `key`, if it is there; at least `min`.
void read_time(config::MapReader& reader, std::string_view key, rules::Duration min,
               rules::Duration& into, config::Problems& problems) {
  const config::Node* node = reader.optional(key);
  if (!node) return;
  const auto duration = config::read_duration(*node, problems);
  if (!duration) return;
  if (*duration < min) {
    problems.error(node->place(), fmt::format("{} must be longer than that", key));
    return;
  }
  into = *duration;
}

}  // namespace

std::optional<ListenAddress> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string host(text.substr(0, colon));
  if (host == "localhost") host = "127.0.0.1";
  if (const auto loopback = is_loopback_v4(host)) return ListenAddress{host, *port, *loopback};
  if (!host.starts_with('[') || !host.ends_with(']')) return std::nullopt;
  host = host.substr(1, host.size() - 2);
  if (const auto loopback = is_loopback_v6(host)) return ListenAddress{host, *port, *loopback};
  return std::nullopt;
}

void read_http(config::MapReader& deskd, const std::string& folder, Setup& setup,
               config::Problems& problems) {
  const config::Node* node = deskd.optional("http");
  if (!node) return;
  config::MapReader http(*node, problems, "http");
  const config::Node* listen = http.optional("listen");
  if (listen) read_listen(*listen, setup.settings, problems);
  const config::Node* tokens = http.optional("tokens");
  if (tokens) setup.people = read_people(*tokens, folder, problems);
  const config::Node* tls = http.optional("tls");
  if (tls) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    setup.tls = read_tls(*tls, folder, now, problems);
  }
  http.finish();
  if (!setup.settings.is_loopback) check_reachable(*listen, tokens, tls, problems);
}

void read_ledger(config::MapReader& deskd, const std::string& folder, Settings& settings,
                 config::Problems& problems) {
  settings.ledger_path = config::path_in(folder, std::string(default_ledger_path));
  const config::Node* node = deskd.optional("ledger");
  if (!node) return;
  config::MapReader ledger(*node, problems, "ledger");
  if (const config::Node* path = ledger.optional("path")) {
    const auto text = config::read_text(*path, problems);
    if (text) settings.ledger_path = config::path_in(folder, *text);
  }
  constexpr auto kept_min = std::chrono::hours{1};
  read_time(ledger, "alerts", kept_min, settings.alerts_kept, problems);
  read_time(ledger, "incidents", kept_min, settings.incidents_kept, problems);
  if (const config::Node* size = ledger.optional("size_max")) {
    const auto bytes = config::read_bytes(*size, problems);
    if (bytes && *bytes < limits::ledger_bytes_min) {
      problems.error(size->place(), fmt::format("a ledger needs at least {} MiB",
                                                limits::ledger_bytes_min / limits::MiB));
    } else if (bytes) {
      settings.ledger_size_max = *bytes;
    }
  }
  ledger.finish();
}

void read_times(config::MapReader& deskd, Settings& settings, connectors::Judging& judging,
                config::Problems& problems) {
  const config::Node* node = deskd.optional("times");
  if (!node) return;
  config::MapReader times(*node, problems, "times");
  constexpr rules::Duration none{};
  constexpr rules::Duration second = std::chrono::seconds{1};
  read_time(times, "reorder", none, settings.reorder, problems);
  read_time(times, "max_skew", none, judging.max_skew, problems);
  read_time(times, "restart_grace", none, settings.restart_grace, problems);
  read_time(times, "repeat_window", none, settings.repeat_window, problems);
  read_time(times, "resolve_timeout", second, judging.resolve_timeout, problems);
  read_time(times, "close_after", none, settings.close_after, problems);
  read_time(times, "stall_max", second, settings.stall_max, problems);
  times.finish();
}

}  // namespace deskd::daemon

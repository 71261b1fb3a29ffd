#pragma once
// deskd.yaml's `http`, `ledger` and `times`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/reader.h"
#include "connectors/judging.h"
#include "daemon/setup/setup.h"

namespace deskd::daemon {

/// Reads `http` (address, people, TLS) and `ledger`; relative paths start at `folder`. An address
/// that other machines can reach is a problem without tokens.
void read_http(config::MapReader& deskd, const std::string& folder, Setup& setup,
               config::Problems& problems);
void read_ledger(config::MapReader& deskd, const std::string& folder, Settings& settings,
                 config::Problems& problems);
/// Reads `times`, two of which are for who judges.
void read_times(config::MapReader& deskd, Settings& settings, connectors::Judging& judging,
                config::Problems& problems);

/// An address to listen on: `127.0.0.1:9480`, `[::1]:9480`, `localhost:9480`.
struct ListenAddress {
  std::string host;  // an IP address, without brackets
  std::uint16_t port = 0;
  bool is_loopback = false;
};
std::optional<ListenAddress> parse_listen(std::string_view text);

}  // namespace deskd::daemon

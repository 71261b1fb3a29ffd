#pragma once
// A datagram from a sender of traps, and the way back to it.

#include <netinet/in.h>

#include <chrono>
#include <cstdint>
#include <string_view>

#include "rules/network.h"
#include "rules/time.h"

namespace deskd::connectors {

/// From where a datagram came, and to which of this machine's addresses: its answer leaves from
/// that one, else its sender would not take it for an answer.
struct ReturnPath {
  std::uint64_t socket = 0;  // number of the socket; no two have the same
  sockaddr_storage peer{};
  socklen_t peer_bytes = 0;
  sockaddr_storage local{};     // ss_family 0: not known
  std::uint32_t interface = 0;  // of `local`
};

struct Datagram {
  std::string_view bytes;
  rules::IpAddress sender;
  std::string_view sender_text;
  const ReturnPath& path;
};

/// One moment by both clocks: that of the wall, and one that never goes back.
struct Moment {
  rules::Time wall;
  std::chrono::nanoseconds running{};  // since this engine started

  std::uint32_t seconds() const {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(running).count());
  }
};

}  // namespace deskd::connectors

#pragma once
// Why a datagram did not become an alert.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace deskd::connectors {

enum class DropReason : std::uint8_t {
  kernel,              // the socket's buffer was full
  network,             // not from where traps may come
  quota,               // more a second than one sender may send
  malformed,           // can't be read
  not_a_notification,  // a get, a response …
  wrong_community,
  unknown_engine,  // an inform or a discovery for another engine than this
  unknown_user,
  unsupported_level,  // less than is taken, or more than the user can
  wrong_digest,
  not_in_time_window,  // RFC 3414, section 3.2 (7): a replay, or a clock that was turned back
  decryption,
  lane_full,
};

constexpr std::array<std::string_view, 13> drop_reason_names{"kernel",
                                                             "network",
                                                             "quota",
                                                             "malformed",
                                                             "not_a_notification",
                                                             "wrong_community",
                                                             "unknown_engine",
                                                             "unknown_user",
                                                             "unsupported_level",
                                                             "wrong_digest",
                                                             "not_in_time_window",
                                                             "decryption",
                                                             "lane_full"};

constexpr std::string_view name(DropReason reason) {
  return drop_reason_names[static_cast<std::size_t>(reason)];
}

/// What a datagram was refused for, and what its sender is told.
struct Refusal {
  DropReason reason = DropReason::malformed;
  std::string detail;       // one sentence
  std::string report;       // a datagram for the sender (RFC 3414, section 3.2); mostly empty
  bool is_routine = false;  // it asks who this engine is, or what its time is: nothing is lost
};

}  // namespace deskd::connectors

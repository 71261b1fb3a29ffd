#pragma once
// A listening UDP socket: many datagrams at a time, answers from the address that was asked, and a
// count of what the kernel had no room for.

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/snmp/receiver/datagram.h"
#include "connectors/snmp/snmp_settings.h"

namespace deskd::connectors {

/// Room for what one call receives; used again and again. One thread.
class DatagramBuffers {
 public:
  DatagramBuffers();

 private:
  friend class UdpSocket;
  static constexpr std::size_t control_bytes = 64;  // one address with its interface

  std::unique_ptr<char[]> bytes_;
  std::vector<mmsghdr> headers_;
  std::vector<iovec> parts_;
  std::vector<ReturnPath> paths_;
  std::vector<std::array<char, control_bytes>> controls_;
};

/// Owns its descriptor. `receive` and `send` belong to the SNMP thread, the questions to any.
class UdpSocket {
 public:
  /// Fails with why it can't listen there. An address of IPv6 takes IPv6 alone.
  static std::expected<std::unique_ptr<UdpSocket>, std::string> open(const UdpAddress& address);
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;
  ~UdpSocket();

  const UdpAddress& address() const { return address_; }
  std::uint64_t number() const { return number_; }
  int descriptor() const { return descriptor_; }
  std::uint16_t port() const;  // as bound: of port 0 the one that the kernel chose
  std::size_t buffer_bytes() const;
  /// How many datagrams the kernel had no room for since the socket was opened (modulo 2^32).
  std::uint32_t kernel_drops() const;

  /// What is there, up to limits::datagrams_at_once, without waiting. Calls `take` for each, whose
  /// datagram is good during the call only. Returns how many.
  template <typename Take>
  std::size_t receive(DatagramBuffers& buffers, Take take) {
    const std::size_t count = fill(buffers);
    for (std::size_t i = 0; i < count; ++i) {
      std::array<char, 48> text;
      const Datagram datagram = datagram_at(buffers, i, text);
      take(datagram);
    }
    return count;
  }
  /// Lost when the kernel has no room: a sender that gets no answer asks again.
  void send(const ReturnPath& path, std::string_view bytes);

 private:
  UdpSocket(UdpAddress address, int descriptor);
  std::size_t fill(DatagramBuffers& buffers);
  Datagram datagram_at(DatagramBuffers& buffers, std::size_t at, std::span<char> text);

  const UdpAddress address_;
  const int descriptor_;
  const std::uint64_t number_;
};

}  // namespace deskd::connectors

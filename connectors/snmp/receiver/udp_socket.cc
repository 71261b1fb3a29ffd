#include "connectors/snmp/receiver/udp_socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "config/limits.h"

namespace deskd::connectors {
namespace {

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

std::string last_error() { return std::system_category().message(errno); }

/// An address as the kernel takes it; zero bytes when the text is none.
socklen_t socket_address(const UdpAddress& address, sockaddr_storage& out) {
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out);
  if (inet_pton(AF_INET, address.host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address.port);
    return sizeof *v4;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out);
  if (inet_pton(AF_INET6, address.host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(address.port);
    return sizeof *v6;
  }
  return 0;
}

void set_option(int descriptor, int level, int option, int value) {
  // None of these is needed to receive; what the kernel refuses is left out.
  static_cast<void>(setsockopt(descriptor, level, option, &value, sizeof value));
}

void set_options(int descriptor, int family) {
  if (family == AF_INET6) {
    set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set_option(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  } else {
    set_option(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
  }
  // The first is bounded by net.core.rmem_max, the second is for who may administer the network.
  set_option(descriptor, SOL_SOCKET, SO_RCVBUF, limits::snmp_socket_bytes);
  set_option(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, limits::snmp_socket_bytes);
}

rules::IpAddress ip_address(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    return rules::IpAddress::v6(std::span<const std::uint8_t, 16>(
        reinterpret_cast<const std::uint8_t*>(&v6.sin6_addr), 16));
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  return rules::IpAddress::v4(
      std::span<const std::uint8_t, 4>(reinterpret_cast<const std::uint8_t*>(&v4.sin_addr), 4));
}

void read_local(msghdr& header, ReturnPath& path) {
  path.local.ss_family = 0;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(part), sizeof info);
      auto* local = reinterpret_cast<sockaddr_in*>(&path.local);
      local->sin_family = AF_INET;
      local->sin_addr = info.ipi_spec_dst;
      path.interface = static_cast<std::uint32_t>(info.ipi_ifindex);
    } else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(part), sizeof info);
      // Nothing leaves from the address of a group.
      if (IN6_IS_ADDR_MULTICAST(&info.ipi6_addr)) continue;
      auto* local = reinterpret_cast<sockaddr_in6*>(&path.local);
      local->sin6_family = AF_INET6;
      local->sin6_addr = info.ipi6_addr;
      path.interface = info.ipi6_ifindex;
    }
  }
}

template <typename Info>
void write_part(msghdr& header, int level, int type, const Info& info) {
  header.msg_controllen = CMSG_SPACE(sizeof info);
  cmsghdr* const part = CMSG_FIRSTHDR(&header);
  part->cmsg_level = level;
  part->cmsg_type = type;
  part->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(part), &info, sizeof info);
}

void write_local(const ReturnPath& path, msghdr& header) {
  if (path.local.ss_family == AF_INET) {
    const auto& local = reinterpret_cast<const sockaddr_in&>(path.local);
    // Without the interface: the way back may be another, and the address is what counts.
    write_part(header, IPPROTO_IP, IP_PKTINFO,
               in_pktinfo{.ipi_ifindex = 0, .ipi_spec_dst = local.sin_addr, .ipi_addr = {}});
  } else if (path.local.ss_family == AF_INET6) {
    const auto& local = reinterpret_cast<const sockaddr_in6&>(path.local);
    const bool is_link_local = IN6_IS_ADDR_LINKLOCAL(&local.sin6_addr);
    write_part(header, IPPROTO_IPV6, IPV6_PKTINFO,
               in6_pktinfo{.ipi6_addr = local.sin6_addr,
                           .ipi6_ifindex = is_link_local ? path.interface : 0});
  } else {
    header.msg_control = nullptr;
    header.msg_controllen = 0;
  }
}

}  // namespace

DatagramBuffers::DatagramBuffers()
    : bytes_(std::make_unique_for_overwrite<char[]>(limits::datagrams_at_once *
                                                    limits::datagram_bytes_max)),
      headers_(limits::datagrams_at_once),
      parts_(limits::datagrams_at_once),
      paths_(limits::datagrams_at_once),
      controls_(limits::datagrams_at_once) {
  for (std::size_t i = 0; i < limits::datagrams_at_once; ++i) {
    parts_[i] = {bytes_.get() + i * limits::datagram_bytes_max, limits::datagram_bytes_max};
    headers_[i].msg_hdr.msg_iov = &parts_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
}

std::expected<std::unique_ptr<UdpSocket>, std::string> UdpSocket::open(const UdpAddress& address) {
  const auto cannot = [&](const std::string& why) {
    return std::unexpected(
        fmt::format("can't listen on {} port {}: {}", address.host, address.port, why));
  };
  sockaddr_storage where{};
  const socklen_t bytes = socket_address(address, where);
  if (bytes == 0) return cannot("that is no address");
  const int descriptor = ::socket(where.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return cannot(last_error());
  auto made = std::unique_ptr<UdpSocket>(new UdpSocket(address, descriptor));
  set_options(descriptor, where.ss_family);
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&where), bytes) != 0) {
    return cannot(last_error());
  }
  return made;
}

UdpSocket::UdpSocket(UdpAddress address, int descriptor)
    : address_(std::move(address)), descriptor_(descriptor), number_(next_number()) {}

UdpSocket::~UdpSocket() { close(descriptor_); }

std::uint16_t UdpSocket::port() const {
  sockaddr_storage address{};
  socklen_t bytes = sizeof address;
  if (getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &bytes) != 0) return 0;
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

std::size_t UdpSocket::buffer_bytes() const {
  int value = 0;
  socklen_t bytes = sizeof value;
  static_cast<void>(getsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &value, &bytes));
  return static_cast<std::size_t>(value) / 2;  // the kernel doubles it for its own needs: socket(7)
}

std::uint32_t UdpSocket::kernel_drops() const {
  std::array<std::uint32_t, SK_MEMINFO_VARS> values{};
  socklen_t bytes = sizeof values;
  static_cast<void>(getsockopt(descriptor_, SOL_SOCKET, SO_MEMINFO, values.data(), &bytes));
  return values[SK_MEMINFO_DROPS];
}

std::size_t UdpSocket::fill(DatagramBuffers& buffers) {
  for (std::size_t i = 0; i < limits::datagrams_at_once; ++i) {
    msghdr& header = buffers.headers_[i].msg_hdr;
    header.msg_name = &buffers.paths_[i].peer;
    header.msg_namelen = sizeof buffers.paths_[i].peer;
    header.msg_control = buffers.controls_[i].data();
    header.msg_controllen = DatagramBuffers::control_bytes;
  }
  const int count =
      recvmmsg(descriptor_, buffers.headers_.data(),
               static_cast<unsigned>(limits::datagrams_at_once), MSG_DONTWAIT, nullptr);
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

Datagram UdpSocket::datagram_at(DatagramBuffers& buffers, std::size_t at, std::span<char> text) {
  ReturnPath& path = buffers.paths_[at];
  msghdr& header = buffers.headers_[at].msg_hdr;
  path.socket = number_;
  path.peer_bytes = header.msg_namelen;
  read_local(header, path);
  const rules::IpAddress sender = ip_address(path.peer);
  const char* shown = inet_ntop(sender.is_v6 ? AF_INET6 : AF_INET, sender.bytes.data(), text.data(),
                                static_cast<socklen_t>(text.size()));
  const auto* bytes = static_cast<const char*>(buffers.parts_[at].iov_base);
  return {.bytes = {bytes, buffers.headers_[at].msg_len},
          .sender = sender,
          .sender_text = shown == nullptr ? std::string_view{} : std::string_view(shown),
          .path = path};
}

void UdpSocket::send(const ReturnPath& path, std::string_view bytes) {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  ReturnPath back = path;
  alignas(cmsghdr) std::array<char, DatagramBuffers::control_bytes> control{};
  msghdr header{};
  header.msg_name = &back.peer;
  header.msg_namelen = back.peer_bytes;
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  write_local(path, header);
  static_cast<void>(sendmsg(descriptor_, &header, MSG_DONTWAIT | MSG_NOSIGNAL));
}

}  // namespace deskd::connectors

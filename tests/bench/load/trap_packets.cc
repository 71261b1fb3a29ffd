#include "tests/bench/load/trap_packets.h"

#include <fmt/format.h>

#include <initializer_list>
#include <string_view>
#include <vector>

namespace deskd::bench {
namespace {

// X.690's tags and those of RFC 2578, section 7.1.
enum Tag : unsigned char {
  integer = 0x02,
  octets = 0x04,
  object_id = 0x06,
  sequence = 0x30,
  time_ticks = 0x43,
  trap_v2 = 0xA7,
};

constexpr std::uint32_t marked_request_id = 0x5A5A5A5A;
constexpr std::uint32_t marked_uptime = 0x3C3C3C3C;

std::string element(Tag tag, std::string_view content) {
  std::string out(1, static_cast<char>(tag));
  if (content.size() >= 256) {
    out += '\x82';
    out += static_cast<char>(content.size() >> 8);
  } else if (content.size() >= 128) {
    out += '\x81';
  }
  out += static_cast<char>(content.size() & 0xFF);
  return out.append(content);
}

std::string four_octets(std::uint32_t number) {
  std::string out(4, '\0');
  write_number(out, 0, number);
  return out;
}

std::string small_integer(std::uint32_t number) {
  std::string content;
  for (int shift = 24; shift > 0; shift -= 8) {
    const bool is_needed = number >> (shift - 1) != 0;
    if (is_needed) content += static_cast<char>(number >> shift & 0xFF);
  }
  content += static_cast<char>(number & 0xFF);
  return element(integer, content);
}

std::string oid(std::initializer_list<std::uint32_t> arcs) {
  const std::vector<std::uint32_t> all(arcs);
  std::string content(1, static_cast<char>(all[0] * 40 + all[1]));
  for (std::size_t i = 2; i < all.size(); ++i) {
    for (int shift = 28; shift > 0; shift -= 7) {
      if (all[i] >> shift != 0) content += static_cast<char>(0x80 | (all[i] >> shift & 0x7F));
    }
    content += static_cast<char>(all[i] & 0x7F);
  }
  return element(object_id, content);
}

std::string varbind(const std::string& name, const std::string& value) {
  return element(sequence, name + value);
}

}  // namespace

void write_number(std::string& bytes, std::size_t place, std::uint32_t number) {
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[place + i] = static_cast<char>(number >> (24 - 8 * i) & 0xFF);
  }
}

TrapPacket make_trap(std::uint32_t if_index) {
  const std::string if_descr = fmt::format("GigabitEthernet0/0/{}", if_index);
  const std::string varbinds =
      varbind(oid({1, 3, 6, 1, 2, 1, 1, 3, 0}), element(time_ticks, four_octets(marked_uptime))) +
      varbind(oid({1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0}), oid({1, 3, 6, 1, 6, 3, 1, 1, 5, 3})) +
      varbind(oid({1, 3, 6, 1, 2, 1, 2, 2, 1, 1, if_index}), small_integer(if_index)) +
      varbind(oid({1, 3, 6, 1, 2, 1, 2, 2, 1, 2, if_index}), element(octets, if_descr)) +
      varbind(oid({1, 3, 6, 1, 2, 1, 2, 2, 1, 7, if_index}), small_integer(1)) +
      varbind(oid({1, 3, 6, 1, 2, 1, 2, 2, 1, 8, if_index}), small_integer(2));
  const std::string pdu =
      element(trap_v2, element(integer, four_octets(marked_request_id)) + small_integer(0) +
                           small_integer(0) + element(sequence, varbinds));
  TrapPacket trap;
  trap.bytes = element(sequence, small_integer(1) + element(octets, "public") + pdu);
  trap.request_id = trap.bytes.find(four_octets(marked_request_id));
  trap.uptime = trap.bytes.find(four_octets(marked_uptime));
  return trap;
}

}  // namespace deskd::bench

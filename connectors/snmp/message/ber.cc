#include "connectors/snmp/message/ber.h"

#include "connectors/snmp/oid.h"

namespace deskd::connectors::ber {
namespace {

constexpr std::size_t length_octets_max = 4;

std::uint8_t octet(char c) { return static_cast<std::uint8_t>(c); }

/// Takes the length of an element from the front of `bytes`.
Read<std::size_t> take_length(std::string_view& bytes) {
  if (bytes.empty()) return std::unexpected("ends before a length");
  const std::uint8_t first = octet(bytes.front());
  bytes.remove_prefix(1);
  if (first < 0x80) return first;
  const std::size_t count = first & 0x7F;
  if (count == 0) return std::unexpected("has an indefinite length");
  if (count > length_octets_max) return std::unexpected("has a length of more than four octets");
  if (count > bytes.size()) return std::unexpected("ends within a length");
  std::size_t length = 0;
  for (const char c : bytes.substr(0, count)) length = length << 8 | octet(c);
  bytes.remove_prefix(count);
  return length;
}

}  // namespace

Read<Element> Reader::next() {
  if (rest_.empty()) return std::unexpected("ends before an element");
  Element element{.tag = octet(rest_.front()), .content = {}};
  if ((element.tag & 0x1F) == 0x1F) return std::unexpected("has a tag that SNMP doesn't know");
  rest_.remove_prefix(1);
  const auto length = take_length(rest_);
  if (!length) return std::unexpected(length.error());
  if (*length > rest_.size()) return std::unexpected("has a length that goes past its end");
  element.content = rest_.substr(0, *length);
  rest_.remove_prefix(*length);
  return element;
}

Read<std::string_view> Reader::next(std::uint8_t tag, std::string_view otherwise) {
  const auto element = next();
  if (!element) return std::unexpected(element.error());
  if (element->tag != tag) return std::unexpected(otherwise);
  return element->content;
}

Read<std::int32_t> Reader::next_integer(std::string_view otherwise) {
  const auto content = next(integer, otherwise);
  if (!content) return std::unexpected(content.error());
  return to_integer(*content);
}

Read<std::int32_t> to_integer(std::string_view content) {
  constexpr std::string_view no_integer = "has an integer that doesn't fit into 32 bits";
  if (content.empty()) return std::unexpected("has an empty number");
  if (content.size() > sizeof(std::int64_t)) return std::unexpected(no_integer);
  // The sign fills the octets that are not sent.
  std::uint64_t bits = octet(content.front()) < 0x80 ? 0 : ~std::uint64_t{0};
  for (const char c : content) bits = bits << 8 | octet(c);
  const auto number = static_cast<std::int64_t>(bits);
  if (number < INT32_MIN || number > INT32_MAX) return std::unexpected(no_integer);
  return static_cast<std::int32_t>(number);
}

Read<std::uint64_t> to_unsigned64(std::string_view content) {
  if (content.empty()) return std::unexpected("has an empty number");
  while (content.size() > 1 && content.front() == 0) content.remove_prefix(1);
  if (content.size() > sizeof(std::uint64_t)) {
    return std::unexpected("has a counter that doesn't fit into 64 bits");
  }
  std::uint64_t number = 0;
  for (const char c : content) number = number << 8 | octet(c);
  return number;
}

Read<std::uint32_t> to_unsigned(std::string_view content) {
  const auto number = to_unsigned64(content);
  if (!number) return std::unexpected(number.error());
  if (*number > UINT32_MAX) return std::unexpected("has a number that doesn't fit into 32 bits");
  return static_cast<std::uint32_t>(*number);
}

Read<std::size_t> to_oid(std::string_view content, std::uint32_t* room) {
  if (content.empty()) {
    room[0] = room[1] = 0;
    return 2;
  }
  std::size_t count = 0;
  std::uint64_t sub_id = 0;
  bool is_open = false;
  for (const char c : content) {
    sub_id = sub_id << 7 | (octet(c) & 0x7F);
    if (sub_id > UINT32_MAX) return std::unexpected("has a sub-identifier over 4294967295");
    is_open = octet(c) >= 0x80;
    if (is_open) continue;
    if (count == 0) {
      // X.690, section 8.19.4: the first octets hold the first two.
      const std::uint64_t top = sub_id < 80 ? sub_id / 40 : 2;
      room[count++] = static_cast<std::uint32_t>(top);
      sub_id -= top * 40;
    }
    if (count == limits::oid_sub_ids_max) {
      return std::unexpected("has an OID of more than 128 sub-identifiers");
    }
    room[count++] = static_cast<std::uint32_t>(sub_id);
    sub_id = 0;
  }
  if (is_open) return std::unexpected("has an OID that ends within a sub-identifier");
  return count;
}

std::string element(std::uint8_t tag, std::string_view content) {
  std::string out(1, static_cast<char>(tag));
  const std::size_t size = content.size();
  if (size < 0x80) {
    out += static_cast<char>(size);
  } else if (size <= 0xFF) {
    (out += '\x81') += static_cast<char>(size);
  } else {
    out += '\x82';
    (out += static_cast<char>(size >> 8 & 0xFF)) += static_cast<char>(size & 0xFF);
  }
  return out += content;
}

std::string integer_element(std::int64_t number, std::uint8_t tag) {
  std::string content;
  const auto bits = static_cast<std::uint64_t>(number);
  for (int shift = 56; shift >= 0; shift -= 8) content += static_cast<char>(bits >> shift & 0xFF);
  // As few octets as show the sign.
  const auto is_filler = [&] {
    const bool next_is_negative = octet(content[1]) >= 0x80;
    return octet(content[0]) == (next_is_negative ? 0xFF : 0x00);
  };
  while (content.size() > 1 && is_filler()) content.erase(0, 1);
  return element(tag, content);
}

}  // namespace deskd::connectors::ber

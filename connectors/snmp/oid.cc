#include "connectors/snmp/oid.h"

#include <charconv>

#include "config/check.h"

namespace deskd::connectors {
namespace {

bool can_begin(OidView oid) {
  if (oid.empty()) return false;
  if (oid[0] > 2) return false;
  return oid.size() < 2 || oid[0] == 2 || oid[1] < 40;
}

}  // namespace

std::optional<Oid> Oid::parse(std::string_view text) {
  if (text.starts_with('.')) text.remove_prefix(1);
  Oid oid;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    std::uint32_t sub_id = 0;
    const auto [stop, error] = std::from_chars(at, end, sub_id);
    if (error != std::errc{} || !oid.append(sub_id)) return std::nullopt;
    if (stop == end) break;
    if (*stop != '.') return std::nullopt;
    at = stop + 1;
  }
  if (!can_begin(oid)) return std::nullopt;
  return oid;
}

bool Oid::append(std::uint32_t sub_id) {
  if (size_ == sub_ids_.size()) return false;
  sub_ids_[size_++] = sub_id;
  return true;
}

void Oid::set(OidView sub_ids) {
  DESKD_CHECK(sub_ids.size() <= sub_ids_.size());
  // An assignment to itself copies each onto itself.
  std::copy(sub_ids.begin(), sub_ids.end(), sub_ids_.begin());
  size_ = sub_ids.size();
}

std::string_view print(OidView oid, OidText& room) {
  DESKD_CHECK(oid.size() <= limits::oid_sub_ids_max);
  char* at = room.data();
  for (const std::uint32_t sub_id : oid) {
    if (at != room.data()) *at++ = '.';
    at = std::to_chars(at, room.data() + room.size(), sub_id).ptr;
  }
  return {room.data(), static_cast<std::size_t>(at - room.data())};
}

}  // namespace deskd::connectors

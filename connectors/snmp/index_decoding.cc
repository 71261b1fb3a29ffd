#include "connectors/snmp/index_decoding.h"

#include <limits>
#include <optional>

#include "config/check.h"

namespace deskd::connectors {
namespace {

constexpr std::uint32_t octet_max = 255;

/// Takes value after value off the beginning of an instance.
class Instance {
 public:
  Instance(OidView sub_ids, std::pmr::memory_resource& arena) : rest_(sub_ids), arena_(arena) {}

  bool is_empty() const { return rest_.empty(); }

  std::optional<Value> take(const IndexObject& part) {
    const OidEntry& object = *part.object;
    switch (object.syntax) {
      case Syntax::integer:
      case Syntax::unsigned_32:
      case Syntax::time_ticks:
        return take_number(object.syntax);
      case Syntax::ip_address:
        return take_address();
      case Syntax::octets:
      case Syntax::bits:
      case Syntax::inet_address: {
        const auto size = object.fixed_size > 0 ? object.fixed_size : take_size(part.implied);
        return size ? take_octets(*size) : std::nullopt;
      }
      case Syntax::oid: {
        const auto size = take_size(part.implied);
        const auto sub_ids = size ? take_sub_ids(*size) : std::nullopt;
        if (!sub_ids) return std::nullopt;
        return *sub_ids;
      }
      case Syntax::none:
      case Syntax::counter_64:
      case Syntax::opaque:
        break;
    }
    return std::nullopt;
  }

 private:
  std::optional<OidView> take_sub_ids(std::size_t count) {
    if (count > rest_.size()) return std::nullopt;
    const OidView taken = rest_.first(count);
    rest_ = rest_.after(count);
    return taken;
  }

  /// How many sub-identifiers the value has: the next one says it, or it is implied that all do.
  std::optional<std::size_t> take_size(bool implied) {
    if (implied) return rest_.size();
    const auto size = take_sub_ids(1);
    if (!size) return std::nullopt;
    return (*size)[0];
  }

  std::optional<Value> take_number(Syntax syntax) {
    const auto taken = take_sub_ids(1);
    if (!taken) return std::nullopt;
    const std::uint32_t number = (*taken)[0];
    if (syntax == Syntax::time_ticks) return TimeTicks{number};
    // An index is never negative; agents that count further than an Integer32 are understood.
    const bool is_signed = syntax == Syntax::integer &&
                           number <= std::uint32_t{std::numeric_limits<std::int32_t>::max()};
    if (is_signed) return static_cast<std::int32_t>(number);
    return Unsigned32{number};
  }

  std::optional<Value> take_address() {
    Ipv4 address;
    const auto taken = take_sub_ids(address.size());
    if (!taken) return std::nullopt;
    for (std::size_t i = 0; i < address.size(); ++i) {
      if ((*taken)[i] > octet_max) return std::nullopt;
      address[i] = static_cast<std::uint8_t>((*taken)[i]);
    }
    return address;
  }

  std::optional<Value> take_octets(std::size_t count) {
    const auto taken = take_sub_ids(count);
    if (!taken) return std::nullopt;
    if (count == 0) return Octets{};
    auto* const octets = static_cast<char*>(arena_.allocate(count, 1));
    for (std::size_t i = 0; i < count; ++i) {
      if ((*taken)[i] > octet_max) return std::nullopt;
      octets[i] = static_cast<char>((*taken)[i]);
    }
    return Octets{{octets, count}};
  }

  OidView rest_;
  std::pmr::memory_resource& arena_;
};

}  // namespace

std::span<const IndexValue> decode_index(const OidEntry& row, OidView instance,
                                         std::pmr::memory_resource& arena, IndexValues& room) {
  DESKD_CHECK(row.index.size() <= room.size());
  Instance rest(instance, arena);
  for (std::size_t i = 0; i < row.index.size(); ++i) {
    const auto value = rest.take(row.index[i]);
    if (!value) return {};
    room[i] = {row.index[i].object, *value};
  }
  if (!rest.is_empty()) return {};
  return {room.data(), row.index.size()};
}

}  // namespace deskd::connectors

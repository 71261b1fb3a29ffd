#include "rules/correlator/impl.h"

namespace deskd::rules {

namespace {

// What a tombstone's hash is of; stands in front of what is hashed.
enum class Grave : std::uint8_t { key = 1, identity = 2, named = 3 };

}  // namespace

Hash128 Correlator::Impl::hash_of_origin(const Judged& judged) {
  const OriginName name = origin_name(judged);
  packed.clear();
  Packer packer(packed);
  packer.number(static_cast<std::uint64_t>(name.key.empty() ? Grave::identity : Grave::key));
  packer.number(name.source);
  packer.text(name.sender);
  packer.text(name.key.empty() ? judged.verdict->imprint.identity : name.key);
  return hash128(packed);
}

template <class Value>
Hash128 Correlator::Impl::hash_of_named(const Judged& judged, std::string_view type,
                                        std::span<const std::string> by, Value value) {
  packed.clear();
  Packer packer(packed);
  packer.number(static_cast<std::uint64_t>(Grave::named));
  packer.number(judged.source);
  packer.text(judged.decoded->sender);
  packer.text(type);
  for (std::size_t i = 0; i < by.size(); ++i) {
    packer.text(by[i]);
    packer.text(value(i));
  }
  return hash128(packed);
}

bool Correlator::Impl::is_buried(const Judged& judged, Time now) {
  const Alert& alert = judged.verdict->alert;
  if (tombstones.are_all_older(alert.event_at)) return false;
  if (tombstones.covers(hash_of_origin(judged), times_of(alert), now, times.reorder)) return true;
  for (const Tombstones::Shape& shape : tombstones.shapes()) {
    if (shape.standing == 0 || shape.by.empty() || shape.fields.size() != shape.by.size()) continue;
    const auto value = [&](std::size_t i) { return value_of(alert, shape.fields[i]); };
    const Hash128 hash = hash_of_named(judged, alert.type, shape.by, value);
    if (tombstones.covers(hash, times_of(alert), now, times.reorder)) return true;
  }
  return false;
}

bool Correlator::Impl::bury_origin(const Judged& judged, Time now) {
  const Alert& alert = judged.verdict->alert;
  const Hash128 hash = hash_of_origin(judged);
  if (tombstones.covers(hash, times_of(alert), now, times.reorder)) return false;
  tombstones.put(hash, {}, times_of(alert));
  return true;
}

void Correlator::Impl::bury_named(const Judged& judged, const Clears& clears, Time now) {
  const Alert& alert = judged.verdict->alert;
  const std::span<const std::string> by = clears_index(clears).shape().by;
  if (by.empty()) return;  // would name every alarm of its type: too much to call late ones stale
  for (const std::string_view type : clears.types) {
    const auto value = [&](std::size_t i) { return clears.by[i].value; };
    const Hash128 hash = hash_of_named(judged, type, by, value);
    if (tombstones.covers(hash, times_of(alert), now, times.reorder)) continue;
    tombstones.put(hash, by, times_of(alert));
  }
}

}  // namespace deskd::rules

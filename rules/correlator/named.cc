// Which alarms and origins a `clears` names.

#include <algorithm>

#include "rules/correlator/impl.h"

namespace deskd::rules {

namespace {

/// Takes one look; false: none is left.
bool may_look(std::size_t& looks) {
  if (looks == 0) return false;
  --looks;
  return true;
}

}  // namespace

bool Correlator::Impl::Meant::has(const OriginName& name) const {
  if (clears.from != ClearsFrom::any && name.source != judged.source) return false;
  if (clears.from == ClearsFrom::sender && name.sender != judged.decoded->sender) return false;
  return std::ranges::all_of(clears.by, [&](const IdentityPart& part) {
    if (part.field == "source") return name.source == judged.source;
    if (part.field == "sender") return name.sender == part.value;
    if (part.field == "key") return name.key == part.value;
    return true;  // a field of the alarm
  });
}

Correlator::Impl::Meant Correlator::Impl::meant_by(const Judged& judged, const Clears& clears) {
  Meant meant{judged, clears, std::nullopt};
  const auto by = [&](std::string_view field) -> const IdentityPart* {
    const auto found = std::ranges::find(clears.by, field, &IdentityPart::field);
    return found == clears.by.end() ? nullptr : &*found;
  };
  const IdentityPart* key = by("key");
  const IdentityPart* sender = by("sender");
  if (clears.from == ClearsFrom::any && by("source") == nullptr) return meant;
  if (clears.from != ClearsFrom::sender && sender == nullptr) return meant;
  // Without a key all origins of a sender share one name, as those of traps do.
  if (key == nullptr && origins.has_keys(judged.source)) return meant;
  const OriginName only{.source = judged.source,
                        .sender = sender != nullptr ? sender->value : judged.decoded->sender,
                        .key = key != nullptr ? key->value : std::string_view{}};
  meant.only = only;
  return meant;
}

void Correlator::Impl::find_named(const Meant& meant, std::size_t& looks) {
  const Clears& clears = meant.clears;
  ClearsIndex& index = clears_index(clears);
  some_alarms.clear();
  for (const std::string_view type : clears.types) {
    const auto consider = [&](AlarmId id) {
      if (!may_look(looks)) return false;
      const AlarmRecord& alarm = *alarms.find(id);
      // Asked first: a text must be unfolded.
      if (!has_meant(alarm, meant, looks)) return true;
      if (index.names(alarms.text_of(alarm), type, clears.by)) some_alarms.push_back(id);
      return true;
    };
    const std::span<const AlarmId> alike = index.find(type, clears.by);
    if (meant.only && origins.count_named(*meant.only) < alike.size()) {
      origins.each_named(*meant.only, [&](const OriginRecord& record) {
        if (!may_look(looks)) return false;
        if (!record.fires() || !std::ranges::binary_search(alike, record.alarm)) return true;
        return consider(record.alarm);
      });
    } else {
      for (const AlarmId id : alike) {
        if (!consider(id)) break;
      }
    }
  }
  std::ranges::sort(some_alarms);
  const auto again = std::ranges::unique(some_alarms);
  some_alarms.erase(again.begin(), again.end());
}

bool Correlator::Impl::has_meant(const AlarmRecord& alarm, const Meant& meant, std::size_t& looks) {
  if (meant.only) {
    const OriginRecord* record = origins.find(*meant.only, alarm.id, alarm.first_origin);
    return record != nullptr && record->fires() && meant.has(*meant.only);
  }
  bool is_there = false;
  origins.each_firing(alarm.first_origin, [&](const OriginRecord& record) {
    is_there = meant.has(origins.name_of(record));
    return !is_there && may_look(looks);
  });
  return is_there;
}

void Correlator::Impl::find_meant(const AlarmRecord& alarm, const Meant& meant,
                                  std::size_t& looks) {
  some_origins.clear();
  if (meant.only) {
    // One alarm has one origin of a name.
    if (has_meant(alarm, meant, looks)) {
      some_origins.push_back(origins.find(*meant.only, alarm.id, alarm.first_origin));
    }
    return;
  }
  origins.each_firing(alarm.first_origin, [&](OriginRecord& record) {
    if (!may_look(looks)) return false;
    if (meant.has(origins.name_of(record))) some_origins.push_back(&record);
    return true;
  });
  std::ranges::sort(some_origins, {}, &OriginRecord::id);
}

}  // namespace deskd::rules

#pragma once
// The last entries of an incident's timeline, packed.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "daemon/desk/incident.h"
#include "daemon/desk/packed_bytes.h"
#include "daemon/desk/shared_texts.h"

namespace deskd::desk {

/// Part of the desk: core thread only. An entry is its time, the ids that its text names ("alarm
/// 0-4711 fires, …"), and all else as one shared text, which it has in common with the entries that
/// the same rule wrote elsewhere. About 20 bytes.
class PackedTimeline {
 public:
  std::size_t size() const { return size_; }
  std::vector<TimelineEntry> read(const SharedTexts& texts) const;  // the oldest first
  Time first_at() const;                                            // unknown: empty
  const void* place() const { return entries_.place(); }  // for who asks the memory for it

  void push_back(const TimelineEntryView& entry, SharedTexts& texts);
  /// Costs what leaves, and a move of what stays.
  void keep_last(std::size_t count, SharedTexts& texts);

 private:
  PackedBytes entries_;
  std::uint32_t size_ = 0;
};

}  // namespace deskd::desk

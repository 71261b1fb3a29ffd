#pragma once
// The alarms that belong to one incident, which mostly is one.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "daemon/desk/incident.h"

namespace deskd::desk {

/// Which alarms, and how many of them are active in which severity. 24 bytes as long as there is
/// no more than one.
class Members {
 public:
  std::span<const AlarmId> alarms() const;  // ids count up, so this is joining order
  std::uint32_t firing() const;             // active ones
  std::optional<Severity> worst() const;    // of the active ones; nothing: none is active

  void add(AlarmId alarm);  // not active
  /// It must be one of them, and no longer counted as active.
  void remove(AlarmId alarm);
  void count_active(Severity severity);    // one more
  void uncount_active(Severity severity);  // one less

 private:
  using Counts = std::array<std::uint32_t, rules::severity_count>;
  struct Many {
    std::vector<AlarmId> alarms;
    Counts active{};
  };
  void make_room();

  std::unique_ptr<Many> many_;            // none: up to now there was one at a time
  AlarmId alone_ = 0;                     // 0: none
  std::optional<Severity> alone_active_;  // in which severity it is active
};

}  // namespace deskd::desk

#pragma once
// How much of the core one question may look at.

#include <cstddef>
#include <limits>

#include "config/limits.h"

namespace deskd::api {

/// Counts what a question looks at on the core's thread: every entity is one of
/// limits::search_max, and so is every limits::scan_bytes of text that is searched in it.
///
/// A question may look several times, between which alerts are taken.
class Scan {
 public:
  void begin_look() { look_end_ = looked_at_ + limits::search_look_max; }
  bool is_look_over() const { return looked_at_ >= look_end_; }
  bool is_over() const { return looked_at_ >= limits::search_max; }
  void look(std::size_t text_bytes = 0) { looked_at_ += 1 + text_bytes / limits::scan_bytes; }
  void look_at(std::size_t entities) { looked_at_ += entities; }
  /// So many that are only counted cost as much as one that is looked at.
  void count(std::size_t entities) { looked_at_ += entities / counted_as_one; }

 private:
  static constexpr std::size_t counted_as_one = 64;

  std::size_t looked_at_ = 0;
  std::size_t look_end_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace deskd::api

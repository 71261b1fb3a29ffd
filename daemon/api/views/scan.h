#pragma once
// How much of the core one question may look at.

#include <cstddef>

#include "config/limits.h"

namespace deskd::api {

/// Counts what a question looks at on the core's thread: every entity is one of
/// limits::scan_max, and so is every limits::scan_bytes of text that is searched in it.
class Scan {
 public:
  bool is_over() const { return looked_at_ >= limits::scan_max; }
  void look(std::size_t text_bytes = 0) { looked_at_ += 1 + text_bytes / limits::scan_bytes; }
  /// So many that are only counted cost as much as one that is looked at.
  void count(std::size_t entities) { looked_at_ += entities / counted_as_one; }

 private:
  static constexpr std::size_t counted_as_one = 64;

  std::size_t looked_at_ = 0;
};

}  // namespace deskd::api

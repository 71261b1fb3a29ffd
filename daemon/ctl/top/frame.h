#pragma once
// One frame of `deskctl top`: a pure function of what is known and how much room there is.

#include <cstddef>
#include <vector>

#include "daemon/ctl/top/line.h"
#include "daemon/ctl/top/state.h"

namespace deskd::ctl::top {

struct Size {
  std::size_t width = 80;
  std::size_t height = 24;
  bool operator==(const Size&) const = default;
};

/// `size.height` lines at most, none wider than `size.width`. Below 12 lines sources are left out,
/// below 4 all but the incidents; from 110 columns queues and sources stand side by side.
std::vector<Line> frame(const State& state, const Size& size);

/// How far the page of an incident can be scrolled in a frame of this size.
std::size_t scroll_max(const State& state, const Size& size);

}  // namespace deskd::ctl::top

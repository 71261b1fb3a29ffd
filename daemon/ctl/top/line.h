#pragma once
// Lines of a frame: clean text in colours that knows how wide it is.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ctl/terminal/table.h"
#include "daemon/ctl/terminal/terminal.h"

namespace deskd::ctl::top {

/// One line. Whatever text is added is made one clean line first, so an alert can't steer the
/// terminal; no escape is in it before `painted`.
class Line {
 public:
  Line() = default;
  explicit Line(std::string_view text, Colour colour = Colour::none) { add(text, colour); }

  Line& add(std::string_view text, Colour colour = Colour::none);
  /// Spaces up to `width` columns; cuts what is beyond.
  Line& pad(std::size_t width);
  /// Cuts what is beyond `width`, marked with "…".
  Line& fit(std::size_t width);
  Line& append(const Line& other);
  /// Shown inverse.
  Line& select();

  std::size_t width() const;
  std::string plain() const;
  /// With escapes, where `terminal` has colours.
  std::string painted(const Terminal& terminal) const;

 private:
  std::vector<Cell> spans_;
  bool selected_ = false;
};

/// A column of `grid`.
struct GridColumn {
  std::string title;
  std::size_t width = 0;  // 0: takes what the others leave
  Column::Align align = Column::Align::left;
  std::size_t from = 0;  // left out where the grid is narrower than this
};

struct GridRow {
  std::vector<Cell> cells;  // one a column
  bool selected = false;
};

/// A line of titles and one line a row, none wider than `width`. Columns keep their width from
/// frame to frame, so nothing jumps; a selected row has a mark before it.
std::vector<Line> grid(const std::vector<GridColumn>& columns, const std::vector<GridRow>& rows,
                       std::size_t width);

/// The width of the widest of `texts` and `title`, at most `most`: for a column that should be no
/// wider than it must.
std::size_t fitting_width(std::string_view title, const std::vector<std::string>& texts,
                          std::size_t most);

}  // namespace deskd::ctl::top

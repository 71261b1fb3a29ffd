#include "daemon/ctl/top/line.h"

#include <algorithm>

#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl::top {

namespace {

constexpr std::size_t mark_width = 2;  // "> " before what is selected
constexpr std::size_t rest_min = 4;    // less of the widest column says nothing

bool is_shown(const GridColumn& column, std::size_t width) { return width >= column.from; }

// What is left for the columns that state no width.
std::size_t rest_of(const std::vector<GridColumn>& columns, std::size_t width) {
  std::size_t used = mark_width;
  for (const GridColumn& column : columns) {
    if (is_shown(column, width)) used += column.width + 1;
  }
  const std::size_t rest = used > width + 1 ? 0 : width + 1 - used;
  return std::max(rest, rest_min);
}

Line grid_line(const std::vector<GridColumn>& columns, const GridRow& row, std::size_t width) {
  const std::size_t rest = rest_of(columns, width);
  Line line{row.selected ? "> " : "  "};
  std::size_t end = mark_width;
  for (std::size_t i = 0; i < columns.size() && i < row.cells.size(); ++i) {
    if (!is_shown(columns[i], width)) continue;
    const std::size_t wide = columns[i].width ? columns[i].width : rest;
    Line cell{row.cells[i].text, row.cells[i].colour};
    cell.fit(wide);
    if (columns[i].align == Column::Align::right) {
      line.pad(end + wide - cell.width());
    }
    line.append(cell).pad(std::min(end + wide + 1, width));
    end += wide + 1;
  }
  line.fit(width);
  return row.selected ? line.pad(width).select() : line;
}

}  // namespace

Line& Line::add(std::string_view text, Colour colour) {
  if (!text.empty()) spans_.push_back({one_line(text), colour});
  return *this;
}

Line& Line::pad(std::size_t width) {
  fit(width);
  const std::size_t now = this->width();
  return now < width ? add(std::string(width - now, ' ')) : *this;
}

Line& Line::fit(std::size_t width) {
  std::size_t left = width;
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    const std::size_t wide = display_width(spans_[i].text);
    std::size_t behind = 0;
    for (std::size_t j = i + 1; j < spans_.size(); ++j) behind += display_width(spans_[j].text);
    // A span that just fits must still give way when more stands behind it.
    if (wide > left || (wide == left && behind > 0)) {
      spans_[i].text = cut(behind > 0 ? spans_[i].text + "  " : spans_[i].text, left);
      spans_.resize(i + 1);
      break;
    }
    left -= wide;
  }
  return *this;
}

Line& Line::append(const Line& other) {
  spans_.insert(spans_.end(), other.spans_.begin(), other.spans_.end());
  return *this;
}

Line& Line::select() {
  selected_ = true;
  return *this;
}

std::size_t Line::width() const {
  std::size_t width = 0;
  for (const Cell& span : spans_) width += display_width(span.text);
  return width;
}

std::string Line::plain() const {
  std::string out;
  for (const Cell& span : spans_) out += span.text;
  return out;
}

std::string Line::painted(const Terminal& terminal) const {
  if (selected_ && terminal.colours) return "\x1b[7m" + plain() + "\x1b[0m";
  std::string out;
  for (const Cell& span : spans_) out += terminal.paint(span.text, span.colour);
  return out;
}

std::vector<Line> grid(const std::vector<GridColumn>& columns, const std::vector<GridRow>& rows,
                       std::size_t width) {
  GridRow titles;
  for (const GridColumn& column : columns) titles.cells.push_back({column.title, Colour::bold});
  std::vector<Line> lines{grid_line(columns, titles, width)};
  for (const GridRow& row : rows) lines.push_back(grid_line(columns, row, width));
  return lines;
}

std::size_t fitting_width(std::string_view title, const std::vector<std::string>& texts,
                          std::size_t most) {
  std::size_t width = display_width(title);
  for (const std::string& text : texts) width = std::max(width, display_width(one_line(text)));
  return std::min(width, most);
}

}  // namespace deskd::ctl::top

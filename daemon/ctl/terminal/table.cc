#include "daemon/ctl/terminal/table.h"

#include <algorithm>

#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

constexpr std::size_t gap = 2;

std::string spaces(std::size_t count) { return std::string(count, ' '); }

bool gives_way(const Column& column) { return column.shrinks || column.wraps; }

// Of the columns that are not left out, gaps included.
std::size_t total(const std::vector<std::size_t>& widths) {
  std::size_t sum = 0;
  for (const std::size_t width : widths) {
    if (width > 0) sum += width + (sum > 0 ? gap : 0);
  }
  return sum;
}

}  // namespace

void Table::row(std::vector<Cell> cells) {
  cells.resize(columns_.size());
  for (Cell& cell : cells) cell.text = one_line(cell.text);
  rows_.push_back(std::move(cells));
}

std::string Table::text(const Terminal& terminal) const {
  if (rows_.empty()) return {};
  const std::vector<std::size_t> layout = widths(terminal);
  std::vector<Cell> titles;
  for (const Column& column : columns_) titles.push_back({column.title, Colour::bold});
  std::string out = line(titles, layout, terminal);
  for (const auto& cells : rows_) out += lines(cells, layout, terminal);
  return out;
}

std::vector<std::size_t> Table::widths(const Terminal& terminal) const {
  std::vector<std::size_t> layout;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = std::max<std::size_t>(1, display_width(columns_[i].title));
    for (const auto& cells : rows_) width = std::max(width, display_width(cells[i].text));
    layout.push_back(width);
  }
  if (!terminal.width) return layout;
  leave_out(layout, *terminal.width);
  shrink(layout, *terminal.width);
  return layout;
}

void Table::leave_out(std::vector<std::size_t>& widths, std::size_t width_max) const {
  std::vector<std::size_t> least = widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (gives_way(columns_[i])) least[i] = std::min(widths[i], columns_[i].least);
  }
  while (total(least) > width_max) {
    std::size_t first = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].drops == 0 || least[i] == 0) continue;
      if (first == columns_.size() || columns_[i].drops < columns_[first].drops) first = i;
    }
    if (first == columns_.size()) return;
    least[first] = widths[first] = 0;
  }
}

void Table::shrink(std::vector<std::size_t>& widths, std::size_t width_max) const {
  while (total(widths) > width_max) {
    std::size_t widest = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!gives_way(columns_[i]) || widths[i] <= columns_[i].least) continue;
      if (widest == columns_.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns_.size()) return;
    --widths[widest];
  }
}

std::string Table::lines(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                         const Terminal& terminal) const {
  std::vector<std::vector<std::string>> pieces(cells.size());
  std::size_t height = 1;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool is_wrapped = columns_[i].wraps && widths[i] > 0;
    pieces[i] =
        is_wrapped ? wrapped(cells[i].text, widths[i]) : std::vector<std::string>{cells[i].text};
    height = std::max(height, pieces[i].size());
  }
  std::string out;
  for (std::size_t n = 0; n < height; ++n) {
    std::vector<Cell> part(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (n < pieces[i].size()) part[i] = {pieces[i][n], cells[i].colour};
    }
    out += line(part, widths, terminal);
  }
  return out;
}

std::string Table::line(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                        const Terminal& terminal) const {
  std::string out;
  std::size_t owed = 0;  // spaces before the next text, so that no line ends in spaces
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths[i] == 0) continue;
    const std::string text = cut(cells[i].text, widths[i]);
    const std::size_t rest = widths[i] - std::min(widths[i], display_width(text));
    const bool right = columns_[i].align == Column::Align::right;
    if (right) owed += rest;
    if (!text.empty()) {
      out += spaces(owed) + terminal.paint(text, cells[i].colour);
      owed = 0;
    }
    owed += gap + (right ? 0 : rest);
  }
  return out + "\n";
}

std::string fields(const std::vector<std::pair<std::string_view, Cell>>& pairs,
                   const Terminal& terminal) {
  std::size_t width = 0;
  for (const auto& [name, cell] : pairs) {
    if (!cell.text.empty()) width = std::max(width, display_width(name));
  }
  std::string out;
  for (const auto& [name, cell] : pairs) {
    if (cell.text.empty()) continue;
    out += terminal.paint(name, Colour::dim) + spaces(width - display_width(name) + gap);
    out += terminal.paint(one_line(cell.text), cell.colour) + "\n";
  }
  return out;
}

}  // namespace deskd::ctl

#include "daemon/ctl/table.h"

#include <algorithm>
#include <numeric>

#include "daemon/ctl/shown_text.h"

namespace deskd::ctl {

namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t shrunk_width_min = 6;  // less shows nothing of a name

std::string spaces(std::size_t count) { return std::string(count, ' '); }

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
  for (const auto& cells : rows_) out += line(cells, layout, terminal);
  return out;
}

std::vector<std::size_t> Table::widths(const Terminal& terminal) const {
  std::vector<std::size_t> layout;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = display_width(columns_[i].title);
    for (const auto& cells : rows_) width = std::max(width, display_width(cells[i].text));
    layout.push_back(width);
  }
  if (!terminal.width || columns_.empty()) return layout;
  std::size_t total = std::accumulate(layout.begin(), layout.end(), gap * (layout.size() - 1));
  for (; total > *terminal.width; --total) {
    std::size_t widest = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].shrinks || layout[i] <= shrunk_width_min) continue;
      if (widest == columns_.size() || layout[i] > layout[widest]) widest = i;
    }
    if (widest == columns_.size()) break;
    --layout[widest];
  }
  return layout;
}

std::string Table::line(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                        const Terminal& terminal) const {
  std::string out;
  std::size_t owed = 0;  // spaces before the next text, so that no line ends in spaces
  for (std::size_t i = 0; i < cells.size(); ++i) {
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

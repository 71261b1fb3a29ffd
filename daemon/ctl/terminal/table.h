#pragma once
// Rows and columns that fit the terminal.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ctl/terminal/terminal.h"

namespace deskd::ctl {

struct Cell {
  std::string text;
  Colour colour = Colour::none;
};

struct Column {
  std::string title;
  enum class Align { left, right } align = Align::left;
  /// Whether its cells may be cut when the table is wider than the terminal.
  bool shrinks = false;
  /// What is too wide goes on below instead of being cut. Such a column shrinks.
  bool wraps = false;
  /// A column that shrinks keeps this width, since less of it says nothing.
  std::size_t least = 6;
  /// When shrinking is not enough, columns are left out, 1 first; 0: never.
  int drops = 0;
};

/// Collects rows, then lays them out at once: columns as wide as their widest cell. Where that is
/// too wide, columns that may go are left out until the rest fits with each at its least width;
/// then the widest of those that may shrink give way.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell a column; a missing one is empty. Texts may be hostile: they are made one clean line.
  void row(std::vector<Cell> cells);
  bool empty() const { return rows_.empty(); }

  /// Title line and rows, each ended by a line end; nothing when there is no row.
  std::string text(const Terminal& terminal) const;

 private:
  /// A width for each column; 0: it is left out.
  std::vector<std::size_t> widths(const Terminal& terminal) const;
  void leave_out(std::vector<std::size_t>& widths, std::size_t width_max) const;
  void shrink(std::vector<std::size_t>& widths, std::size_t width_max) const;
  /// A row, on as many lines as its wrapped cells need.
  std::string lines(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                    const Terminal& terminal) const;
  std::string line(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                   const Terminal& terminal) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// "name   value" lines, names aligned, pairs with an empty value left out.
std::string fields(const std::vector<std::pair<std::string_view, Cell>>& pairs,
                   const Terminal& terminal);

}  // namespace deskd::ctl

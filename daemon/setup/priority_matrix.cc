#include "daemon/setup/priority_matrix.h"

#include <array>

#include <fmt/core.h>

#include "config/limits.h"
#include "daemon/setup/unique_names.h"

namespace deskd::daemon {

namespace {

using config::Node;

// As they stand in the matrix of rules::PriorityMatrix: by Level - 1.
constexpr std::array<std::string_view, 3> grades{"low", "medium", "high"};

std::vector<std::string> read_levels(const Node& node, config::Problems& problems) {
  std::vector<std::string> levels;
  UniqueNames names;
  for (const Node& item : config::read_list(node, "a list of priorities", problems)) {
    auto level = config::read_text(item, problems);
    if (!level || !names.take(*level, item, "priority", problems)) continue;
    if (level->size() > limits::name_bytes_max) {
      problems.error(item.place(), fmt::format("longer than {} bytes", limits::name_bytes_max));
    }
    levels.push_back(std::move(*level));
  }
  if (node.is_sequence() && (node.items.empty() || node.items.size() > limits::priorities_max)) {
    problems.error(node.place(), fmt::format("{} priorities, it must be 1 to {}", node.items.size(),
                                             limits::priorities_max));
    levels.clear();
  }
  return levels;
}

class LevelReader {
 public:
  LevelReader(const std::vector<std::string>& levels, config::Problems& problems)
      : names_(levels.begin(), levels.end()), problems_(problems) {}

  /// Index of the level that the node names.
  std::optional<std::uint8_t> read(const Node& node) const {
    const auto index = config::read_one_of(node, names_, "one of the levels", problems_);
    if (!index) return std::nullopt;
    return static_cast<std::uint8_t>(*index);
  }

 private:
  std::vector<std::string_view> names_;
  config::Problems& problems_;
};

/// `{high: …, medium: …, low: …}`; `each` gets the place among `grades` and the value.
template <typename Each>
void read_grades(const Node& node, std::string_view what, config::Problems& problems, Each each) {
  config::MapReader reader(node, problems, what);
  for (std::size_t i = grades.size(); i-- > 0;) {
    if (const Node* value = reader.required(grades[i])) each(i, *value);
  }
  reader.finish();
}

void read_matrix(const Node& node, const LevelReader& levels, rules::PriorityMatrix& matrix,
                 config::Problems& problems) {
  read_grades(node, "the matrix", problems, [&](std::size_t impact, const Node& row) {
    const std::string what = fmt::format("the matrix of {} impact", grades[impact]);
    read_grades(row, what, problems, [&](std::size_t urgency, const Node& cell) {
      matrix.cells[impact][urgency] = levels.read(cell).value_or(0);
    });
  });
}

}  // namespace

rules::PriorityMatrix read_priorities(const Node& node, config::Problems& problems) {
  rules::PriorityMatrix matrix;
  config::MapReader reader(node, problems, "priority");
  const Node* own_levels = reader.optional("levels");
  if (own_levels) matrix.levels = read_levels(*own_levels, problems);
  const LevelReader levels(matrix.levels, problems);
  const Node* cells = own_levels ? reader.required("matrix") : reader.optional("matrix");
  const Node* otherwise = own_levels ? reader.required("default") : reader.optional("default");
  // Without levels every cell would be one more mistake.
  if (cells && !matrix.levels.empty()) read_matrix(*cells, levels, matrix, problems);
  if (otherwise && !matrix.levels.empty()) matrix.otherwise = levels.read(*otherwise).value_or(0);
  reader.finish();
  return matrix;
}

}  // namespace deskd::daemon

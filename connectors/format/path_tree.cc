#include "connectors/format/path_tree.h"

#include <algorithm>

namespace deskd::connectors {

std::size_t PathTree::add(const JsonPointer& path) {
  std::size_t at = 0;
  for (const JsonPointer::Step& step : path.steps()) at = follow(at, step);
  return at;
}

std::size_t PathTree::follow(std::size_t from, const JsonPointer::Step& step) {
  for (const Branch& branch : forks_[from]) {
    if (branch.step.name == step.name) return branch.to;
  }
  const std::size_t to = forks_.size();
  forks_[from].push_back({step, to});
  forks_.emplace_back();
  return to;
}

void PathTree::find(const JsonNode& from, std::span<const JsonNode*> found) const {
  std::ranges::fill(found, nullptr);
  found[0] = &from;
  for (std::size_t i = 0; i < forks_.size(); ++i) {
    const Fork& fork = forks_[i];
    const JsonNode* const node = found[i];
    if (fork.empty() || node == nullptr) continue;
    if (node->is_list()) {
      for (const Branch& branch : fork) {
        if (branch.step.index) found[branch.to] = node->at(*branch.step.index);
      }
      continue;
    }
    // Of a name that stands twice the last counts.
    for (const auto [name, value] : Members(*node)) {
      for (const Branch& branch : fork) {
        if (branch.step.name != name) continue;
        found[branch.to] = &value;
        break;
      }
    }
  }
}

}  // namespace deskd::connectors

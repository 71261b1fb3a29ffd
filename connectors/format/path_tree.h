#pragma once
// All paths that a mapping has in an element, found together.

#include <cstddef>
#include <span>
#include <vector>

#include "connectors/format/json_pointer.h"
#include "connectors/format/json_tree.h"

namespace deskd::connectors {

/// The paths as a tree of their steps, so that every object on the way is gone through once for all
/// of them. Any thread may look once all are added.
class PathTree {
 public:
  /// Gives the place of what the path points to.
  std::size_t add(const JsonPointer& path);
  /// How many places there are.
  std::size_t size() const { return forks_.size(); }
  /// Puts at each place what its path points to in `from`; null: nothing. `found` has `size`
  /// places.
  void find(const JsonNode& from, std::span<const JsonNode*> found) const;

 private:
  struct Branch {
    JsonPointer::Step step;
    std::size_t to = 0;
  };
  using Fork = std::vector<Branch>;

  std::size_t follow(std::size_t from, const JsonPointer::Step& step);

  std::vector<Fork> forks_{1};  // the first is the element's; each stands behind what leads to it
};

}  // namespace deskd::connectors

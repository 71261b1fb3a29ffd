#pragma once
// One element of a body seen through a mapping.

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/format/decoding.h"
#include "connectors/format/json_tree.h"
#include "connectors/format/mapping.h"

namespace deskd::connectors {

/// What a mapping's `^/x` point to, found once for the whole body.
std::vector<const JsonNode*> resolve_root_paths(const Mapping& mapping, const JsonNode& root);

/// Lives while one element is read.
class MappedElement {
 public:
  /// `pointer` says where the element stands in the body.
  MappedElement(const JsonNode& element, std::string pointer,
                std::span<const JsonNode* const> root_values, Decoding& decoding)
      : element_(element),
        pointer_(std::move(pointer)),
        root_values_(root_values),
        decoding_(decoding) {}

  const std::string& pointer() const { return pointer_; }

  /// Texts, and numbers and booleans as they were sent; null and empty texts count as missing, and
  /// then the result is empty. A list or an object is malformed.
  std::expected<std::string_view, Malformed> text(const MappedValue& value) const;
  std::expected<rules::Status, Malformed> status(const MappedStatus& status) const;
  std::expected<std::span<const rules::Label>, Malformed> labels(
      std::span<const MappedLabel> labels) const;

  /// Where the value stands; where it is missing, where the first of its paths points.
  std::string pointer_of(const MappedValue& value) const;

 private:
  struct Found {
    const JsonNode* node = nullptr;
    const MappedPath* path = nullptr;
  };
  Found find(const MappedValue& value) const;
  std::string pointer_of(const MappedPath& path) const;
  std::expected<std::string_view, Malformed> translated(const MappedValue& value,
                                                        const Found& found) const;

  const JsonNode& element_;
  const std::string pointer_;
  const std::span<const JsonNode* const> root_values_;
  Decoding& decoding_;
};

}  // namespace deskd::connectors

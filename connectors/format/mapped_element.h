#pragma once
// One element of a body seen through a mapping.

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/format/decoding.h"
#include "connectors/format/json_tree.h"
#include "connectors/format/mapping.h"

namespace deskd::connectors {

/// What a mapping's `^/x` and `{kafka: x}` stand for, found once for the whole message. Borrows its
/// memory from the thread: one at a time.
class OuterValues {
 public:
  /// Without `kafka` all of its fields are missing.
  OuterValues(const Mapping& mapping, const JsonNode& root, const KafkaEnvelope* kafka,
              Batch& batch);

  /// Of a path that does not start at an element; null: missing.
  const JsonNode* find(const MappedPath& path) const;
  /// Room for what stands in one element.
  std::span<const JsonNode*> room_for_element() const { return of_element_; }

 private:
  std::span<const JsonNode* const> of_root_;
  std::span<const JsonNode> of_kafka_;
  std::span<const JsonNode*> of_element_;
};

/// Where an element stands in the body; only what is wrong is told by it.
struct ElementPointer {
  std::string_view list;             // to the list that it stands in, or to itself
  std::optional<std::size_t> index;  // in the list
  std::string text() const;
};

/// Lives while one element is read. What the mapping itself states is a view into it.
class MappedElement {
 public:
  MappedElement(const JsonNode& element, const ElementPointer& pointer, const Mapping& mapping,
                const OuterValues& outer, Decoding& decoding)
      : pointer_(pointer),
        mapping_(mapping),
        outer_(outer),
        decoding_(decoding),
        found_(outer.room_for_element()) {
    mapping.element_paths.find(element, found_);
  }

  std::string pointer() const { return pointer_.text(); }

  /// Texts, and numbers and booleans as they were sent; null and empty texts count as missing, and
  /// then the result is empty. A list or an object is malformed.
  std::expected<std::string_view, Malformed> text(const MappedValue& value) const;
  std::expected<rules::Status, Malformed> status(const MappedStatus& status) const;
  std::expected<std::span<const rules::Label>, Malformed> labels(
      std::span<const MappedLabel> labels) const;

  /// Where the value stands; where it is missing, where the first of its paths points. Of what
  /// stands beside the body `{kafka: key}`.
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

  const ElementPointer pointer_;
  const Mapping& mapping_;
  const OuterValues& outer_;
  Decoding& decoding_;
  const std::span<const JsonNode*> found_;
};

}  // namespace deskd::connectors

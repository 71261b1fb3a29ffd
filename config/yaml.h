#pragma once
// YAML text as a tree that remembers where each thing stands. Strict: duplicate keys, non-scalar
// keys, tags, merge keys (`<<`) and several documents in a file are mistakes.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/problems.h"

namespace deskd::config {

/// One value of a YAML file. A scalar is the text that stands in the file (`on`, `007`, `1.10`);
/// whether it was quoted is remembered, because an unquoted `null`, `~` or nothing is the null
/// value.
///
/// A map that is the value of a key has the place of that key, since a key that lacks something is
/// where to look; so has a null value. What stands for an alias has the place of the alias, and its
/// inside the places where it was written.
struct Node {
  enum class Kind : std::uint8_t { null, scalar, sequence, map };

  Kind kind = Kind::null;
  bool quoted = false;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string text;                            // scalar
  std::vector<Node> items;                     // sequence
  std::vector<std::pair<Node, Node>> entries;  // map, in file order

  std::shared_ptr<const SourceFile> file;

  // Made in yaml.cc, where a pair of nodes is a complete type.
  Node();
  Node(const Node& other);
  Node(Node&& other) noexcept;
  Node& operator=(const Node& other);
  Node& operator=(Node&& other) noexcept;
  ~Node();

  Place place() const { return {file, line, column}; }
  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_map() const { return kind == Kind::map; }
  /// The value under `key`, or nullptr.
  const Node* find(std::string_view key) const;
};

/// "a text", "a list", "a map", "nothing": for messages.
std::string_view kind_name(const Node& node);

/// Reads one document. Duplicate keys, tags and merge keys are problems, all of them reported; the
/// first of two equal keys counts and the tree is returned all the same, so that its reader finds
/// the other mistakes. A syntax error ends the reading of this file: one problem, and nothing is
/// returned. A byte order mark at the begin is left out. Nesting, node count and what aliases may
/// unfold to are bounded (config/limits.h). An empty document is an empty map.
std::optional<Node> parse_yaml(std::shared_ptr<const SourceFile> file, Problems& problems);

/// Reads a whole file, named `shown_name` in messages. A missing, unreadable, too large or
/// non-UTF-8 file is a problem, and gives nullptr.
std::shared_ptr<const SourceFile> read_file(const std::string& path, std::string shown_name,
                                            Problems& problems);

}  // namespace deskd::config

#pragma once
// Strict reading of a YAML map: every key is either asked for, or refused with the nearest known
// name.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml.h"

namespace deskd::config {

/// Reads the keys of one map. Ask for every known key, then `finish` reports what was never asked
/// for. The node and the problems must outlive it.
///
///   MapReader reader(node, problems, "queue");
///   auto name = reader.required("name");
///   auto tier = reader.optional("tier");
///   reader.finish();
class MapReader {
 public:
  /// `what` names the map in messages ("a queue"). A node that is no map is a problem; then nothing
  /// is ever found.
  MapReader(const Node& node, Problems& problems, std::string_view what);

  /// The value, nullptr when the key is missing. A key without a value is a value that is null.
  const Node* optional(std::string_view key);
  /// A missing key is a problem at the map's own place.
  const Node* required(std::string_view key);
  /// A key of the language whose time has not come: refused by name as "not supported yet".
  void not_yet(std::string_view key);
  /// Reports every key that was not asked for, with the nearest name that was.
  void finish();

  /// The map itself, for messages about it as a whole.
  const Node& node() const { return node_; }

 private:
  bool is_asked(std::string_view key) const;

  const Node& node_;
  Problems& problems_;
  std::string what_;
  std::vector<std::string> known_;
  std::vector<std::string> later_;
};

/// Each reports a problem at the node's place and returns nothing when the node does not hold such
/// a value. Whether a scalar is quoted makes no difference.
std::optional<std::string> read_text(const Node& node, Problems& problems);  // not empty
std::optional<bool> read_bool(const Node& node, Problems& problems);  // true or false, nothing else
std::optional<std::int64_t> read_whole(const Node& node, std::int64_t min, std::int64_t max,
                                       Problems& problems);
/// `90s`, `10m`, `2h`, `7d`, `1h30m`, `500ms`, the greater unit first; a number without unit is a
/// mistake. Bounded to limits::duration_max.
std::optional<std::chrono::milliseconds> read_duration(const Node& node, Problems& problems);
/// `512B`, `64KiB`, `64MiB`, `20GiB`, also kB, MB, GB; a number without unit is a mistake.
std::optional<std::uint64_t> read_bytes(const Node& node, Problems& problems);
/// Index of the node's text in `names`; else a problem that names the nearest.
std::optional<std::size_t> read_one_of(const Node& node, std::span<const std::string_view> names,
                                       std::string_view what, Problems& problems);
/// One text or a list of texts; the list may be empty.
std::vector<std::string> read_texts(const Node& node, Problems& problems);

/// The items of a list, none when the node is no list, which is a problem.
std::span<const Node> read_list(const Node& node, std::string_view what, Problems& problems);

/// The member of `names` most like `name`, when it is near enough to be what was meant; else empty.
std::string_view nearest(std::string_view name, std::span<const std::string_view> names);
/// " (nearest: 'x')" or nothing: the tail of a message.
std::string nearest_hint(std::string_view name, std::span<const std::string_view> names);

}  // namespace deskd::config

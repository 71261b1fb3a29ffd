#include "config/yaml_tree.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/core.h>
#include <yaml-cpp/exceptions.h>

#include "config/encoding.h"
#include "config/limits.h"

namespace deskd::config {

namespace {

YAML::Mark mark_of(const Node& node) {
  YAML::Mark mark;
  mark.line = static_cast<int>(node.line) - 1;
  mark.column = static_cast<int>(node.column) - 1;
  return mark;
}

char character_at(const std::string& text, const YAML::Mark& mark) {
  const auto at = static_cast<std::size_t>(std::max(mark.pos, 0));
  return at < text.size() ? text[at] : '\0';
}

/// The parser places an item without a value at what comes next, maybe lines below. The last thing
/// before that, comments and spaces aside, is the item's dash.
std::pair<std::uint32_t, std::uint32_t> dash_before(std::string_view text, const YAML::Mark& next) {
  auto line = static_cast<std::uint32_t>(next.line) + 1;
  std::size_t end = std::min(static_cast<std::size_t>(std::max(next.pos, 0)), text.size());
  while (true) {
    const std::size_t line_break = end > 0 ? text.rfind('\n', end - 1) : std::string_view::npos;
    const std::size_t begin = line_break == std::string_view::npos ? 0 : line_break + 1;
    std::string_view before = text.substr(begin, end - begin);
    before = before.substr(0, before.find('#'));
    const std::size_t dash = before.rfind('-');
    if (dash != std::string_view::npos) return {line, static_cast<std::uint32_t>(dash) + 1};
    if (begin == 0 || line == 1) break;
    end = line_break;
    --line;
  }
  return {static_cast<std::uint32_t>(next.line) + 1, static_cast<std::uint32_t>(next.column) + 1};
}

/// The parser takes the end of the file for the end of a quoted text that is never closed. `at` is
/// where the text begins, or the anchor before it.
bool is_closed(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '&') {
    at = text.find_first_not_of(" \t\r\n", text.find_first_of(" \t\r\n", at));
  }
  if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return true;
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    const bool is_pair = quote == '"' ? text[at] == '\\' : text.substr(at, 2) == "''";
    if (is_pair) {
      ++at;
    } else if (text[at] == quote) {
      return true;
    }
  }
  return false;
}

/// `!!str` rather than the long name that it stands for.
std::string shown_tag(const std::string& tag) {
  constexpr std::string_view common = "tag:yaml.org,2002:";
  return tag.starts_with(common) ? "!!" + tag.substr(common.size()) : tag;
}

bool is_written(char first) {
  return first == '~' || first == 'n' || first == 'N' || first == '&' || first == ',';
}

}  // namespace

YamlTree::YamlTree(std::shared_ptr<const SourceFile> file, Problems& problems)
    : file_(std::move(file)), problems_(problems) {}

Node YamlTree::take() { return std::move(root_); }

Node YamlTree::make(Node::Kind kind, const YAML::Mark& mark) const {
  Node node;
  node.kind = kind;
  node.line = static_cast<std::uint32_t>(std::max(mark.line, 0)) + 1;
  node.column = static_cast<std::uint32_t>(std::max(mark.column, 0)) + 1;
  node.file = file_;
  return node;
}

void YamlTree::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Node node = make(Node::Kind::null, mark);
  const bool is_item = !open_.empty() && open_.back().node.is_sequence();
  if (is_item && !is_written(character_at(file_->text, mark))) {
    std::tie(node.line, node.column) = dash_before(file_->text, mark);
  }
  finish(std::move(node), anchor);
}

void YamlTree::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const Node use = make(Node::Kind::null, mark);
  const auto found = anchored_.find(anchor);
  if (found == anchored_.end()) {
    throw YAML::ParserException(mark, "this alias stands inside of what it names");
  }
  Node node = copy(found->second, use, open_.size());
  node.line = use.line;
  node.column = use.column;
  add(std::move(node), true);
}

void YamlTree::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                        const std::string& value) {
  Node node = make(Node::Kind::scalar, mark);
  node.text = value;
  // The parser gives the tag "!" to what is quoted, "?" to what is not.
  node.quoted = tag == "!";
  if (!node.quoted || character_at(file_->text, mark) == '!') refuse_tag(tag, node);
  if (node.quoted && !is_closed(file_->text, static_cast<std::size_t>(std::max(mark.pos, 0)))) {
    throw YAML::ParserException(mark, YAML::ErrorMsg::EOF_IN_SCALAR);
  }
  check_text(node);
  finish(std::move(node), anchor);
}

void YamlTree::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                               YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  Node node = make(Node::Kind::sequence, mark);
  refuse_tag(tag, node);
  open(std::move(node), anchor);
}

void YamlTree::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                          YAML::EmitterStyle::value) {
  Node node = make(Node::Kind::map, mark);
  refuse_tag(tag, node);
  open(std::move(node), anchor);
}

void YamlTree::OnSequenceEnd() { close(); }

void YamlTree::OnMapEnd() { close(); }

void YamlTree::open(Node node, YAML::anchor_t anchor) {
  if (open_.size() >= limits::yaml_depth_max) {
    throw YAML::ParserException(mark_of(node),
                                fmt::format("nested more than {} deep", limits::yaml_depth_max));
  }
  Open opened;
  opened.node = std::move(node);
  opened.anchor = anchor;
  open_.push_back(std::move(opened));
}

void YamlTree::close() {
  Open closed = std::move(open_.back());
  open_.pop_back();
  finish(std::move(closed.node), closed.anchor);
}

void YamlTree::finish(Node node, YAML::anchor_t anchor) {
  count(node, node);
  if (anchor != 0) anchored_[anchor] = copy(node, node, open_.size());
  add(std::move(node), false);
}

void YamlTree::add(Node node, bool is_alias) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& top = open_.back();
  if (top.node.is_sequence()) {
    top.node.items.push_back(std::move(node));
  } else if (!top.has_key) {
    top.key = std::move(node);
    top.has_key = true;
  } else {
    top.has_key = false;
    add_value(top, std::move(node), is_alias);
  }
}

void YamlTree::add_value(Open& map, Node value, bool is_alias) {
  if (!take_key(map)) return;
  if (!is_alias && (value.is_map() || value.is_null())) {
    value.line = map.key.line;
    value.column = map.key.column;
  }
  map.node.entries.emplace_back(std::move(map.key), std::move(value));
}

bool YamlTree::take_key(Open& map) {
  const Node& key = map.key;
  if (!key.is_scalar()) {
    problems_.error(key.place(), fmt::format("a key must be a text, this is {}", kind_name(key)));
    return false;
  }
  if (key.text == "<<" && !key.quoted) {
    problems_.error(key.place(), "merge keys (<<) are not part of this language");
    return false;
  }
  if (!map.keys.insert(key.text).second) {
    const Node& value = *map.node.find(key.text);
    const auto first =
        std::find_if(map.node.entries.begin(), map.node.entries.end(),
                     [&value](const auto& entry) { return &entry.second == &value; });
    problems_.error(key.place(), fmt::format("key '{}' stands here twice, first in line {}",
                                             key.text, first->first.line));
    return false;
  }
  return true;
}

Node YamlTree::copy(const Node& node, const Node& use, std::size_t depth) {
  if (depth > limits::yaml_depth_max) {
    throw YAML::ParserException(
        mark_of(use), fmt::format("unfolds to more than {} levels", limits::yaml_depth_max));
  }
  count(node, use);
  Node copied;
  copied.kind = node.kind;
  copied.quoted = node.quoted;
  copied.line = node.line;
  copied.column = node.column;
  copied.file = node.file;
  copied.text = node.text;
  copied.items.reserve(node.items.size());
  for (const Node& item : node.items) copied.items.push_back(copy(item, use, depth + 1));
  copied.entries.reserve(node.entries.size());
  for (const auto& [key, value] : node.entries) {
    copied.entries.emplace_back(copy(key, use, depth + 1), copy(value, use, depth + 1));
  }
  return copied;
}

void YamlTree::count(const Node& node, const Node& use) {
  nodes_ += 1;
  text_bytes_ += node.text.size();
  if (nodes_ > limits::yaml_nodes_max || text_bytes_ > limits::yaml_text_bytes_max) {
    throw YAML::ParserException(
        mark_of(use), fmt::format("too much for one file: more than {} values or {} MiB of text, "
                                  "what aliases stand for counted in",
                                  limits::yaml_nodes_max, limits::yaml_text_bytes_max >> 20));
  }
}

void YamlTree::refuse_tag(const std::string& tag, const Node& node) {
  if (tag == "?") return;
  problems_.error(node.place(),
                  fmt::format("tags ({}) are not part of this language", shown_tag(tag)));
}

void YamlTree::check_text(const Node& node) {
  if (node.text.find('\0') != std::string::npos) {
    problems_.error(node.place(), "this text has a NUL byte in it");
  } else if (!is_utf8(node.text)) {
    problems_.error(node.place(), "an escape in this text makes bytes that are not UTF-8");
  }
}

}  // namespace deskd::config

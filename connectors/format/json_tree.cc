#include "connectors/format/json_tree.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>

#include "config/encoding.h"
#include "config/limits.h"
#include "connectors/format/json_scalar.h"

// Of simdjson only the first stage is used: it validates UTF-8 and finds where every token begins,
// and is chosen by the processor at run time. Its own second stages don't fit: one makes doubles of
// numbers, the other accepts garbage in what nobody asks for.

namespace deskd::connectors {
namespace {

using Indexer = simdjson::internal::dom_parser_implementation;

// What a thread keeps for its next body: enough for some thousand alerts, and no more than a few
// megabytes a thread after a huge one.
constexpr std::size_t kept_body_bytes = limits::MiB;
constexpr std::size_t kept_nodes = 64 * 1024;

struct ThreadMemory {
  std::unique_ptr<Indexer> indexer;
  std::vector<JsonNode> nodes;

  /// Makes the indexer one that takes bodies of `bytes`; without memory for it there is none.
  void make_room(std::size_t bytes) {
    if (indexer && indexer->capacity() >= bytes) return;
    const std::size_t capacity = std::max<std::size_t>(bytes, 16 * limits::KiB);
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(
            capacity, 1, indexer) != simdjson::SUCCESS) {
      indexer.reset();
    }
  }
  void shrink() {
    if (indexer && indexer->capacity() > kept_body_bytes) indexer.reset();
  }
};

ThreadMemory& thread_memory() {
  thread_local ThreadMemory memory;
  return memory;
}

/// The first byte that begins no character.
std::size_t invalid_utf8(std::string_view body) {
  std::size_t at = 0;
  while (at < body.size()) {
    const std::size_t length = config::utf8_length(body.substr(at));
    if (length == 0) break;
    at += length;
  }
  return at;
}

/// The first control character inside a string; the body's end when there is none.
std::size_t control_character(std::string_view body) {
  bool inside = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (inside && body[i] == '\\') {
      ++i;
    } else if (body[i] == '"') {
      inside = !inside;
    } else if (inside && static_cast<unsigned char>(body[i]) < 0x20) {
      return i;
    }
  }
  return body.size();
}

/// Each value and each name is followed by a token that is neither, but for the last one and for
/// lists and objects that are still open.
std::span<JsonNode> room_for(std::size_t tokens, std::vector<JsonNode>& nodes) {
  const std::size_t count = std::min(tokens / 2 + limits::json_depth_max, limits::json_nodes_max);
  if (nodes.size() < count) {
    nodes.clear();
    nodes.resize(count);
  }
  return {nodes.data(), count};
}

JsonFault indexing_fault(simdjson::error_code error, std::string_view body) {
  switch (error) {
    case simdjson::EMPTY:
      return {body.size(), "the body is empty"};
    case simdjson::UTF8_ERROR:
      return {invalid_utf8(body), "this byte is not UTF-8"};
    case simdjson::UNESCAPED_CHARS:
      return {control_character(body),
              "a control character inside a string must be escaped (a line end is \\n)"};
    case simdjson::UNCLOSED_STRING:
      return {body.size(), "the body ends inside a string"};
    default:
      return {0, "the body is too large to be read"};
  }
}

const std::string& too_deep() {
  static const std::string text = fmt::format("nested deeper than {}", limits::json_depth_max);
  return text;
}
const std::string& too_many() {
  static const std::string text = fmt::format("more than {} values", limits::json_nodes_max);
  return text;
}

/// Walks the tokens of one body and writes their nodes. Every byte of the body belongs to a token
/// or is white space, so what this accepts is valid as a whole.
///
/// A step says whether the walk goes on. It calls itself for what is nested, limits::json_depth_max
/// deep at most.
class Walk {
 public:
  /// Behind `tokens` the body's size stands twice. `nodes` has room for a node each token, as far
  /// as limits::json_nodes_max allows.
  Walk(std::string_view body, std::span<const std::uint32_t> tokens,
       std::pmr::memory_resource& arena, std::span<JsonNode> nodes)
      : body_(body),
        past_tokens_(tokens.data() + tokens.size()),
        past_nodes_(nodes.data() + nodes.size()),
        arena_(arena),
        token_(tokens.data()),
        node_(nodes.data()) {}

  std::optional<JsonFault> run() {
    const char c = here();
    if (c != '{' && c != '[') {
      fail("the body must be a JSON object or list");
    } else if (value() && token_ != past_tokens_) {
      fail("the body goes on behind its end");
    }
    if (wrong_.empty()) return std::nullopt;
    return JsonFault{wrong_at_, std::string(wrong_)};
  }

 private:
  /// The first byte of the token at hand; behind the last a zero, which begins nothing.
  char here() const { return token_ == past_tokens_ ? '\0' : body_[*token_]; }

  bool take(char c) {
    if (here() != c) return false;
    ++token_;
    return true;
  }

  bool value() {
    switch (here()) {
      case '"':
        return string();
      case '{':
        return object();
      case '[':
        return list();
      case 't':
        return word("true", JsonKind::boolean);
      case 'f':
        return word("false", JsonKind::boolean);
      case 'n':
        return word("null", JsonKind::null);
      default:
        return number();
    }
  }

  bool object() {
    JsonNode* const node = open(JsonKind::object);
    if (node == nullptr) return false;
    if (here() != '}') {
      do {
        if (!member()) return false;
      } while (take(','));
      if (here() != '}') return fail("',' or '}' expected");
    }
    return close(*node);
  }

  bool member() {
    if (here() != '"') return fail("a member's name in quotes expected");
    if (!string()) return false;
    if (!take(':')) return fail("':' expected");
    return here() == '"' ? string() : value();
  }

  bool list() {
    JsonNode* const node = open(JsonKind::list);
    if (node == nullptr) return false;
    if (here() != ']') {
      do {
        if (!value()) return false;
      } while (take(','));
      if (here() != ']') return fail("',' or ']' expected");
    }
    return close(*node);
  }

  JsonNode* open(JsonKind kind) {
    JsonNode* const node = node_;
    if (depth_ == limits::json_depth_max) {
      fail(too_deep());
      return nullptr;
    }
    ++depth_;
    return add(kind, body_.data() + *token_, 0) ? node : nullptr;
  }

  bool close(JsonNode& node) {
    node.span = static_cast<std::uint32_t>(node_ - &node);
    --depth_;
    ++token_;
    return true;
  }

  bool string() {
    const std::size_t begin = token_[0] + 1;
    const std::size_t end = end_of_token() - 1;
    if (end < begin || body_[end] != '"') return fail("a string without its end");
    if (end <= plain_until_) return add(JsonKind::text, body_.data() + begin, end - begin);
    return string_behind_plain(begin, end);
  }

  /// A backslash may stand in it, or it goes on behind what is known to have none.
  [[gnu::noinline]] bool string_behind_plain(std::size_t begin, std::size_t end) {
    if (plain_until_ < begin) plain_until_ = std::min(body_.find('\\', begin), body_.size());
    const std::string_view quoted = body_.substr(begin, end - begin);
    if (end <= plain_until_) return add(JsonKind::text, quoted.data(), quoted.size());
    const auto text = unescape(quoted, arena_);
    if (text) return add(JsonKind::text, text->data(), text->size());
    return fail_at(begin + text.error(), "an escape that JSON does not have");
  }

  bool number() {
    const std::string_view text = token();
    if (!is_json_number(text)) return fail("a value expected");
    return add(JsonKind::number, text.data(), text.size());
  }

  bool word(std::string_view wanted, JsonKind kind) {
    if (token() != wanted) return fail("a value expected");
    return add(kind, body_.data() + *token_, kind == JsonKind::null ? 0 : wanted.size());
  }

  /// Where the token ends: at the next one, without the white space between the two.
  std::size_t end_of_token() const {
    std::size_t end = token_[1];
    while (end > *token_ + 1 && is_space(body_[end - 1])) --end;
    return end;
  }

  /// The token's bytes; none behind the last.
  std::string_view token() const {
    if (token_ == past_tokens_) return {};
    return body_.substr(*token_, end_of_token() - *token_);
  }

  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

  /// Adds a node for the token at hand and goes on to the next.
  bool add(JsonKind kind, const char* text, std::size_t size) {
    if (node_ == past_nodes_) return fail(too_many());
    *node_++ = {.text = {text, size}, .span = 1, .kind = kind};
    ++token_;
    return true;
  }

  /// Only takes a note: what would make the message is not in the way of what goes well.
  bool fail(std::string_view wrong) {
    if (token_ == past_tokens_) return fail_at(body_.size(), "the body ends too soon");
    return fail_at(*token_, wrong);
  }
  bool fail_at(std::size_t offset, std::string_view wrong) {
    wrong_at_ = offset;
    wrong_ = wrong;
    return false;
  }

  const std::string_view body_;
  const std::uint32_t* const past_tokens_;
  JsonNode* const past_nodes_;
  std::pmr::memory_resource& arena_;

  const std::uint32_t* token_;
  JsonNode* node_;  // the next to be written
  std::size_t depth_ = 0;
  /// No backslash stands between the last string and here, so that most strings are not searched.
  std::size_t plain_until_ = 0;
  std::size_t wrong_at_ = 0;
  std::string_view wrong_;  // empty: nothing is
};

}  // namespace

std::string_view name(JsonKind kind) {
  constexpr std::array<std::string_view, 6> names{"null", "true or false", "a number",
                                                  "text", "a list",        "an object"};
  return names[static_cast<std::size_t>(kind)];
}

const JsonNode* JsonNode::find(std::string_view wanted) const {
  if (!is_object()) return nullptr;
  const JsonNode* found = nullptr;
  const JsonNode* const end = past();
  for (const JsonNode* member = first(); member != end; member = member[1].past()) {
    if (member->text == wanted) found = member + 1;
  }
  return found;
}

const JsonNode* JsonNode::at(std::size_t index) const {
  for (const JsonNode& item : Items(*this)) {
    if (index-- == 0) return &item;
  }
  return nullptr;
}

std::expected<JsonTree, JsonFault> JsonTree::parse(std::string_view body,
                                                   std::pmr::memory_resource& arena) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  const std::size_t skipped = body.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  const std::string_view text = body.substr(skipped);
  ThreadMemory& memory = thread_memory();
  memory.make_room(text.size());
  if (!memory.indexer) return std::unexpected(indexing_fault(simdjson::MEMALLOC, text));

  Indexer& indexer = *memory.indexer;
  JsonTree tree(std::move(memory.nodes));
  std::optional<JsonFault> fault;
  const auto error = indexer.stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                    simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) {
    fault = indexing_fault(error, text);
  } else {
    // Behind the indexes it writes the text's size twice itself, but promises it nowhere.
    const std::span tokens(indexer.structural_indexes.get(), indexer.n_structural_indexes);
    std::fill_n(tokens.data() + tokens.size(), 2, static_cast<std::uint32_t>(text.size()));
    fault = Walk(text, tokens, arena, room_for(tokens.size(), tree.nodes_)).run();
  }
  memory.shrink();
  if (!fault) return tree;
  fault->offset += skipped;
  return std::unexpected(*std::move(fault));
}

JsonTree::~JsonTree() {
  if (!nodes_.empty() && nodes_.size() <= kept_nodes) thread_memory().nodes = std::move(nodes_);
}

std::string place_text(std::string_view body, std::size_t offset) {
  const std::string_view before = body.substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t line_end = before.rfind('\n');
  const std::size_t column = line_end == std::string_view::npos ? offset + 1 : offset - line_end;
  return fmt::format("line {}, column {} (byte {})", line, column, offset);
}

}  // namespace deskd::connectors

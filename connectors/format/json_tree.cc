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
};

ThreadMemory& thread_memory() {
  thread_local ThreadMemory memory;
  return memory;
}

/// Gives an indexer that takes bodies of `bytes`, the thread's own where it is large enough.
std::unique_ptr<Indexer> borrow_indexer(std::size_t bytes) {
  std::unique_ptr<Indexer> indexer = std::move(thread_memory().indexer);
  if (indexer && indexer->capacity() >= bytes) return indexer;
  const std::size_t capacity = std::max<std::size_t>(bytes, 16 * limits::KiB);
  if (simdjson::get_active_implementation()->create_dom_parser_implementation(
          capacity, 1, indexer) != simdjson::SUCCESS) {
    return nullptr;
  }
  return indexer;
}

void give_back(std::unique_ptr<Indexer> indexer) {
  if (indexer->capacity() <= kept_body_bytes) thread_memory().indexer = std::move(indexer);
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

/// Walks the tokens of one body and appends their nodes. Every byte of the body belongs to a token
/// or is white space, so what this accepts is valid as a whole.
class Walk {
 public:
  Walk(std::string_view body, std::span<const std::uint32_t> tokens,
       std::pmr::memory_resource& arena, std::vector<JsonNode>& nodes)
      : body_(body), tokens_(tokens), arena_(arena), nodes_(nodes) {}

  std::optional<JsonFault> run() {
    for (; at_ < tokens_.size() && !fault_; ++at_) step();
    if (fault_) return std::move(fault_);
    if (expected_ != Expected::end) return JsonFault{body_.size(), "the body ends too soon"};
    return std::nullopt;
  }

 private:
  enum class Expected : std::uint8_t {
    body,          // the object or list that the body is
    value,         // of a member, or behind a comma in a list
    item_or_end,   // behind `[`
    name,          // behind a comma in an object
    name_or_end,   // behind `{`
    colon,         // behind a name
    comma_or_end,  // behind a value
    end,           // nothing
  };

  void step() {
    const char c = body_[tokens_[at_]];
    switch (expected_) {
      case Expected::body:
        return c == '{' || c == '[' ? open(c) : fail("the body must be a JSON object or list");
      case Expected::item_or_end:
        return c == ']' ? close(c) : value(c);
      case Expected::value:
        return value(c);
      case Expected::name_or_end:
        return c == '}' ? close(c) : member_name(c);
      case Expected::name:
        return member_name(c);
      case Expected::colon:
        if (c != ':') return fail("':' expected");
        expected_ = Expected::value;
        return;
      case Expected::comma_or_end:
        return c == ',' ? comma() : close(c);
      case Expected::end:
        return fail("the body goes on behind its end");
    }
  }

  void value(char c) {
    switch (c) {
      case '{':
      case '[':
        return open(c);
      case '"':
        if (string()) expected_ = Expected::comma_or_end;
        return;
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

  void open(char c) {
    if (depth_ == open_.size()) {
      return fail(fmt::format("nested deeper than {}", limits::json_depth_max));
    }
    open_[depth_++] = static_cast<std::uint32_t>(nodes_.size());
    add(c == '{' ? JsonKind::object : JsonKind::list, body_.substr(tokens_[at_], 0));
    expected_ = c == '{' ? Expected::name_or_end : Expected::item_or_end;
  }

  void close(char c) {
    JsonNode& node = nodes_[open_[depth_ - 1]];
    const char closing = node.is_object() ? '}' : ']';
    if (c != closing) return fail(fmt::format("',' or '{}' expected", closing));
    node.span = static_cast<std::uint32_t>(nodes_.size()) - open_[--depth_];
    expected_ = depth_ == 0 ? Expected::end : Expected::comma_or_end;
  }

  void comma() {
    expected_ = nodes_[open_[depth_ - 1]].is_object() ? Expected::name : Expected::value;
  }

  void member_name(char c) {
    if (c != '"') return fail("a member's name in quotes expected");
    if (string()) expected_ = Expected::colon;
  }

  bool string() {
    const std::string_view quoted = token();
    if (quoted.size() < 2 || quoted.back() != '"') {
      fail("a string without its end");
      return false;
    }
    const auto text = unescape(quoted.substr(1, quoted.size() - 2), arena_);
    if (!text) {
      fault_ = {tokens_[at_] + 1 + text.error(), "an escape that JSON does not have"};
      return false;
    }
    add(JsonKind::text, *text);
    return true;
  }

  void number() {
    const std::string_view text = token();
    if (!is_json_number(text)) return fail("a value expected");
    add(JsonKind::number, text);
    expected_ = Expected::comma_or_end;
  }

  void word(std::string_view wanted, JsonKind kind) {
    if (token() != wanted) return fail("a value expected");
    add(kind, kind == JsonKind::null ? token().substr(0, 0) : token());
    expected_ = Expected::comma_or_end;
  }

  /// The token's bytes, up to the next one and without the white space between the two.
  std::string_view token() const {
    const std::size_t begin = tokens_[at_];
    std::size_t end = at_ + 1 < tokens_.size() ? tokens_[at_ + 1] : body_.size();
    while (end > begin + 1 && is_space(body_[end - 1])) --end;
    return body_.substr(begin, end - begin);
  }

  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

  void add(JsonKind kind, std::string_view text) {
    if (nodes_.size() == limits::json_nodes_max) {
      return fail(fmt::format("more than {} values", limits::json_nodes_max));
    }
    nodes_.push_back({.text = text, .span = 1, .kind = kind});
  }

  void fail(std::string detail) { fault_ = {tokens_[at_], std::move(detail)}; }

  const std::string_view body_;
  const std::span<const std::uint32_t> tokens_;
  std::pmr::memory_resource& arena_;
  std::vector<JsonNode>& nodes_;

  std::size_t at_ = 0;
  Expected expected_ = Expected::body;
  std::array<std::uint32_t, limits::json_depth_max> open_{};  // the nodes that are not closed yet
  std::size_t depth_ = 0;
  std::optional<JsonFault> fault_;
};

}  // namespace

std::string_view name(JsonKind kind) {
  constexpr std::array<std::string_view, 6> names{"null", "true or false", "a number",
                                                  "text", "a list",        "an object"};
  return names[static_cast<std::size_t>(kind)];
}

const JsonNode* JsonNode::find(std::string_view wanted) const {
  const JsonNode* found = nullptr;
  for (const auto [member, value] : Members(*this)) {
    if (member == wanted) found = &value;
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
  std::unique_ptr<Indexer> indexer = borrow_indexer(text.size());
  if (!indexer) return std::unexpected(indexing_fault(simdjson::MEMALLOC, text));

  std::optional<JsonFault> fault;
  JsonTree tree;
  const auto error = indexer->stage1(reinterpret_cast<const std::uint8_t*>(text.data()),
                                     text.size(), simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) {
    fault = indexing_fault(error, text);
  } else {
    tree.nodes_ = std::move(thread_memory().nodes);
    tree.nodes_.clear();
    const std::span tokens(indexer->structural_indexes.get(), indexer->n_structural_indexes);
    fault = Walk(text, tokens, arena, tree.nodes_).run();
  }
  give_back(std::move(indexer));
  if (!fault) return tree;
  fault->offset += skipped;
  return std::unexpected(*std::move(fault));
}

JsonTree::~JsonTree() {
  if (nodes_.capacity() > 0 && nodes_.capacity() <= kept_nodes) {
    thread_memory().nodes = std::move(nodes_);
  }
}

std::string place_text(std::string_view body, std::size_t offset) {
  const std::string_view before = body.substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const std::size_t line_end = before.rfind('\n');
  const std::size_t column = line_end == std::string_view::npos ? offset + 1 : offset - line_end;
  return fmt::format("line {}, column {} (byte {})", line, column, offset);
}

}  // namespace deskd::connectors

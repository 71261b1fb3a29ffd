#pragma once
// A JSON body as a tree of views: strict RFC 8259, numbers as the text that was sent.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory_resource>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deskd::connectors {

enum class JsonKind : std::uint8_t { null, boolean, number, text, list, object };
std::string_view name(JsonKind kind);  // "null", "true or false", "a number" … for messages

/// One value. All that a list or an object holds stands right behind it, so that a pointer to a
/// node is enough to walk what is below it. An object's children come in pairs: a name (of kind
/// text), then its value.
struct JsonNode {
  /// text: unescaped; number, boolean: as it was sent; else empty, and begins where the value
  /// stands in the body.
  std::string_view text;
  std::uint32_t span = 1;  // nodes: itself and all below it
  JsonKind kind = JsonKind::null;

  bool is_null() const { return kind == JsonKind::null; }
  bool is_text() const { return kind == JsonKind::text; }
  bool is_list() const { return kind == JsonKind::list; }
  bool is_object() const { return kind == JsonKind::object; }
  bool is_scalar() const { return !is_list() && !is_object(); }

  /// The value of a member, nullptr when there is none (or this is no object). A name that stands
  /// twice counts with its last value, as Go, JavaScript and Python read it.
  const JsonNode* find(std::string_view name) const;
  /// The element at `index` of a list, or nullptr.
  const JsonNode* at(std::size_t index) const;

  const JsonNode* first() const { return this + 1; }
  const JsonNode* past() const { return this + span; }  // also: the next sibling
};

/// `for (const JsonNode& item : Items(list))`: nothing in anything but a list.
class Items {
 public:
  explicit Items(const JsonNode& list)
      : first_(list.first()), past_(list.is_list() ? list.past() : list.first()) {}

  class Iterator {
   public:
    explicit Iterator(const JsonNode* at) : at_(at) {}
    const JsonNode& operator*() const { return *at_; }
    Iterator& operator++() {
      at_ = at_->past();
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const JsonNode* at_;
  };
  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(past_); }

 private:
  const JsonNode* first_;
  const JsonNode* past_;
};

struct Member {
  std::string_view name;
  const JsonNode& value;
};

/// `for (const auto [name, value] : Members(object))`: nothing in anything but an object.
class Members {
 public:
  explicit Members(const JsonNode& object)
      : first_(object.first()), past_(object.is_object() ? object.past() : object.first()) {}

  class Iterator {
   public:
    explicit Iterator(const JsonNode* at) : at_(at) {}
    Member operator*() const { return {at_->text, at_[1]}; }
    Iterator& operator++() {
      at_ = at_[1].past();
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const JsonNode* at_;
  };
  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(past_); }

 private:
  const JsonNode* first_;
  const JsonNode* past_;
};

/// Where a body stops being JSON, and why.
struct JsonFault {
  std::size_t offset = 0;
  std::string detail;
};

/// The tree of one body. Owned by the call that decodes; its nodes live as long as it does, their
/// texts as long as the body and the arena. Borrows its memory from the thread it is made on and
/// gives it back there, so that small bodies allocate nothing.
class JsonTree {
 public:
  /// Strings without escapes are views into `body`, the others are unescaped into `arena`. Half a
  /// surrogate pair becomes U+FFFD, as in Go; a byte order mark is skipped. Fails on anything that
  /// is not one JSON object or list in UTF-8, on nesting deeper than limits::json_depth_max and on
  /// more than limits::json_nodes_max values. No byte behind `body` is read.
  static std::expected<JsonTree, JsonFault> parse(std::string_view body,
                                                  std::pmr::memory_resource& arena);

  JsonTree(JsonTree&&) noexcept = default;
  JsonTree& operator=(JsonTree&&) = delete;
  ~JsonTree();

  const JsonNode& root() const { return nodes_.front(); }

 private:
  explicit JsonTree(std::vector<JsonNode> memory) : nodes_(std::move(memory)) {}
  std::vector<JsonNode> nodes_;  // behind the root's last node: what an earlier body left
};

/// "line 3, column 14 (byte 120)", columns in bytes from 1.
std::string place_text(std::string_view body, std::size_t offset);

}  // namespace deskd::connectors

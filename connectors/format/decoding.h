#pragma once
// One body on its way into a batch: gathers alerts, errors and counts for a format.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/format/format.h"
#include "connectors/format/json_tree.h"
#include "connectors/format/label_list.h"

namespace deskd::connectors {

/// Why an element, or a whole body, holds no alert.
struct Malformed {
  std::string pointer;  // from the element, or from the root of the body
  std::string detail;
};

/// An alert as a format read it, before what all formats have in common is done to it.
struct Draft {
  rules::Alert alert;
  std::string_view severity_word;       // the sender's; empty: none was sent
  std::optional<rules::Time> event_at;  // by the sender's clock
};

/// One element of a body: an alert, or none.
struct Element {
  std::size_t index = 0;  // in the body's list of alerts
  const JsonNode& node;
};

/// Lives during one call of `Format::decode`, on its thread.
class Decoding {
 public:
  Decoding(Batch& batch, const DecodeSettings& settings);
  Decoding(const Decoding&) = delete;
  Decoding& operator=(const Decoding&) = delete;

  Batch& batch() { return batch_; }
  std::string_view body() const { return body_; }
  const DecodeSettings& settings() const { return settings_; }
  /// Room to build texts in before the batch keeps them; the same each time, the thread's.
  std::span<char> scratch(std::size_t bytes);
  /// Whether a text of the tree is a view into the body: then no escape stands in it, so neither do
  /// quotes, backslashes, line ends and other control characters.
  bool is_plain(std::string_view text) const {
    return !std::less{}(text.data(), body_.data()) &&
           std::less{}(text.data(), body_.data() + body_.size());
  }
  /// An empty list to gather labels in; the same one each time, as it is large.
  LabelList& empty_list();

  /// Makes room for so many elements.
  void expect(std::size_t elements);
  /// Adds the alert to the batch: severity by the source's words, receipt time, and the event time,
  /// which is clamped or else the receipt time.
  void take(const Draft& draft, const Element& element);
  /// False: the alerts state, or the batch had to keep, more than limits::batch_text_bytes_max.
  /// Then nothing is taken any more, and `finish` fails. A few bytes of a body can mean much more
  /// where its elements share them.
  bool has_room() const { return has_room_; }
  /// Leaves the element out and counts it. `at` stands before the reason's pointer: where the
  /// element stands in the body, unless the pointer says it already.
  void refuse(const Element& element, std::string_view at, Malformed why);

  /// What became of it.
  Decoded finish();
  /// The body as a whole is bad: takes nothing of it.
  Decoded fail(Malformed why);

 private:
  ElementPlace place_of(const Element& element) const;
  void look_for_room();

  Batch& batch_;
  const DecodeSettings& settings_;
  const std::string_view body_;
  const std::size_t first_;        // of its alerts in the batch
  const std::size_t kept_before_;  // by the batch
  bool has_room_ = true;
  Decoded decoded_;
  LabelList list_;
};

/// The body as a tree, or why it is none.
std::expected<JsonTree, Malformed> parse_body(Decoding& decoding);

/// The number of elements of `list`, or why it is no list of at most limits::batch_alerts_max.
/// `pointer` says where it stands in the body.
std::expected<std::size_t, Malformed> list_size(const JsonNode* list, std::string_view pointer);

/// A text of the body in quotes for a message, cut at 64 bytes.
std::string quoted(std::string_view text);

}  // namespace deskd::connectors

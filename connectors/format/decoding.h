#pragma once
// One body on its way into a batch: gathers alerts, errors and counts for a format.

#include <optional>
#include <string>
#include <string_view>

#include "connectors/format/format.h"
#include "connectors/format/json_tree.h"

namespace deskd::connectors {

/// Why an element is no alert.
struct Malformed {
  std::string pointer;
  std::string detail;
};

/// An alert as a format read it, before what all formats have in common is done to it.
struct Draft {
  rules::Alert alert;
  std::string_view severity_word;       // the sender's; empty: none was sent
  std::optional<rules::Time> event_at;  // by the sender's clock
};

/// Lives during one call of `Format::decode`, on its thread.
class Decoding {
 public:
  Decoding(Batch& batch, const DecodeSettings& settings);

  Batch& batch() { return batch_; }
  const DecodeSettings& settings() const { return settings_; }
  /// Empty text to build something in before the batch keeps it; its memory is used again.
  std::string& scratch();

  /// Adds the alert to the batch: severity by the source's words, receipt time, and the event time,
  /// which is clamped or else the receipt time.
  void take(const Draft& draft);
  /// Leaves the element at `index` out and counts it.
  void refuse(std::size_t index, Malformed why);

  /// What became of it.
  Decoded finish() { return std::move(decoded_); }
  /// The body as a whole is bad: takes nothing of it.
  Decoded fail(Malformed why);

 private:
  Batch& batch_;
  const DecodeSettings& settings_;
  Decoded decoded_;
  std::string scratch_;
};

/// The body as a tree, or why it is none.
std::expected<JsonTree, Malformed> parse_body(Batch& batch);

/// Nothing when `list` is a list of at most limits::batch_alerts_max elements, else what is wrong
/// with it. `pointer` says where it stands in the body.
std::optional<Malformed> check_list(const JsonNode* list, std::string_view pointer);

/// A text of the body in quotes for a message, cut at 64 bytes.
std::string quoted(std::string_view text);

}  // namespace deskd::connectors

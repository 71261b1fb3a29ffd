#pragma once
// One message from a monitoring tool, decoded. Everything in it is a view into its batch.

#include <cstdint>
#include <span>
#include <string_view>

#include "rules/severity.h"
#include "rules/time.h"

namespace deskd::rules {

enum class Status : std::uint8_t { firing, resolved };

constexpr std::string_view name(Status status) {
  return status == Status::firing ? "firing" : "resolved";
}

struct Label {
  std::string_view name;
  std::string_view value;
  bool operator==(const Label&) const = default;
};

/// A view type: the memory belongs to the batch (received bytes and arena) and outlives it nowhere.
/// An empty text means that the field is missing; labels and annotations with empty values are left
/// out.
struct Alert {
  std::string_view source;  // the configured name
  std::string_view sender;  // may be empty
  std::string_view key;     // the sender's name for this alert; may be missing
  Status status = Status::firing;
  Severity severity = Severity::unknown;
  std::string_view type;
  std::string_view resource;
  std::string_view qualifier;
  std::string_view summary;
  std::span<const Label> labels;       // sorted by name, each name once
  std::span<const Label> annotations;  // likewise

  Time received_at;  // receipt, by our clock
  Time event_at;     // when it happened, by the sender's clock and clamped; else received_at
  Time starts_at;    // only shown; may be unknown
  Time ends_at;      // API v2: when it ends unless it is sent again; else unknown
};

/// The value of a label, empty when there is none. `labels` as an alert has them.
std::string_view find_label(std::span<const Label> labels, std::string_view name);

}  // namespace deskd::rules

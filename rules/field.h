#pragma once
// The fields that conditions test, templates show and identities are made of.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "rules/alert.h"

namespace deskd::rules {

enum class Field : std::uint8_t {
  source,
  sender,
  status,
  severity,
  type,
  resource,
  qualifier,
  summary,
  key,
  label,
  annotation,  // with a name: everything after the first dot
  klass,
  queue,
  impact,
  urgency,  // as decided so far; not part of an alert
};

struct FieldName {
  Field field = Field::type;
  std::string name;  // of a label or annotation
  bool operator==(const FieldName&) const = default;
};

/// `type`, `labels.app.kubernetes.io/name` …; nothing for an unknown word.
std::optional<FieldName> parse_field(std::string_view text);
std::string field_text(const FieldName& field);
/// All words that `parse_field` takes, `labels.NAME` and `annotations.NAME` standing for their
/// families; for hints.
std::span<const std::string_view> field_words();

/// A field of an alert; empty when missing. Decisions (class, queue …) are empty here.
std::string_view value_of(const Alert& alert, const FieldName& field);

}  // namespace deskd::rules

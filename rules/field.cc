#include "rules/field.h"

#include <algorithm>
#include <array>

namespace deskd::rules {
namespace {

constexpr std::string_view label_prefix = "labels.";
constexpr std::string_view annotation_prefix = "annotations.";

// In order of Field.
constexpr std::array<std::string_view, 15> words{
    "source",           "sender",    "status",  "severity", "type",
    "resource",         "qualifier", "summary", "key",      "labels.NAME",
    "annotations.NAME", "class",     "queue",   "impact",   "urgency"};

bool has_name(Field field) { return field == Field::label || field == Field::annotation; }

std::optional<FieldName> parse_family(std::string_view text, std::string_view prefix, Field field) {
  if (!text.starts_with(prefix) || text.size() == prefix.size()) return std::nullopt;
  return FieldName{field, std::string(text.substr(prefix.size()))};
}

}  // namespace

std::optional<FieldName> parse_field(std::string_view text) {
  if (auto label = parse_family(text, label_prefix, Field::label)) return label;
  if (auto annotation = parse_family(text, annotation_prefix, Field::annotation)) return annotation;
  const auto found = std::ranges::find(words, text);
  if (found == words.end()) return std::nullopt;
  const auto field = static_cast<Field>(found - words.begin());
  if (has_name(field)) return std::nullopt;
  return FieldName{field, {}};
}

std::string field_text(const FieldName& field) {
  if (field.field == Field::label) return std::string(label_prefix) + field.name;
  if (field.field == Field::annotation) return std::string(annotation_prefix) + field.name;
  return std::string(words[static_cast<std::size_t>(field.field)]);
}

std::span<const std::string_view> field_words() { return words; }

std::string_view value_of(const Alert& alert, const FieldName& field) {
  switch (field.field) {
    case Field::source:
      return alert.source;
    case Field::sender:
      return alert.sender;
    case Field::status:
      return name(alert.status);
    case Field::severity:
      return name(alert.severity);
    case Field::type:
      return alert.type;
    case Field::resource:
      return alert.resource;
    case Field::qualifier:
      return alert.qualifier;
    case Field::summary:
      return alert.summary;
    case Field::key:
      return alert.key;
    case Field::label:
      return find_label(alert.labels, field.name);
    case Field::annotation:
      return find_label(alert.annotations, field.name);
    case Field::klass:
    case Field::queue:
    case Field::impact:
    case Field::urgency:
      break;
  }
  return {};
}

}  // namespace deskd::rules

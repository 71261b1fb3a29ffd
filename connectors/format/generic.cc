#include "connectors/format/generic.h"

#include <utility>

#include "connectors/format/sender_time.h"

namespace deskd::connectors {
namespace {

/// The list that is fanned out and where it stands; no list: the body is one element.
struct Fan {
  const JsonNode* list = nullptr;
  std::string pointer;
};

Fan find_fan(const Mapping& mapping, const JsonNode& root) {
  if (mapping.each.empty()) return {root.is_list() ? &root : nullptr, ""};
  for (const JsonPointer& path : mapping.each) {
    const JsonNode* list = path.resolve(root);
    if (list != nullptr && !list->is_null()) return {list, path.text()};
  }
  return {nullptr, mapping.each.front().text()};
}

std::expected<std::optional<rules::Time>, Malformed> read_time(const MappedValue& value,
                                                               const MappedElement& element) {
  if (!value.is_mapped()) return std::nullopt;
  const auto text = element.text(value);
  if (!text) return std::unexpected(text.error());
  if (text->empty()) return std::nullopt;
  if (const auto time = parse_time_or_epoch(*text)) return time;
  return std::unexpected(
      Malformed{element.pointer_of(value),
                quoted(*text) + " is neither an RFC 3339 time nor a number since the epoch"});
}

}  // namespace

std::shared_ptr<const Format> GenericFormat::make(const FormatPlan& plan) {
  const config::Node* node = plan.source.optional("mapping");
  const bool of_kafka = plan.kind == SourceKind::kafka;
  auto mapping = node == nullptr ? default_mapping() : read_mapping(*node, of_kafka, plan.problems);
  if (mapping == nullptr) return nullptr;
  return std::make_shared<const GenericFormat>(std::move(mapping));
}

Decoded GenericFormat::decode(Batch& batch, const DecodeSettings& settings) const {
  Decoding decoding(batch, settings);
  const auto tree = parse_body(decoding);
  if (!tree) return decoding.fail(tree.error());
  const JsonNode& root = tree->root();
  batch.hold(mapping_);
  const Fan fan = find_fan(*mapping_, root);
  const OuterValues outer(*mapping_, root, settings.kafka, batch);

  const auto decode_one = [&](const JsonNode& node, const ElementPointer& pointer) {
    const MappedElement element(node, pointer, *mapping_, outer, decoding);
    const std::size_t index = pointer.index.value_or(0);
    if (auto draft = read(element)) {
      decoding.take(*draft, {index, node});
    } else {
      decoding.refuse({index, node}, "", std::move(draft.error()));
    }
  };
  if (fan.list == nullptr && mapping_->each.empty()) {
    decode_one(root, {});
    return decoding.finish();
  }
  const auto size = list_size(fan.list, fan.pointer);
  if (!size) return decoding.fail(size.error());
  decoding.expect(*size);
  std::size_t index = 0;
  for (const JsonNode& node : Items(*fan.list)) {
    decode_one(node, {fan.pointer, index++});
    if (!decoding.has_room()) break;
  }
  return decoding.finish();
}

std::expected<Draft, Malformed> GenericFormat::read(const MappedElement& element) const {
  Draft draft;
  rules::Alert& alert = draft.alert;
  const Mapping& mapping = *mapping_;
  const std::pair<const MappedValue*, std::string_view*> fields[] = {
      {&mapping.resource, &alert.resource},
      {&mapping.type, &alert.type},
      {&mapping.key, &alert.key},
      {&mapping.qualifier, &alert.qualifier},
      {&mapping.summary, &alert.summary},
      {&mapping.sender, &alert.sender},
      {&mapping.severity, &draft.severity_word}};
  for (const auto& [value, field] : fields) {
    if (!value->is_mapped()) continue;
    const auto text = element.text(*value);
    if (!text) return std::unexpected(text.error());
    *field = *text;
  }
  if (alert.qualifier.empty()) alert.qualifier = alert.key;
  if (mapping.status) {
    const auto status = element.status(*mapping.status);
    if (!status) return std::unexpected(status.error());
    alert.status = *status;
  }
  const auto event_at = read_time(mapping.time, element);
  if (!event_at) return std::unexpected(event_at.error());
  draft.event_at = *event_at;
  const auto labels = element.labels(mapping.labels);
  if (!labels) return std::unexpected(labels.error());
  const auto annotations = element.labels(mapping.annotations);
  if (!annotations) return std::unexpected(annotations.error());
  alert.labels = *labels;
  alert.annotations = *annotations;
  if (alert.resource.empty() && alert.type.empty() && alert.key.empty() && labels->empty()) {
    return std::unexpected(Malformed{
        element.pointer(), "nothing tells it by: it has no resource, type, key or label"});
  }
  return draft;
}

}  // namespace deskd::connectors

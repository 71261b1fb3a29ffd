#include "connectors/format/mapped_element.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "config/encoding.h"
#include "connectors/format/json_pointer.h"
#include "rules/time.h"

namespace deskd::connectors {
namespace {

/// Turns an object or a list into labels: one for each leaf, named by the way to it.
class Spread {
 public:
  Spread(LabelList& list, Batch& batch) : list_(list), batch_(batch) {}

  /// `prefix` stands before each name, with its dot. Whether all went well; else see `wrong`.
  bool run(const JsonNode& node, std::string_view prefix) {
    for (const auto [member, value] : Members(node)) {
      if (!put(member, value, prefix)) return false;
    }
    std::size_t index = 0;
    for (const JsonNode& item : Items(node)) {
      const std::string_view member = batch_.keep(fmt::format_int(index++).str());
      if (!put(member, item, prefix)) return false;
    }
    return true;
  }

  /// Its pointer starts at the node that was run through.
  Malformed& wrong() { return wrong_; }

 private:
  bool put(std::string_view member, const JsonNode& value, std::string_view prefix) {
    // Empty and nested ones count too: an object of the root is spread for every element.
    if (++members_ > limits::labels_max) {
      return fail("", fmt::format("more than {} members", limits::labels_max));
    }
    if (prefix.size() + member.size() > limits::label_name_bytes_max) {
      return fail("", fmt::format("a name is longer than {} bytes", limits::label_name_bytes_max));
    }
    if (!value.is_scalar()) {
      if (run(value, fmt::format("{}{}.", prefix, member))) return true;
      return fail(pointer_step(member) + wrong_.pointer, std::move(wrong_.detail));
    }
    const std::string_view name = prefix.empty() ? member : batch_.keep(prefix, member);
    const std::string_view wrong = list_.add(name, value.text);
    return wrong.empty() || fail(pointer_step(member), std::string(wrong));
  }

  bool fail(std::string pointer, std::string detail) {
    wrong_ = {std::move(pointer), std::move(detail)};
    return false;
  }

  LabelList& list_;
  Batch& batch_;
  std::size_t members_ = 0;
  Malformed wrong_;
};

/// Keys and headers may be any bytes; what is no text is shown in hexadecimal.
std::string_view text_of(std::string_view bytes, Batch& batch) {
  if (config::is_utf8(bytes)) return bytes;
  // No field takes so much: a beginning is enough to be refused for.
  bytes = bytes.substr(0, limits::text_bytes_max);
  std::string text = "0x";
  for (const char byte : bytes) {
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(byte));
  }
  return batch.keep(text);
}

std::string_view text_of(const KafkaEnvelope& kafka, const KafkaField& field, Batch& batch) {
  switch (field.of) {
    case KafkaField::Of::key:
      return text_of(kafka.key, batch);
    case KafkaField::Of::topic:
      return kafka.topic;
    case KafkaField::Of::partition:
      return batch.keep(fmt::format_int(kafka.partition).c_str());
    case KafkaField::Of::offset:
      return batch.keep(fmt::format_int(kafka.offset).c_str());
    case KafkaField::Of::timestamp:
      if (!rules::is_known(kafka.timestamp)) return {};
      return batch.keep(rules::rfc3339(kafka.timestamp));
    case KafkaField::Of::header:
      break;
  }
  // Of a name that stands twice the last counts, as in JSON.
  const auto found = std::find_if(kafka.headers.rbegin(), kafka.headers.rend(),
                                  [&](const auto& header) { return header.name == field.header; });
  return found == kafka.headers.rend() ? std::string_view() : text_of(found->value, batch);
}

bool is_missing(const JsonNode* node) {
  return node == nullptr || node->is_null() || (node->is_text() && node->text.empty());
}

/// A few dozen paths at most, as the mapping has them: nothing is allocated for a message.
struct ThreadMemory {
  std::vector<const JsonNode*> of_root, of_element;
  std::vector<JsonNode> of_kafka;
};

ThreadMemory& thread_memory() {
  thread_local ThreadMemory memory;
  return memory;
}

}  // namespace

OuterValues::OuterValues(const Mapping& mapping, const JsonNode& root, const KafkaEnvelope* kafka,
                         Batch& batch) {
  auto& [of_root, of_element, of_kafka] = thread_memory();
  of_root.clear();
  for (const JsonPointer& path : mapping.root_paths) of_root.push_back(path.resolve(root));
  of_kafka.clear();
  for (const KafkaField& field : mapping.kafka_fields) {
    const std::string_view text = kafka ? text_of(*kafka, field, batch) : std::string_view();
    of_kafka.push_back({.text = text, .kind = JsonKind::text});
  }
  of_element.resize(mapping.element_paths.size());
  of_root_ = of_root;
  of_kafka_ = of_kafka;
  of_element_ = of_element;
}

const JsonNode* OuterValues::find(const MappedPath& path) const {
  return path.from == MappedPath::From::root ? of_root_[path.slot] : &of_kafka_[path.slot];
}

std::string ElementPointer::text() const {
  return index ? fmt::format("{}/{}", list, *index) : std::string(list);
}

std::string MappedElement::pointer_of(const MappedPath& path) const {
  switch (path.from) {
    case MappedPath::From::root:
      return path.pointer.text();
    case MappedPath::From::kafka:
      return fmt::format("{{kafka: {}}}", mapping_.kafka_fields[path.slot].text());
    case MappedPath::From::element:
      break;
  }
  return pointer() + path.pointer.text();
}

MappedElement::Found MappedElement::find(const MappedValue& value) const {
  for (const MappedPath& path : value.paths) {
    const JsonNode* node =
        path.from == MappedPath::From::element ? found_[path.slot] : outer_.find(path);
    if (!is_missing(node)) return {node, &path};
  }
  return {};
}

std::string MappedElement::pointer_of(const MappedValue& value) const {
  if (const Found found = find(value); found.path != nullptr) return pointer_of(*found.path);
  return value.paths.empty() ? pointer() : pointer_of(value.paths.front());
}

std::expected<std::string_view, Malformed> MappedElement::text(const MappedValue& value) const {
  if (value.constant) return *value.constant;
  const Found found = find(value);
  if (found.node != nullptr) return translated(value, found);
  return value.otherwise ? std::string_view(*value.otherwise) : std::string_view();
}

std::expected<std::string_view, Malformed> MappedElement::translated(const MappedValue& value,
                                                                     const Found& found) const {
  const JsonNode& node = *found.node;
  if (!node.is_scalar()) {
    return std::unexpected(Malformed{
        pointer_of(*found.path),
        fmt::format("text, a number or true or false expected, not {}", name(node.kind))});
  }
  if (node.text.size() > limits::text_bytes_max) {
    return std::unexpected(Malformed{pointer_of(*found.path),
                                     fmt::format("longer than {} bytes", limits::text_bytes_max)});
  }
  if (!value.translates) return node.text;
  const auto entry = std::ranges::find(
      value.map, node.text, [](const auto& pair) { return std::string_view(pair.first); });
  if (entry != value.map.end()) return entry->second;
  return value.otherwise ? std::string_view(*value.otherwise) : std::string_view();
}

std::expected<rules::Status, Malformed> MappedElement::status(const MappedStatus& status) const {
  if (status.always) return *status.always;
  // A default is a status already, whatever the source's own words are.
  const MappedValue& value = status.value;
  if (value.otherwise && !value.translates && find(value).node == nullptr) {
    return *value.otherwise == "firing" ? rules::Status::firing : rules::Status::resolved;
  }
  const auto word = text(value);
  if (!word) return std::unexpected(word.error());
  if (const auto meaning = status.meaning(*word)) return *meaning;
  return std::unexpected(
      Malformed{pointer_of(value),
                word->empty() ? "no status" : fmt::format("{} is no status", quoted(*word))});
}

std::expected<std::span<const rules::Label>, Malformed> MappedElement::labels(
    std::span<const MappedLabel> labels) const {
  if (labels.empty()) return {};
  Batch& batch = decoding_.batch();
  LabelList& list = decoding_.empty_list();
  for (const MappedLabel& label : labels) {
    const Found found = find(label.value);
    if (found.node != nullptr && !found.node->is_scalar() && !label.value.translates) {
      Spread spread(list, batch);
      if (!spread.run(*found.node, label.prefix)) {
        spread.wrong().pointer.insert(0, pointer_of(*found.path));
        return std::unexpected(std::move(spread.wrong()));
      }
      continue;
    }
    const auto value = text(label.value);
    if (!value) return std::unexpected(value.error());
    if (value->empty()) continue;
    const std::string_view wrong = list.add(label.name, *value);
    if (!wrong.empty()) {
      return std::unexpected(Malformed{pointer_of(label.value), std::string(wrong)});
    }
  }
  return list.keep(batch.arena());
}

}  // namespace deskd::connectors

#include "rules/alarm.h"

#include <algorithm>
#include <array>

#include "rules/field.h"
#include "rules/inline_hash.h"

namespace deskd::rules {

namespace {

constexpr std::array<std::string_view, 7> cause_names{
    "",        "resolved",      "cleared by another alert",
    "silence", "re-identified", "dropped by a rule",
    "by hand",
};

void pack_labels(Packer& packer, std::span<const Label> labels) {
  packer.number(labels.size());
  for (const Label& label : labels) {
    packer.text(label.name);
    packer.text(label.value);
  }
}

std::vector<Label> unpack_labels(Unpacker& unpacker) {
  std::vector<Label> labels;
  for (std::uint64_t left = unpacker.number(); left > 0 && !unpacker.failed(); --left) {
    const std::string_view name = unpacker.text();
    labels.push_back({name, unpacker.text()});
  }
  return labels;
}

void skip_pairs(Unpacker& unpacker) {
  for (std::uint64_t left = unpacker.number(); left > 0 && !unpacker.failed(); --left) {
    unpacker.text();
    unpacker.text();
  }
}

std::string_view value_in_pairs(Unpacker& unpacker, std::string_view name) {
  std::string_view found;
  for (std::uint64_t left = unpacker.number(); left > 0 && !unpacker.failed(); --left) {
    const bool wanted = unpacker.text() == name;
    const std::string_view value = unpacker.text();
    if (wanted) found = value;
  }
  return found;
}

/// Of several texts; no other way of cutting them has the same.
class TextsHash {
 public:
  void add(std::string_view text) { value_ = inline_hash64(text, value_); }
  void add(std::uint64_t count) { value_ += count; }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

}  // namespace

std::string_view name(ClearCause cause) { return cause_names[static_cast<std::size_t>(cause)]; }

AlarmText::AlarmText(std::span<const IdentityPart> identity, const Alert& alert) {
  Packer packer(bytes_);
  pack_identity(packer, identity);
  pack_texts(packer, alert);
  bytes_.shrink_to_fit();
}

void AlarmText::pack_identity(Packer& packer, std::span<const IdentityPart> identity) {
  packer.number(identity.size());
  for (const IdentityPart& part : identity) {
    packer.text(part.field);
    packer.text(part.value);
  }
}

void AlarmText::pack_texts(Packer& packer, const Alert& alert) {
  packer.text(alert.type);
  packer.text(alert.resource);
  packer.text(alert.qualifier);
  packer.text(alert.summary);
  pack_labels(packer, alert.labels);
  pack_labels(packer, alert.annotations);
}

AlarmTextView AlarmText::view() const {
  AlarmTextView view;
  Unpacker unpacker(bytes_);
  for (std::uint64_t left = unpacker.number(); left > 0 && !unpacker.failed(); --left) {
    const std::string_view field = unpacker.text();
    view.identity.push_back({field, unpacker.text()});
  }
  view.type = unpacker.text();
  view.resource = unpacker.text();
  view.qualifier = unpacker.text();
  view.summary = unpacker.text();
  view.labels = unpack_labels(unpacker);
  view.annotations = unpack_labels(unpacker);
  if (unpacker.failed() || !unpacker.at_end()) return {};
  return view;
}

std::string_view AlarmText::value(const FieldName& field) const {
  Unpacker unpacker(bytes_);
  skip_pairs(unpacker);
  const std::string_view type = unpacker.text();
  const std::string_view resource = unpacker.text();
  const std::string_view qualifier = unpacker.text();
  const std::string_view summary = unpacker.text();
  switch (field.field) {
    case Field::type:
      return type;
    case Field::resource:
      return resource;
    case Field::qualifier:
      return qualifier;
    case Field::summary:
      return summary;
    case Field::label:
      return value_in_pairs(unpacker, field.name);
    case Field::annotation:
      skip_pairs(unpacker);
      return value_in_pairs(unpacker, field.name);
    default:
      return {};
  }
}

std::string_view AlarmText::identity() const {
  Unpacker unpacker(bytes_);
  skip_pairs(unpacker);
  if (unpacker.failed()) return {};
  return std::string_view(bytes_).substr(0, bytes_.size() - unpacker.left());
}

std::uint64_t AlarmText::texts_hash(const Alert& alert) {
  TextsHash hash;
  hash.add(alert.type);
  hash.add(alert.resource);
  hash.add(alert.qualifier);
  hash.add(alert.summary);
  for (const std::span<const Label> labels : {alert.labels, alert.annotations}) {
    hash.add(labels.size());
    for (const Label& label : labels) {
      hash.add(label.name);
      hash.add(label.value);
    }
  }
  return hash.value();
}

std::uint64_t AlarmText::texts_hash() const {
  TextsHash hash;
  Unpacker unpacker(bytes_);
  skip_pairs(unpacker);
  for (int plain = 0; plain < 4; ++plain) hash.add(unpacker.text());
  for (int lists = 0; lists < 2; ++lists) {
    std::uint64_t left = unpacker.number();
    hash.add(left);
    for (; left > 0 && !unpacker.failed(); --left) {
      hash.add(unpacker.text());
      hash.add(unpacker.text());
    }
  }
  return hash.value();
}

}  // namespace deskd::rules

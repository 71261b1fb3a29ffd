#include "connectors/format/prometheus.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "connectors/format/json_pointer.h"
#include "connectors/format/label_list.h"
#include "rules/utf8.h"

namespace deskd::connectors {
namespace {

using rules::Label;

/// A member that can't be a label, and why; no value: there is none.
struct Refused {
  std::string_view label;
  const JsonNode* value = nullptr;
  std::string_view why;  // empty: it is no text
};

/// Puts the members of `map` into `list`, up to the first that can't be there.
Refused gather(const JsonNode& map, LabelList& list) {
  for (const auto [label, value] : Members(map)) {
    if (!value.is_text() && !value.is_null()) return {label, &value, {}};
    const std::string_view wrong = list.add(label, value.text);
    if (!wrong.empty()) return {label, &value, wrong};
  }
  return {};
}

Malformed malformed(std::string_view member, const Refused& refused) {
  if (!refused.why.empty()) return {pointer_step(member), std::string(refused.why)};
  return {pointer_step(member) + pointer_step(rules::cut_bytes(refused.label, 256)),
          fmt::format("text expected, not {}", name(refused.value->kind))};
}

/// A map of texts, as labels and annotations are. Nothing there is an empty map. `member` is its
/// name.
std::expected<std::span<const Label>, Malformed> read_texts(const JsonNode* map,
                                                            std::string_view member,
                                                            Decoding& decoding) {
  if (map == nullptr || map->is_null()) return {};
  if (!map->is_object()) {
    return std::unexpected(Malformed{pointer_step(member),
                                     fmt::format("an object expected, not {}", name(map->kind))});
  }
  LabelList& list = decoding.empty_list();
  if (const Refused refused = gather(*map, list); refused.value != nullptr) {
    return std::unexpected(malformed(member, refused));
  }
  return list.keep(decoding.batch().arena());
}

/// Writes texts one after the other where there is room for them.
class TextWriter {
 public:
  explicit TextWriter(char* begin) : begin_(begin), end_(begin) {}

  void put(char c) { *end_++ = c; }
  void put(std::string_view text) {
    // Most are short: two copies that overlap cost half a call.
    if (text.size() >= 8 && text.size() <= 16) {
      std::memcpy(end_, text.data(), 8);
      std::memcpy(end_ + text.size() - 8, text.data() + text.size() - 8, 8);
    } else if (text.size() >= 4 && text.size() < 8) {
      std::memcpy(end_, text.data(), 4);
      std::memcpy(end_ + text.size() - 4, text.data() + text.size() - 4, 4);
    } else {
      text.copy(end_, text.size());
    }
    end_ += text.size();
  }
  /// As Prometheus prints a label's value.
  void put_escaped(std::string_view text) {
    for (const char c : text) {
      if (c == '\n' || c == '"' || c == '\\') put('\\');
      put(c == '\n' ? 'n' : c);
    }
  }
  std::string_view written() const { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }

 private:
  char* const begin_;
  char* end_;
};

/// 16 hex digits.
std::string_view keep_hash(std::uint64_t hash, Batch& batch) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<char, 16> text;
  for (std::size_t i = text.size(); i-- > 0; hash >>= 4) text[i] = digits[hash & 0xF];
  return batch.keep({text.data(), text.size()});
}

/// Where the value of a label with a meaning of its own goes; null: it has none.
std::string_view* field_of(std::string_view label, Draft& draft) {
  switch (label.size()) {
    case std::string_view("severity").size():
      if (label == "severity") return &draft.severity_word;
      return label == "instance" ? &draft.alert.resource : nullptr;
    case std::string_view("alertname").size():
      return label == "alertname" ? &draft.alert.type : nullptr;
    default:
      return nullptr;
  }
}

}  // namespace

PrometheusMembers::PrometheusMembers(const JsonNode& element) {
  for (const auto [name, value] : Members(element)) {
    if (const JsonNode** const place = place_of(name)) *place = &value;
  }
}

const JsonNode** PrometheusMembers::place_of(std::string_view name) {
  switch (name.size()) {
    case std::string_view("endsAt").size():
      if (name == "endsAt") return &ends_at;
      if (name == "labels") return &labels;
      return name == "status" ? &status : nullptr;
    case std::string_view("startsAt").size():
      return name == "startsAt" ? &starts_at : nullptr;
    case std::string_view("annotations").size():
      if (name == "annotations") return &annotations;
      return name == "fingerprint" ? &fingerprint : nullptr;
    case std::string_view("generatorURL").size():
      return name == "generatorURL" ? &generator_url : nullptr;
    default:
      return nullptr;
  }
}

PrometheusLabels::PrometheusLabels() : PrometheusLabels({"replica", "prometheus_replica"}) {}

PrometheusLabels::PrometheusLabels(std::vector<std::string> ignored)
    : ignored_(std::move(ignored)) {}

PrometheusLabels PrometheusLabels::read(config::MapReader& source, config::Problems& problems) {
  const config::Node* ignored = source.optional("ignore_labels");
  if (ignored == nullptr) return {};
  return PrometheusLabels(config::read_texts(*ignored, problems));
}

bool PrometheusLabels::is_ignored(std::string_view label) const {
  for (const std::string& ignored : ignored_) {
    if (ignored.size() == label.size() && ignored == label) return true;
  }
  return false;
}

void PrometheusLabels::read_labels(std::span<const Label> labels, Draft& draft,
                                   Decoding& decoding) const {
  std::size_t names = 0, values = 0;
  for (const auto& [label, value] : labels) {
    names += label.size();
    values += value.size();
  }
  // What is hashed are names and values, each with 0xFF behind it, which stands in neither as both
  // are UTF-8. What qualifies takes `name="value",` and a backslash for each byte at most.
  const std::size_t hashed_bytes = names + values + 2 * labels.size();
  const std::size_t qualifier_bytes = names + 2 * values + 4 * labels.size();
  const std::span<char> room = decoding.scratch(hashed_bytes + qualifier_bytes);
  TextWriter hashed(room.data());
  TextWriter qualifier(room.data() + hashed_bytes);
  for (const auto& [label, value] : labels) {
    hashed.put(label);
    hashed.put('\xFF');
    hashed.put(value);
    hashed.put('\xFF');
    if (std::string_view* const field = field_of(label, draft)) {
      *field = value;
    } else if (!is_ignored(label)) {
      if (!qualifier.written().empty()) qualifier.put(',');
      qualifier.put(label);
      qualifier.put('=');
      qualifier.put('"');
      decoding.is_plain(value) ? qualifier.put(value) : qualifier.put_escaped(value);
      qualifier.put('"');
    }
  }
  draft.alert.qualifier = decoding.batch().keep(qualifier.written());
  draft.alert.key = keep_hash(XXH3_64bits(room.data(), hashed_bytes), decoding.batch());
}

std::expected<Draft, Malformed> PrometheusLabels::read_alert(const JsonNode& element,
                                                             const PrometheusMembers& members,
                                                             Decoding& decoding) const {
  if (!element.is_object()) {
    return std::unexpected(
        Malformed{"", fmt::format("an object expected, not {}", name(element.kind))});
  }
  const auto labels = read_texts(members.labels, "labels", decoding);
  if (!labels) return std::unexpected(labels.error());
  if (labels->empty()) return std::unexpected(Malformed{"/labels", "at least one label is needed"});
  const auto annotations = read_texts(members.annotations, "annotations", decoding);
  if (!annotations) return std::unexpected(annotations.error());

  std::expected<Draft, Malformed> draft;
  draft->alert.labels = *labels;
  draft->alert.annotations = *annotations;
  draft->alert.summary = rules::find_label(*annotations, "summary");
  if (draft->alert.summary.empty()) {
    draft->alert.summary = rules::find_label(*annotations, "description");
  }
  read_labels(*labels, *draft, decoding);
  if (draft->alert.qualifier.size() <= limits::text_bytes_max) return draft;
  return std::unexpected(Malformed{
      "/labels",
      fmt::format("all labels together are longer than {} bytes", limits::text_bytes_max)});
}

}  // namespace deskd::connectors

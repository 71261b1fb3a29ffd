#include "connectors/format/prometheus.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <utility>

#include "connectors/format/json_pointer.h"
#include "connectors/format/label_list.h"
#include "rules/utf8.h"

namespace deskd::connectors {
namespace {

using rules::Label;

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
  for (const auto [label, value] : Members(*map)) {
    if (!value.is_text() && !value.is_null()) {
      return std::unexpected(
          Malformed{pointer_step(member) + pointer_step(rules::cut_bytes(label, 256)),
                    fmt::format("text expected, not {}", name(value.kind))});
    }
    if (auto wrong = list.add(label, value.text)) {
      return std::unexpected(Malformed{pointer_step(member), *std::move(wrong)});
    }
  }
  return list.keep(decoding.batch().arena());
}

/// Writes texts one after the other where there is room for them.
class TextWriter {
 public:
  explicit TextWriter(char* begin) : begin_(begin), end_(begin) {}

  void put(char c) { *end_++ = c; }
  void put(std::string_view text) { end_ += text.copy(end_, text.size()); }
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

}  // namespace

PrometheusMembers::PrometheusMembers(const JsonNode& element) {
  using Place = const JsonNode* PrometheusMembers::*;
  static constexpr std::array<std::pair<std::string_view, Place>, 7> places{
      {{"labels", &PrometheusMembers::labels},
       {"annotations", &PrometheusMembers::annotations},
       {"status", &PrometheusMembers::status},
       {"startsAt", &PrometheusMembers::starts_at},
       {"endsAt", &PrometheusMembers::ends_at},
       {"generatorURL", &PrometheusMembers::generator_url},
       {"fingerprint", &PrometheusMembers::fingerprint}}};
  for (const auto [name, value] : Members(element)) {
    for (const auto& [known, place] : places) {
      if (name == known) this->*place = &value;
    }
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
  return std::ranges::find(ignored_, label) != ignored_.end();
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
    if (label == "alertname") {
      draft.alert.type = value;
    } else if (label == "instance") {
      draft.alert.resource = value;
    } else if (label == "severity") {
      draft.severity_word = value;
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

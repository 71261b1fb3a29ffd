#include "connectors/format/prometheus.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "connectors/format/json_pointer.h"
#include "connectors/format/label_list.h"
#include "rules/utf8.h"

namespace deskd::connectors {
namespace {

using rules::Label;

/// A map of texts, as labels and annotations are. Nothing there is an empty map.
std::expected<std::span<const Label>, Malformed> read_texts(const JsonNode& element,
                                                            std::string_view member,
                                                            Decoding& decoding) {
  const JsonNode* const map = element.find(member);
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

/// As Prometheus prints a label's value.
void append_quoted(std::string& out, std::string_view value) {
  out += '"';
  for (const char c : value) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

/// 16 hex digits over names and values; 0xFF stands in neither, as both are UTF-8.
std::string_view hash_of(std::span<const Label> labels, Decoding& decoding) {
  std::string& text = decoding.scratch();
  for (const auto& [label, value] : labels) {
    text.append(label).append(1, '\xFF').append(value).append(1, '\xFF');
  }
  const XXH64_hash_t hash = XXH3_64bits(text.data(), text.size());
  text.clear();
  fmt::format_to(std::back_inserter(text), "{:016x}", hash);
  return decoding.batch().keep(text);
}

}  // namespace

PrometheusLabels::PrometheusLabels() : PrometheusLabels({"replica", "prometheus_replica"}) {}

PrometheusLabels::PrometheusLabels(std::vector<std::string> ignored)
    : ignored_(std::move(ignored)) {}

PrometheusLabels PrometheusLabels::read(config::MapReader& source, config::Problems& problems) {
  const config::Node* ignored = source.optional("ignore_labels");
  if (ignored == nullptr) return {};
  return PrometheusLabels(config::read_texts(*ignored, problems));
}

bool PrometheusLabels::qualifies(std::string_view label) const {
  return label != "alertname" && label != "instance" && label != "severity" &&
         std::ranges::find(ignored_, label) == ignored_.end();
}

std::string_view PrometheusLabels::qualifier_of(std::span<const Label> labels,
                                                Decoding& decoding) const {
  std::string& text = decoding.scratch();
  for (const auto& [label, value] : labels) {
    if (!qualifies(label)) continue;
    text.append(text.empty() ? "" : ",").append(label).append("=");
    append_quoted(text, value);
  }
  return decoding.batch().keep(text);
}

std::expected<Draft, Malformed> PrometheusLabels::read_alert(const JsonNode& element,
                                                             Decoding& decoding) const {
  if (!element.is_object()) {
    return std::unexpected(
        Malformed{"", fmt::format("an object expected, not {}", name(element.kind))});
  }
  const auto labels = read_texts(element, "labels", decoding);
  if (!labels) return std::unexpected(labels.error());
  if (labels->empty()) return std::unexpected(Malformed{"/labels", "at least one label is needed"});
  const auto annotations = read_texts(element, "annotations", decoding);
  if (!annotations) return std::unexpected(annotations.error());

  Draft draft;
  draft.alert.labels = *labels;
  draft.alert.annotations = *annotations;
  draft.alert.type = rules::find_label(*labels, "alertname");
  draft.alert.resource = rules::find_label(*labels, "instance");
  draft.alert.qualifier = qualifier_of(*labels, decoding);
  draft.alert.summary = rules::find_label(*annotations, "summary");
  if (draft.alert.summary.empty()) {
    draft.alert.summary = rules::find_label(*annotations, "description");
  }
  draft.alert.key = hash_of(*labels, decoding);
  draft.severity_word = rules::find_label(*labels, "severity");
  if (draft.alert.qualifier.size() <= limits::text_bytes_max) return draft;
  return std::unexpected(Malformed{
      "/labels",
      fmt::format("all labels together are longer than {} bytes", limits::text_bytes_max)});
}

}  // namespace deskd::connectors

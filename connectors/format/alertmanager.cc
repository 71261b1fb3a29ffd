#include "connectors/format/alertmanager.h"

#include <fmt/format.h>

namespace deskd::connectors {
namespace {

std::expected<rules::Status, Malformed> read_status(const JsonNode* status) {
  if (status != nullptr && status->text == "firing") return rules::Status::firing;
  if (status != nullptr && status->text == "resolved") return rules::Status::resolved;
  std::string got = "missing";
  if (status != nullptr) {
    got = fmt::format("'firing' or 'resolved' expected, not {}",
                      status->is_text() ? quoted(status->text) : std::string(name(status->kind)));
  }
  return std::unexpected(Malformed{"/status", std::move(got)});
}

}  // namespace

std::shared_ptr<const Format> AlertmanagerFormat::make(const FormatPlan& plan) {
  return std::make_shared<const AlertmanagerFormat>(
      PrometheusLabels::read(plan.source, plan.problems));
}

Decoded AlertmanagerFormat::decode(Batch& batch, const DecodeSettings& settings) const {
  Decoding decoding(batch, settings);
  const auto tree = parse_body(decoding);
  if (!tree) return decoding.fail(tree.error());
  const JsonNode* alerts = tree->root().find("alerts");
  const auto size = list_size(alerts, "/alerts");
  if (!size) return decoding.fail(size.error());
  decoding.expect(*size);

  AlertTimes times;
  std::size_t index = 0;
  for (const JsonNode& node : Items(*alerts)) {
    const Element element{index, node};
    if (auto draft = read(node, times, decoding)) {
      decoding.take(*draft, element);
    } else {
      decoding.refuse(element, fmt::format("/alerts/{}", index), std::move(draft.error()));
    }
    ++index;
  }
  return decoding.finish();
}

std::expected<Draft, Malformed> AlertmanagerFormat::read(const JsonNode& element, AlertTimes& times,
                                                         Decoding& decoding) const {
  const PrometheusMembers members(element);
  auto draft = labels_.read_alert(element, members, decoding);
  if (!draft) return draft;
  const auto status = read_status(members.status);
  if (!status) return std::unexpected(status.error());
  draft->alert.status = *status;

  const JsonNode* const fingerprint = members.fingerprint;
  if (fingerprint != nullptr && fingerprint->is_text() && !fingerprint->text.empty()) {
    if (fingerprint->text.size() > limits::text_bytes_max) {
      return std::unexpected(
          Malformed{"/fingerprint", fmt::format("longer than {} bytes", limits::text_bytes_max)});
    }
    draft->alert.key = fingerprint->text;
  }
  // It is only shown: an alert is not lost for a start that can't be read.
  if (members.starts_at != nullptr) {
    draft->alert.starts_at = times.starts.parse(members.starts_at->text).value_or(rules::Time{});
  }
  return draft;
}

}  // namespace deskd::connectors

#include "connectors/format/alertmanager_api.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/format/json_pointer.h"

namespace deskd::connectors {
namespace {

/// A time that need not be there: null, an empty text and Go's zero time count as absent.
/// `member` is its name.
std::expected<std::optional<rules::Time>, Malformed> read_time(const JsonNode* time,
                                                               std::string_view member,
                                                               SenderTimes& times) {
  if (time == nullptr || time->is_null()) return std::nullopt;
  if (time->is_text() && (time->text.empty() || time->text.starts_with("0001-"))) {
    return std::nullopt;
  }
  const auto parsed = time->is_text() ? times.parse(time->text) : std::nullopt;
  if (parsed) return parsed;
  return std::unexpected(
      Malformed{pointer_step(member),
                fmt::format("an RFC 3339 time expected, not {}",
                            time->is_text() ? quoted(time->text) : std::string(name(time->kind)))});
}

}  // namespace

std::shared_ptr<const Format> AlertmanagerApiFormat::make(const FormatPlan& plan) {
  return std::make_shared<const AlertmanagerApiFormat>(
      PrometheusLabels::read(plan.source, plan.problems));
}

Decoded AlertmanagerApiFormat::decode(Batch& batch, const DecodeSettings& settings) const {
  Decoding decoding(batch, settings);
  const auto tree = parse_body(decoding);
  if (!tree) return decoding.fail(tree.error());
  const auto size = list_size(&tree->root(), "");
  if (!size) return decoding.fail(size.error());
  decoding.expect(*size);

  AlertTimes times;
  std::size_t index = 0;
  for (const JsonNode& node : Items(tree->root())) {
    const Element element{index, node};
    if (auto draft = read(node, times, decoding)) {
      decoding.take(*draft, element);
    } else {
      decoding.refuse(element, fmt::format("/{}", index), std::move(draft.error()));
    }
    ++index;
  }
  return decoding.finish();
}

std::expected<Draft, Malformed> AlertmanagerApiFormat::read(const JsonNode& element,
                                                            AlertTimes& times,
                                                            Decoding& decoding) const {
  const PrometheusMembers members(element);
  auto draft = labels_.read_alert(element, members, decoding);
  if (!draft) return draft;
  const auto starts_at = read_time(members.starts_at, "startsAt", times.starts);
  if (!starts_at) return std::unexpected(starts_at.error());
  const auto ends_at = read_time(members.ends_at, "endsAt", times.ends);
  if (!ends_at) return std::unexpected(ends_at.error());

  const DecodeSettings& settings = decoding.settings();
  rules::Alert& alert = draft->alert;
  alert.starts_at = starts_at->value_or(rules::Time{});
  alert.ends_at = ends_at->value_or(settings.received_at + settings.resolve_timeout);
  alert.status = alert.ends_at > settings.received_at ? rules::Status::firing  //
                                                      : rules::Status::resolved;
  if (members.generator_url != nullptr) alert.sender = authority(members.generator_url->text);
  return draft;
}

std::string_view authority(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  const auto ends_it = [](char c) { return c == '/' || c == '?' || c == '#'; };
  url = {url.begin(), std::ranges::find_if(url, ends_it)};
  const std::size_t user = url.rfind('@');
  if (user != std::string_view::npos) url.remove_prefix(user + 1);
  // RFC 1035 section 2.3.4 gives a name 255 bytes; what is longer names no host.
  constexpr std::size_t host_and_port_max = 255 + 6;
  return url.size() <= host_and_port_max ? url : std::string_view();
}

}  // namespace deskd::connectors

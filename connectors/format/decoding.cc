#include "connectors/format/decoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "rules/utf8.h"

namespace deskd::connectors {

Decoding::Decoding(Batch& batch, const DecodeSettings& settings)
    : batch_(batch),
      settings_(settings),
      body_(settings.body.data() == nullptr ? std::string_view(batch.received()) : settings.body),
      first_(batch.alerts.size()),
      kept_before_(batch.kept_bytes()) {}

std::span<char> Decoding::scratch(std::size_t bytes) {
  constexpr std::size_t kept_bytes = 64 * limits::KiB;  // for the next; what is larger is rare
  thread_local std::vector<char> memory;
  if (bytes <= kept_bytes && memory.size() > kept_bytes) memory = {};
  if (memory.size() < bytes) memory.resize(bytes);
  return {memory.data(), bytes};
}

LabelList& Decoding::empty_list() {
  list_.clear();
  return list_;
}

void Decoding::expect(std::size_t elements) {
  if (first_ > 0) return;  // exact room for each of many messages would be a copy for each
  batch_.alerts.reserve(elements);
  batch_.elements.reserve(elements);
}

ElementPlace Decoding::place_of(const Element& element) const {
  const auto index = static_cast<std::uint32_t>(element.index);
  const std::string_view body = batch_.received();
  const char* begin = element.node.text.data();
  if (std::less{}(begin, body.data()) || !std::less{}(begin, body.data() + body.size())) {
    return {ElementPlace::unknown, index};  // a text that was unescaped into the arena
  }
  const std::size_t quote = element.node.is_text() ? 1 : 0;
  return {static_cast<std::uint32_t>(static_cast<std::size_t>(begin - body.data()) - quote), index};
}

void Decoding::look_for_room() {
  const std::size_t kept = batch_.kept_bytes() - kept_before_;
  has_room_ = has_room_ && std::max(decoded_.written, kept) <= limits::batch_text_bytes_max;
}

void Decoding::take(const Draft& draft, const Element& element) {
  decoded_.written += text_weight(draft.alert);
  look_for_room();
  if (!has_room_) return;
  batch_.elements.push_back(place_of(element));
  rules::Alert& alert = batch_.alerts.emplace_back(draft.alert);
  if (!draft.severity_word.empty()) {
    static const rules::SeverityWords common;
    const rules::SeverityWords& words = settings_.severity ? *settings_.severity : common;
    alert.severity = words.meaning(draft.severity_word);
    if (alert.severity == rules::Severity::unknown) ++decoded_.severity_unknown;
  }
  alert.received_at = settings_.received_at;
  alert.event_at = settings_.received_at;
  if (!draft.event_at || !rules::is_known(*draft.event_at)) return;
  const rules::Time latest = settings_.received_at + settings_.max_skew;
  alert.event_at = std::min(*draft.event_at, latest);
  if (*draft.event_at > latest) ++decoded_.event_time_clamped;
}

void Decoding::refuse(const Element& element, std::string_view at, Malformed why) {
  look_for_room();
  ++decoded_.malformed;
  if (decoded_.errors.size() == limits::errors_in_answer_max) return;
  decoded_.errors.push_back(
      {element.index, why.pointer.insert(0, at), std::move(why.detail), place_of(element).offset});
}

Decoded Decoding::finish() {
  if (!has_room_) return fail({"", std::string(states_too_much())});
  batch_.written += decoded_.written;
  return std::move(decoded_);
}

Decoded Decoding::fail(Malformed why) {
  batch_.alerts.resize(first_);
  batch_.elements.resize(first_);
  Decoded decoded;
  decoded.malformed = 1;
  decoded.fatal = ElementError{0, std::move(why.pointer), std::move(why.detail)};
  return decoded;
}

std::expected<JsonTree, Malformed> parse_body(Decoding& decoding) {
  const std::string_view body = decoding.body();
  auto tree = JsonTree::parse(body, decoding.batch().arena());
  if (tree) return *std::move(tree);
  const JsonFault& fault = tree.error();
  return std::unexpected(Malformed{
      "", fmt::format("not JSON at {}: {}", place_text(body, fault.offset), fault.detail)});
}

std::expected<std::size_t, Malformed> list_size(const JsonNode* list, std::string_view pointer) {
  const auto wrong = [&](std::string detail) {
    return std::unexpected(Malformed{std::string(pointer), std::move(detail)});
  };
  if (list == nullptr) return wrong("missing");
  if (!list->is_list()) return wrong(fmt::format("a list expected, not {}", name(list->kind)));
  std::size_t size = 0;
  for ([[maybe_unused]] const JsonNode& item : Items(*list)) ++size;
  if (size <= limits::batch_alerts_max) return size;
  return wrong(fmt::format("more than {} alerts in one body", limits::batch_alerts_max));
}

std::string quoted(std::string_view text) {
  constexpr std::size_t shown_max = 64;
  if (text.size() <= shown_max) return fmt::format("'{}'", text);
  return fmt::format("'{}…'", rules::cut_bytes(text, shown_max));
}

}  // namespace deskd::connectors

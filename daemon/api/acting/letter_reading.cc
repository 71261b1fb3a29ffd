#include "daemon/api/acting/letter_reading.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "connectors/judged_batch.h"

namespace deskd::api {

using connectors::Batch;
using connectors::KafkaEnvelope;
using connectors::KafkaHeader;

namespace {

/// Why it can't be read at all, whatever its value holds; empty: it can.
std::string obstacle(const LetterView& view, const connectors::Source* source) {
  if (source == nullptr) return fmt::format("source '{}' is no longer configured", view.source);
  if (source->kind != connectors::SourceKind::kafka) {
    return fmt::format("source '{}' is of another kind now: only one of kind kafka reads it again",
                       view.source);
  }
  const auto& letter = view.letter;
  if (!letter.is_cut) return {};
  if (letter.value.size() < letter.value_bytes) {
    return fmt::format("only {} of the {} bytes of its value are kept: it can't be read as it was",
                       letter.value.size(), letter.value_bytes);
  }
  return "its key or its headers were too large to be kept: it can't be read as it was";
}

/// What stood beside the value, with its texts in the batch.
KafkaEnvelope envelope_of(const ledger::DeadLetter& letter, Batch& batch) {
  KafkaEnvelope envelope{.topic = batch.keep(letter.topic),
                         .partition = static_cast<std::int32_t>(letter.partition),
                         .offset = static_cast<std::int64_t>(letter.offset),
                         .timestamp = letter.at,
                         .key = batch.keep(letter.key),
                         .headers = {}};
  std::vector<KafkaHeader> headers;
  for (const auto& [name, value] : letter.headers) headers.push_back({name, value});
  envelope.headers = connectors::keep_headers(headers, batch);
  return envelope;
}

/// Leaves out of the batch what has one of these marks.
void leave_out(const std::vector<std::uint32_t>& taken, Batch& batch) {
  if (taken.empty()) return;
  const std::unordered_set<std::uint32_t> known(taken.begin(), taken.end());
  std::size_t kept = 0;
  for (std::size_t i = 0; i < batch.alerts.size(); ++i) {
    if (known.contains(batch.elements[i].mark())) continue;
    batch.alerts[kept] = batch.alerts[i];
    batch.elements[kept++] = batch.elements[i];
  }
  batch.alerts.resize(kept);
  batch.elements.resize(kept);
}

/// Empty when nothing is malformed.
std::string reason_of(const connectors::Decoded& decoded, std::size_t readable) {
  std::string first = connectors::first_error(decoded);
  if (decoded.malformed == 0 || readable == 0) return first;
  return fmt::format("{} of {} alerts are malformed: {}", decoded.malformed,
                     decoded.malformed + readable, first);
}

std::vector<std::uint32_t> marks_of(const Batch& batch) {
  std::vector<std::uint32_t> marks;
  for (const auto& element : batch.elements) marks.push_back(element.mark());
  return marks;
}

std::unique_ptr<Batch> begin_batch(const LetterView& view,
                                   std::shared_ptr<const connectors::Judging> setup,
                                   rules::Time now) {
  auto batch = std::make_unique<Batch>(view.letter.value);
  batch->source = view.source;
  batch->setup = std::move(setup);
  batch->received_at = now;
  return batch;
}

}  // namespace

RetriedLetter no_letter(std::uint64_t id) {
  return {.id = id, .status = 404, .detail = no_such_letter(daemon::shown_id(id))};
}

RetriedLetter read_again(const LetterView& view, std::shared_ptr<const connectors::Judging> setup,
                         rules::Time now) {
  const ledger::DeadLetter& letter = view.letter;
  const connectors::Source* source = setup->find(view.source);
  RetriedLetter retried{.id = letter.id, .detail = obstacle(view, source)};
  if (!retried.detail.empty()) {
    retried.status = 409;
    return retried;
  }
  auto batch = begin_batch(view, std::move(setup), now);
  const KafkaEnvelope envelope = envelope_of(letter, *batch);
  const rules::Time at = rules::is_known(letter.at) ? std::min(letter.at, now) : now;
  auto decoded =
      connectors::decode(*source, *batch->setup, {batch->received(), at, &envelope}, *batch);
  const std::size_t readable = batch->alerts.size();
  leave_out(letter.taken, *batch);
  connectors::judge(*batch, decoded);
  retried.detail = reason_of(decoded, decoded.fatal ? 0 : readable);
  if (decoded.malformed > 0) retried.status = 422;
  retried.malformed = decoded.malformed;
  retried.severity_unknown = decoded.severity_unknown;
  retried.event_time_clamped = decoded.event_time_clamped;
  retried.errors = std::move(decoded.errors);
  if (decoded.fatal) retried.errors.push_back(*std::move(decoded.fatal));
  retried.reading = {.letter = letter.id,
                     .batch = nullptr,
                     .taken = marks_of(*batch),
                     .taken_before = letter.taken.size(),
                     .reason = retried.detail};
  retried.reading.batch = std::move(batch);
  return retried;
}

void apply(daemon::Core& core, connectors::Accounts& accounts, RetriedLetter& letter) {
  if (letter.reading.batch == nullptr) return;
  const std::string source = letter.reading.batch->source;
  const auto at = letter.reading.batch->received_at;
  const auto outcomes = core.take(std::move(letter.reading));
  if (!outcomes) {
    if (core.dead_letters().find(letter.id) == nullptr) {
      letter = no_letter(letter.id);
    } else {
      letter = {.id = letter.id, .status = 409, .detail = "somebody else retried it meanwhile"};
    }
    return;
  }
  letter.outcomes = *outcomes;
  letter.accepted = outcomes->total();
  accounts.received(source, letter.accepted, 0, letter.severity_unknown, letter.event_time_clamped,
                    at);
}

}  // namespace deskd::api

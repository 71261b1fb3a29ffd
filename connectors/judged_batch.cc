#include "connectors/judged_batch.h"

#include <limits>
#include <string>
#include <utility>

#include "config/limits.h"
#include "connectors/raw_message.h"
#include "rules/imprint.h"
#include "rules/utf8.h"

namespace deskd::connectors {
namespace {

constexpr std::size_t shown_detail_bytes_max = 300;

TurnedAway malformed(const Batch& batch, const ElementError& error, std::string_view raw) {
  return {.at = batch.received_at,
          .source = batch.source,
          .sender = batch.peer,
          .outcome = rules::Outcome::malformed,
          .index = error.index,
          .pointer = error.pointer,
          .detail = error.detail,
          .raw = shown_raw(raw)};
}

/// What a record holds of a verdict: the alarm's identity, and what rules stated, in the alert's
/// field or the incident's and once more as that rule's.
std::size_t written_of(const rules::Verdict& verdict) {
  constexpr std::size_t beside_the_texts = 24;  // decision, rule, sizes
  std::size_t bytes = verdict.imprint.identity.size();
  for (const rules::Stated& stated : verdict.stated) {
    bytes += beside_the_texts + stated.name.size() + 2 * stated.value.size();
  }
  return bytes;
}

/// Stops once more than `written_max` is written.
std::uint64_t judge_up_to(Batch& batch, std::size_t written_max) {
  thread_local rules::Imprinter imprinter;
  const rules::RuleSet& rules = *batch.setup->rules;
  std::uint64_t clamped = 0;
  if (batch.verdicts.empty()) batch.verdicts.reserve(batch.alerts.size());
  for (std::size_t i = batch.verdicts.size();
       i < batch.alerts.size() && batch.written <= written_max; ++i) {
    const rules::Alert& alert = batch.alerts[i];
    rules::Verdict& verdict = batch.verdicts.emplace_back(rules.judge(alert, batch.arena()));
    if (batch.setup->clamp(verdict, alert.received_at)) ++clamped;
    verdict.imprint = imprinter.make(verdict, batch.arena());
    batch.written += written_of(verdict);
  }
  return clamped;
}

}  // namespace

std::uint64_t judge(Batch& batch) {
  return judge_up_to(batch, std::numeric_limits<std::size_t>::max());
}

void judge(Batch& batch, Decoded& decoded) {
  const std::size_t taken_before = batch.verdicts.size();
  const std::size_t written_before = batch.written - decoded.written;
  const std::size_t written_max = written_before + limits::batch_text_bytes_max;
  decoded.event_time_clamped += judge_up_to(batch, written_max);
  if (batch.written <= written_max) return;
  batch.written = written_before;
  batch.alerts.resize(taken_before);
  batch.elements.resize(taken_before);
  batch.verdicts.resize(taken_before);
  decoded = {};
  decoded.malformed = 1;
  decoded.fatal = ElementError{0, "", std::string(states_too_much())};
}

std::string one_line(const ElementError& error) {
  return error.pointer.empty() ? error.detail : error.pointer + ": " + error.detail;
}

std::string first_error(const Decoded& decoded) {
  if (decoded.fatal) return one_line(*decoded.fatal);
  return decoded.errors.empty() ? std::string() : one_line(decoded.errors.front());
}

std::vector<TurnedAway> malformed_entries(Batch& batch, const Decoded& decoded,
                                          std::string_view body) {
  std::vector<TurnedAway> entries;
  const std::string_view all = batch.received();
  if (decoded.fatal) entries.push_back(malformed(batch, *decoded.fatal, body));
  for (const ElementError& error : decoded.errors) {
    entries.push_back(malformed(batch, error, raw_value(all, error.offset)));
  }
  return entries;
}

void show_refusal(Accounts& accounts, const Batch& batch, std::string_view reason,
                  std::string_view detail) {
  accounts.refused(batch.source,
                   {.sender = batch.peer,
                    .user = {},
                    .reason = std::string(reason),
                    .detail = std::string(rules::cut_bytes(detail, shown_detail_bytes_max)),
                    .count = 1,
                    .at = batch.received_at},
                   false);
}

void refuse_without_room(Batch& batch, Accounts& accounts, std::string_view why) {
  rules::OutcomeCounts outcomes;
  outcomes[rules::Outcome::refused] = batch.alerts.size();
  accounts.settled(batch.source, outcomes);
  show_refusal(accounts, batch, "lane_full", why);
  accounts.turned_away().add_refused(batch, why);
  batch.receipt.settle({.kind = Settlement::Kind::full, .status = 0, .answer = {}});
}

}  // namespace deskd::connectors

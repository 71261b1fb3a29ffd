#include "connectors/judged_batch.h"

#include <string>
#include <utility>

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

}  // namespace

std::uint64_t judge(Batch& batch) {
  const rules::RuleSet& rules = *batch.setup->rules;
  rules::Imprinter imprinter;
  std::uint64_t clamped = 0;
  batch.verdicts.reserve(batch.alerts.size());
  for (const rules::Alert& alert : batch.alerts) {
    rules::Verdict& verdict = batch.verdicts.emplace_back(rules.judge(alert, batch.arena()));
    if (batch.setup->clamp(verdict, alert.received_at)) ++clamped;
    verdict.imprint = imprinter.make(verdict, batch.arena());
  }
  return clamped;
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

// What sources bring besides alerts: how far they have read, what time it is for them, what could
// not be read; and what deskd says of them itself.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/check.h"
#include "config/limits.h"
#include "daemon/core/core.h"

namespace deskd::daemon {

namespace {

/// Fires until a person clears it: nothing brings the records back.
OwnAlert gap_in(std::string_view source, const connectors::KafkaGap& gap) {
  return {.type = "kafka-gap",
          .resource = std::string(source),
          .qualifier = fmt::format("{}[{}]", gap.topic, gap.partition),
          .severity = rules::Severity::major,
          .summary = fmt::format(
              "source {}: up to {} records of {}[{}] {} (offset {} was next, {} is the first that "
              "can be read)",
              source, gap.lost, gap.topic, gap.partition,
              gap.is_damaged ? "are damaged where the broker keeps them"
                             : "were gone before they were read",
              gap.expected, gap.resumed)};
}

OwnAlert stalled_source(std::string_view source, rules::Status status) {
  return {.type = "source-stalled", .resource = std::string(source), .status = status};
}

std::string told_of_stall(std::string_view source, rules::Time watermark) {
  // Who has read nothing yet says a time that is before every record.
  const bool has_begun = watermark - rules::Time{} > std::chrono::years{1};
  return fmt::format("source {} {}: what waits for its time goes by now", source,
                     has_begun ? "stands still at " + rules::rfc3339(watermark)
                               : "has read nothing yet of what is behind");
}

}  // namespace

/// How far the source's time has come before each alert of its batch: nothing older comes in this
/// batch any more, or in a later one.
const std::vector<rules::Time>& Core::times_before_alerts(const connectors::Batch& batch) {
  own_times_.resize(batch.alerts.size());
  rules::Time least = rules::is_known(batch.watermark) ? std::min(batch.watermark, now_) : now_;
  for (std::size_t i = batch.alerts.size(); i-- > 0;) {
    least = std::min(least, batch.alerts[i].received_at);
    own_times_[i] = least;
  }
  return own_times_;
}

void Core::end_silent(rules::SourceNumber source, rules::Time at) {
  correlator_.end_silent(source, at, silent_left_, signals_);
  if (!signals_.empty()) tell_desk(setup_->desk_setup());
}

void Core::follow(connectors::Batch& batch) {
  if (batch.positions.empty() && batch.dead_letters.empty() && !rules::is_known(batch.watermark) &&
      sources_.find(batch.source) == 0) {
    return;
  }
  const auto source = number_of_source(batch.source);
  for (const auto& position : batch.positions) progress_.read_up_to(source, position);
  for (const auto& gap : batch.gaps) report(gap_in(batch.source, gap));
  for (auto& letter : batch.dead_letters) {
    DESKD_CHECK(letter.partition >= 0 && letter.offset >= 0);
    letters_.add({.source = source,
                  .topic = std::move(letter.topic),
                  .partition = static_cast<std::uint32_t>(letter.partition),
                  .offset = static_cast<std::uint64_t>(letter.offset),
                  .at = letter.at,
                  .reason = std::move(letter.reason),
                  .key = std::move(letter.key),
                  .value = std::move(letter.value),
                  .headers = std::move(letter.headers),
                  .value_bytes = letter.value_bytes,
                  .is_cut = letter.is_cut,
                  .taken = std::move(letter.taken)});
  }
  const bool goes_on = progress_.move(source, {batch.watermark, batch.received_at}, now_);
  const auto watermark = progress_.watermark(source);
  if (rules::is_known(watermark) && !progress_.is_stalled(source)) end_silent(source, watermark);
  if (goes_on) report(stalled_source(batch.source, rules::Status::resolved));
}

void Core::listen_again() {
  DESKD_CHECK(in_turn_);
  progress_.listen_again(now_);
  // Who renews what he said was told to come again, or waits.
  correlator_.listen_again(now_ + setup_->settings.restart_grace);
}

void Core::notice_stalls() {
  for (const auto source : progress_.all()) {
    const auto name = sources_.name(source);
    if (const auto* its = setup_->judging.find(name);
        its != nullptr && its->kind == connectors::SourceKind::kafka) {
      progress_.fall_behind(source, now_);
      continue;
    }
    // Nobody reads its log any more: it stands still for good, which is nobody's trouble.
    const bool had_stalled = progress_.move(source, {.watermark = {}, .said_at = now_}, now_);
    if (had_stalled) report(stalled_source(name, rules::Status::resolved));
  }
  for (const auto source : progress_.stall(now_, setup_->settings.stall_max)) {
    const auto name = sources_.name(source);
    auto alert = stalled_source(name, rules::Status::firing);
    alert.summary = told_of_stall(name, progress_.watermark(source));
    report(alert);
  }
}

void Core::report(const OwnAlert& alert) {
  DESKD_CHECK(in_turn_);
  AppliedBatch applied{own_batch(alert, {setup_, &setup_->judging}, now_),
                       {.kind = connectors::Settlement::Kind::durable, .status = 0, .answer = {}},
                       {}};
  apply(*applied.batch, applied);
  turn_.batches.push_back(std::move(applied));
}

bool Core::drop_dead_letter(std::uint64_t letter) {
  DESKD_CHECK(in_turn_);
  return letters_.drop(letter);
}

std::optional<rules::OutcomeCounts> Core::take(LetterReading reading) {
  DESKD_CHECK(in_turn_);
  const auto* letter = letters_.find(reading.letter);
  if (letter == nullptr || letter->taken.size() != reading.taken_before) return std::nullopt;
  if (reading.reason.empty()) {
    letters_.drop(reading.letter);
  } else {
    letters_.keep(reading.letter, std::move(reading.reason), reading.taken);
  }
  AppliedBatch applied{
      nullptr, {.kind = connectors::Settlement::Kind::durable, .status = 0, .answer = {}}, {}};
  apply(*reading.batch, applied);
  const auto outcomes = applied.outcomes;
  applied.batch = std::move(reading.batch);
  // No word about how far its source has come: an old message is read between those of today.
  turn_.batches.push_back(std::move(applied));
  return outcomes;
}

void Core::set_snmp_engine(ledger::SnmpEngine engine) {
  DESKD_CHECK(in_turn_);
  engine_ = std::move(engine);
  states_.put(engine_);
}

SourcePositions Core::positions_of(std::string_view source) const {
  return progress_.of(sources_.find(source));
}
const SourceProgress& Core::progress() const { return progress_; }
const DeadLetters& Core::dead_letters() const { return letters_; }
const ledger::SnmpEngine& Core::snmp_engine() const { return engine_; }

void book_own_alerts(const Turn& turn, connectors::Accounts& accounts) {
  for (const AppliedBatch& applied : turn.batches) {
    if (applied.batch->source != connectors::own_source) continue;
    accounts.received(connectors::own_source, applied.batch->alerts.size(), 0, 0, 0,
                      applied.batch->received_at);
  }
}

}  // namespace deskd::daemon

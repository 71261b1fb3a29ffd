#pragma once
// The state machine of the daemon: correlator, desk, repeat marks and what sources have read in
// one, stepped in turns.

#include <cstdint>
#include <deque>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/limits.h"
#include "connectors/accounts.h"
#include "connectors/batch.h"
#include "daemon/core/core_names.h"
#include "daemon/core/dead_letters.h"
#include "daemon/core/own_alert.h"
#include "daemon/core/repeat_marks.h"
#include "daemon/core/source_progress.h"
#include "daemon/desk/desk.h"
#include "daemon/ledger/alert_log.h"
#include "daemon/ledger/record.h"
#include "daemon/ledger/states.h"
#include "daemon/setup/setup.h"
#include "rules/correlator.h"

namespace deskd::daemon {

/// A batch that was applied in a turn, and how its receipt will settle once the turn is durable.
struct AppliedBatch {
  std::unique_ptr<connectors::Batch> batch;
  connectors::Settlement settlement;
  rules::OutcomeCounts outcomes;
};

/// A dead letter that was read again, by a setup of today.
struct LetterReading {
  std::uint64_t letter = 0;
  std::unique_ptr<connectors::Batch> batch;  // what can be read, and was not taken before
  std::vector<std::uint32_t> taken;          // its alerts: see ElementPlace::mark
  std::size_t taken_before = 0;              // how many had been taken when it was read
  std::string reason;                        // of what can't be read; empty: all can
};

/// What a turn leaves behind.
struct Turn {
  ledger::Record record;
  std::vector<ledger::Record> further;  // what is too much for one record, in those that follow it
  std::vector<AppliedBatch> batches;
  std::vector<desk::DeskEvent> events;
};

/// A message whose alerts stand in a record.
struct RecentBody {
  std::shared_ptr<const std::string> received;     // nullptr: too large to be kept
  std::vector<connectors::ElementPlace> elements;  // as in the batch
  std::size_t alerts = 0;
};

/// The log of recent alerts: the blobs A of the last records, decoded only when somebody looks, and
/// the messages that they came in, in the order of the alerts.
struct RecentRecord {
  std::uint64_t number = 0;
  rules::Time at;
  std::shared_ptr<const std::string> alerts;
  // nullptr: of before the start, or further ones of a turn.
  std::shared_ptr<const std::vector<RecentBody>> bodies;
  std::size_t bytes = 0;  // all of it
};

/// Core thread only. No I/O, no clock, no randomness, no logging: `begin(wall)` says what time it
/// is, and the same calls give the same records. Questions may be asked between calls, also in the
/// middle of a turn.
class Core {
 public:
  /// `record_cut_bytes`: when a turn goes on in its next record.
  explicit Core(std::size_t record_cut_bytes = limits::record_cut_bytes);
  ~Core();
  Core(Core&&) noexcept = default;

  // Recovery, before the first turn: every record of the ledger in order, then `recovered`.
  bool restore(const ledger::Record& record);  // false: damaged
  /// One half of that alone: each may have a thread of its own.
  bool restore(const ledger::Record& record, ledger::Half half);
  /// `setup` takes over; when its hash is that of the last setup in the ledger it keeps that one's
  /// number. Of a contradiction in what the records said it tells the first, and nothing more may
  /// be asked of this then.
  [[nodiscard]] std::optional<rules::Contradiction> recovered(std::shared_ptr<Setup> setup,
                                                              rules::Time wall);

  // A turn: begin, any number of the commands, finish.
  void begin(rules::Time wall);
  /// Before `expire`, where nothing could be taken in since the last turn: the ledger had no room
  /// or was stuck, or the machine slept. What senders said meanwhile is still to come, as after a
  /// start.
  void listen_again();
  void take(std::unique_ptr<connectors::Batch> batch);
  std::expected<desk::IncidentId, desk::Refusal> act(desk::IncidentId incident,
                                                     const desk::Action& action);
  std::expected<desk::IncidentId, desk::Refusal> raise_incident(const desk::NewIncident& wanted);
  /// See `Desk::claim_next`.
  std::expected<std::optional<desk::IncidentId>, desk::Refusal> claim_next(
      std::string_view queue, const desk::Actor& actor);
  std::expected<void, desk::Refusal> clear_alarm(rules::AlarmId alarm, const desk::Actor& actor,
                                                 std::string_view text);
  /// Gives the setup its number. The caller publishes it to source threads afterwards.
  std::shared_ptr<const Setup> adopt(std::shared_ptr<Setup> setup);
  /// Keeps the answer to a command, so that a repeat of it gets the same one (Idempotency-Key).
  void remember(std::string key, std::uint64_t body_hash, std::uint16_t status, std::string answer);
  /// deskd's own alert, judged by the current setup.
  void report(const OwnAlert& alert);
  /// A person has dealt with it. False: there is none of this id.
  bool drop_dead_letter(std::uint64_t letter);
  /// Applies what can be read of a dead letter now; the letter goes, or stays for what still can't
  /// be read. The caller books the alerts as received before the turn's batches are settled.
  /// Nothing: the letter is gone, or somebody else's reading of it came in between.
  std::optional<rules::OutcomeCounts> take(LetterReading reading);
  /// Must be durable before the SNMP engine speaks (RFC 3414, section 2.2.2).
  void set_snmp_engine(ledger::SnmpEngine engine);
  /// Runs what is due. False: more is due at this very time (a bounded turn).
  bool expire();
  Turn finish();

  /// When a turn is due though nothing comes in; unknown: never.
  rules::Time next_deadline() const;

  // Questions.
  /// What was remembered under `key`; nullptr: nothing. Valid until the next command.
  const ledger::RepeatAnswer* answer_to(std::string_view key) const;
  rules::Time now() const;
  const rules::Correlator& correlator() const;
  const desk::Desk& desk() const;
  const Setup& setup() const;
  /// Of any setup that an incident or a logged alert may still speak of; nullptr when unknown.
  const rules::RuleName* rule_name(rules::SetupNumber setup, rules::RuleNumber rule) const;
  std::string_view source_name(rules::SourceNumber source) const;
  rules::SourceNumber source_number(std::string_view name) const;  // 0: no alert came by it yet
  std::uint64_t rule_hits(
      rules::RuleNumber rule) const;  // of the current setup; kept by name across reloads
  std::uint64_t rule_unstated(rules::RuleNumber rule) const;
  const std::deque<RecentRecord>& recent() const;  // oldest first
  /// Where a source that reads a log goes on.
  SourcePositions positions_of(std::string_view source) const;
  const SourceProgress& progress() const;
  const DeadLetters& dead_letters() const;
  const ledger::SnmpEngine& snmp_engine() const;  // boots 0: it never started

 private:
  class Restorer;

  std::optional<rules::Contradiction> contradiction_of_halves() const;
  std::shared_ptr<const Setup> setup_of(const connectors::Batch& batch) const;
  void apply(const connectors::Batch& batch, AppliedBatch& applied);
  const std::vector<rules::Time>& times_before_alerts(const connectors::Batch& batch);
  void end_silent(rules::SourceNumber source, rules::Time at);
  void follow(connectors::Batch& batch);
  void notice_stalls();
  void fetch(const connectors::Batch& batch, std::size_t first);
  void tell_desk(const desk::DeskSetup& judged_by, const desk::ByHand* by_hand = nullptr);
  rules::SourceNumber number_of_source(std::string_view source);
  void take_over(std::shared_ptr<const Setup> setup);
  void make_known(std::shared_ptr<const Setup> setup);
  void adopt_alarms();
  void adopt_incidents();
  void write_changes();
  ledger::Record next_record();
  void keep_recent(const ledger::Record& record, std::vector<RecentBody> bodies);
  std::vector<RecentBody> take_bodies();

  rules::Correlator correlator_;
  desk::Desk desk_;
  RepeatMarks marks_;
  SourceProgress progress_;
  DeadLetters letters_;
  ledger::SnmpEngine engine_;
  SetupRegister setups_;
  SourceRegister sources_;
  RuleHits hits_;
  std::shared_ptr<const Setup> setup_;
  // Setups that batches on their way may still have been judged by.
  std::map<rules::SetupNumber, std::weak_ptr<const Setup>> alive_;
  rules::Time now_;
  std::uint64_t last_record_ = 0;
  std::deque<RecentRecord> recent_;
  std::size_t recent_bytes_ = 0;

  // The turn under way.
  bool in_turn_ = false;
  Turn turn_;
  ledger::AlertWriter alerts_;
  ledger::StateWriter states_;
  std::vector<rules::Fetched> fetched_;  // scratch
  std::vector<rules::Signal> signals_;
  std::vector<rules::Time> own_times_;
  std::size_t silent_left_ = 0;  // ends by silence between alerts that this turn may still hold
};

/// Opens the books on deskd's own alerts of a turn, as source threads do on theirs. To be called
/// before the turn's batches are settled.
void book_own_alerts(const Turn& turn, connectors::Accounts& accounts);

/// An id as the API and people write it: "0-4711".
using desk::shown_id;
/// Nothing when the text is no id of this shard.
std::optional<std::uint64_t> parse_id(std::string_view text);

}  // namespace deskd::daemon

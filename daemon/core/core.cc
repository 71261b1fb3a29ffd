#include "daemon/core/core.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "config/check.h"
#include "config/limits.h"
#include "daemon/desk/refusals.h"

namespace deskd::daemon {

namespace {

// Of timers, in one turn: enough to keep up with any storm, few enough to keep a turn short.
constexpr std::size_t expired_per_turn_max = 10'000;

// Of alerts: many, so that what is asked for comes meanwhile; few, so that it has not left again.
constexpr std::size_t fetched_at_once = 16;

connectors::Settlement durable() { return {connectors::Settlement::Kind::durable, 0, {}}; }

}  // namespace

Core::Core(std::size_t record_cut_bytes)
    : correlator_(rules::CorrelatorTimes{}), alerts_(record_cut_bytes), states_(record_cut_bytes) {}
Core::~Core() = default;

void Core::begin(rules::Time wall) {
  DESKD_CHECK(!in_turn_ && setup_);
  in_turn_ = true;
  now_ = std::max(now_, wall);
  silent_left_ = limits::silent_in_batches_max;
  marks_.expire(now_, setup_->settings.repeat_window);
}

void Core::take(std::unique_ptr<connectors::Batch> batch) {
  DESKD_CHECK(in_turn_);
  AppliedBatch applied{nullptr, durable(), {}};
  if (const auto* first = batch->mark ? marks_.find(batch->mark->key) : nullptr; first == nullptr) {
    apply(*batch, applied);
    if (batch->mark) {
      const auto& mark = *batch->mark;
      remember(mark.key, mark.body_hash, mark.status, mark.answer);
    }
  } else if (first->body_hash == batch->mark->body_hash) {
    applied.settlement = {connectors::Settlement::Kind::repeated, first->status, first->answer};
    applied.outcomes[rules::Outcome::repeated] = batch->alerts.size();
  } else {
    applied.settlement = {connectors::Settlement::Kind::conflict, 0, {}};
    applied.outcomes[rules::Outcome::refused] = batch->alerts.size();
  }
  applied.batch = std::move(batch);
  turn_.batches.push_back(std::move(applied));
  follow(*turn_.batches.back().batch);
}

void Core::apply(const connectors::Batch& batch, AppliedBatch& applied) {
  DESKD_CHECK(batch.verdicts.size() == batch.alerts.size());
  const auto judged_by = setup_of(batch);
  const auto desk_setup = judged_by->desk_setup();
  const auto source = number_of_source(batch.source);
  const bool is_current = judged_by->number() == setup_->number();
  const bool has_own_time = !batch.positions.empty();
  if (has_own_time) times_before_alerts(batch);
  for (std::size_t i = 0; i < batch.alerts.size(); ++i) {
    if (i % fetched_at_once == 0) fetch(batch, i);
    const rules::Judged judged{&batch.alerts[i], &batch.verdicts[i], source, judged_by->number()};
    if (has_own_time) end_silent(source, own_times_[i]);
    const auto at = has_own_time ? std::min(batch.alerts[i].received_at, now_) : now_;
    const auto result = correlator_.apply(judged, at, signals_);
    tell_desk(desk_setup);
    applied.outcomes[result.outcome] += 1;
    alerts_.put(batch.alerts[i], batch.verdicts[i], judged_by->number(), result.outcome,
                result.alarm);
    if (is_current) {
      hits_.count(batch.verdicts[i]);
    } else {
      hits_.count_by_name(batch.verdicts[i], *setups_.find(judged_by->number()));
    }
  }
}

void Core::fetch(const connectors::Batch& batch, std::size_t first) {
  const auto verdicts = std::span(batch.verdicts).subspan(first);
  correlator_.fetch(verdicts.first(std::min(verdicts.size(), fetched_at_once)), fetched_);
  desk_.fetch(fetched_);
}

void Core::tell_desk(const desk::DeskSetup& judged_by, const desk::ByHand* by_hand) {
  for (const rules::Signal& signal : signals_) desk_.apply(signal, judged_by, now_, by_hand);
  signals_.clear();
}

std::shared_ptr<const Setup> Core::setup_of(const connectors::Batch& batch) const {
  if (batch.setup->number == setup_->number()) return setup_;
  const auto found = alive_.find(batch.setup->number);
  DESKD_CHECK(found != alive_.end());
  auto setup = found->second.lock();
  DESKD_CHECK(setup != nullptr);
  return setup;
}

rules::SourceNumber Core::number_of_source(std::string_view source) {
  bool is_new = false;
  const auto number = sources_.number(source, is_new);
  if (is_new) states_.put(ledger::SourceName{number, std::string(source)});
  return number;
}

std::expected<desk::IncidentId, desk::Refusal> Core::act(desk::IncidentId incident,
                                                         const desk::Action& action) {
  DESKD_CHECK(in_turn_);
  return desk_.act(incident, action, now_);
}

std::expected<desk::IncidentId, desk::Refusal> Core::raise_incident(
    const desk::NewIncident& wanted) {
  DESKD_CHECK(in_turn_);
  return desk_.raise(wanted, now_);
}

std::expected<std::optional<desk::IncidentId>, desk::Refusal> Core::claim_next(
    std::string_view queue, const desk::Actor& actor) {
  DESKD_CHECK(in_turn_);
  return desk_.claim_next(queue, actor, now_);
}

void Core::remember(std::string key, std::uint64_t body_hash, std::uint16_t status,
                    std::string answer) {
  DESKD_CHECK(in_turn_);
  ledger::RepeatAnswer repeat{std::move(key), body_hash, status, std::move(answer), now_};
  states_.put(repeat);
  marks_.remember(std::move(repeat));
}

std::expected<void, desk::Refusal> Core::clear_alarm(rules::AlarmId alarm, const desk::Actor& actor,
                                                     std::string_view text) {
  DESKD_CHECK(in_turn_);
  if (!correlator_.find(alarm)) {
    return desk::refuse(desk::Refusal::Kind::not_found,
                        fmt::format("alarm {} does not exist", shown_id(alarm)));
  }
  if (!correlator_.clear_by_hand(alarm, now_, signals_)) {
    return desk::refuse(desk::Refusal::Kind::wrong_state,
                        fmt::format("alarm {} is cleared already", shown_id(alarm)));
  }
  const desk::ByHand by_hand{actor, text};
  tell_desk(setup_->desk_setup(), &by_hand);
  return {};
}

std::shared_ptr<const Setup> Core::adopt(std::shared_ptr<Setup> setup) {
  DESKD_CHECK(in_turn_);
  setup->judging.number = setup_->number() + 1;
  take_over(setup);
  return setup_;
}

void Core::take_over(std::shared_ptr<const Setup> setup) {
  make_known(std::move(setup));
  adopt_alarms();
  adopt_incidents();
}

void Core::make_known(std::shared_ptr<const Setup> setup) {
  setup_ = std::move(setup);
  std::erase_if(alive_, [](const auto& entry) { return entry.second.expired(); });
  alive_[setup_->number()] = setup_;
  if (setups_.find(setup_->number()) == nullptr) {
    setups_.add(*setup_);
    states_.put(*setups_.last());
  }
  hits_.adopt(*setup_->judging.rules);
}

void Core::adopt_alarms() {
  correlator_.adopt({setup_->settings.reorder, limits::alarm_kept_min}, *setup_->judging.rules);
}

void Core::adopt_incidents() { desk_.adopt(setup_->desk_setup(), now_); }

bool Core::expire() {
  DESKD_CHECK(in_turn_);
  notice_stalls();
  const bool more_alarms =
      correlator_.expire(now_, expired_per_turn_max, signals_, progress_.times());
  tell_desk(setup_->desk_setup());
  const bool more_incidents = desk_.expire(now_, expired_per_turn_max);
  return !more_alarms && !more_incidents;
}

Turn Core::finish() {
  DESKD_CHECK(in_turn_);
  in_turn_ = false;
  write_changes();
  turn_.events = desk_.take_events();
  turn_.record = next_record();
  keep_recent(turn_.record, take_bodies());
  while (!alerts_.empty() || !states_.empty()) {
    turn_.further.push_back(next_record());
    keep_recent(turn_.further.back(), {});
  }
  return std::exchange(turn_, Turn{});
}

ledger::Record Core::next_record() {
  ledger::Record record{
      .number = 0, .at = now_, .alerts = alerts_.take(), .states = states_.take()};
  if (!record.empty()) record.number = ++last_record_;
  return record;
}

void Core::write_changes() {
  const auto desk_changes = desk_.take_changes();
  for (const auto alarm : desk_changes.released) correlator_.set_released(alarm, true, now_);
  for (const auto alarm : desk_changes.claimed) correlator_.set_released(alarm, false, now_);

  const auto changes = correlator_.take_changes();
  for (const auto alarm : changes.states) states_.put(*correlator_.find(alarm));
  for (const auto& [alarm, text] : changes.texts) states_.put(alarm, text);
  for (const auto origin : changes.origins) states_.put(*correlator_.find_origin(origin));
  for (const auto origin : changes.origins_gone) states_.put_gone(origin);
  for (const auto& tombstone : changes.tombstones) states_.put(tombstone);

  desk::Incident room;
  for (const auto incident : desk_changes.incidents) states_.put(*desk_.look(incident, room));
  for (const auto alarm : desk_changes.memberships) states_.put(*desk_.membership(alarm));
  for (const auto& [key, entry] : desk_changes.timeline) states_.put(key, entry);

  letters_.write_changes(states_);
  progress_.write_changes(states_);
}

void Core::keep_recent(const ledger::Record& record, std::vector<RecentBody> bodies) {
  if (record.alerts.empty()) return;
  RecentRecord recent{.number = record.number,
                      .at = record.at,
                      .alerts = std::make_shared<const std::string>(record.alerts),
                      .bodies = nullptr,
                      .bytes = record.alerts.size()};
  if (!bodies.empty()) {
    for (const RecentBody& body : bodies) {
      recent.bytes +=
          sizeof(RecentBody) + body.elements.capacity() * sizeof(connectors::ElementPlace);
      if (body.received) recent.bytes += sizeof(std::string) + body.received->capacity();
    }
    recent.bodies = std::make_shared<const std::vector<RecentBody>>(std::move(bodies));
  }
  recent_bytes_ += recent.bytes;
  recent_.push_back(std::move(recent));
  while (recent_.size() > 1 &&
         (recent_bytes_ > limits::recent_bytes_max || recent_.size() > limits::recent_alerts_max)) {
    recent_bytes_ -= recent_.front().bytes;
    recent_.pop_front();
  }
}

/// Of the turn's batches whose alerts were applied. Nobody else needs the places any more.
std::vector<RecentBody> Core::take_bodies() {
  std::vector<RecentBody> bodies;
  for (AppliedBatch& applied : turn_.batches) {
    if (applied.settlement.kind != connectors::Settlement::Kind::durable) continue;
    connectors::Batch& batch = *applied.batch;
    if (batch.alerts.empty()) continue;
    RecentBody& body = bodies.emplace_back();
    body.alerts = batch.alerts.size();
    body.elements = std::exchange(batch.elements, {});
    if (batch.received().capacity() <= limits::recent_body_bytes_max) {
      body.received = batch.share_received();
    }
  }
  return bodies;
}

rules::Time Core::next_deadline() const {
  const auto alarms = correlator_.next_deadline(progress_.times());
  const auto incidents = desk_.next_deadline();
  const auto stall = progress_.next_stall(setup_->settings.stall_max);
  rules::Time next;
  for (const auto deadline : {alarms, incidents, stall}) {
    if (!rules::is_known(next)) next = deadline;
    if (rules::is_known(deadline)) next = std::min(next, deadline);
  }
  return next;
}

const ledger::RepeatAnswer* Core::answer_to(std::string_view key) const { return marks_.find(key); }

rules::Time Core::now() const { return now_; }
const rules::Correlator& Core::correlator() const { return correlator_; }
const desk::Desk& Core::desk() const { return desk_; }
const Setup& Core::setup() const { return *setup_; }
const std::deque<RecentRecord>& Core::recent() const { return recent_; }

const rules::RuleName* Core::rule_name(rules::SetupNumber setup, rules::RuleNumber rule) const {
  return setups_.rule(setup, rule);
}

std::string_view Core::source_name(rules::SourceNumber source) const {
  return sources_.name(source);
}
rules::SourceNumber Core::source_number(std::string_view name) const { return sources_.find(name); }
std::uint64_t Core::rule_hits(rules::RuleNumber rule) const { return hits_.hits(rule); }
std::uint64_t Core::rule_unstated(rules::RuleNumber rule) const { return hits_.unstated(rule); }

std::optional<std::uint64_t> parse_id(std::string_view text) {
  if (!text.starts_with("0-")) return std::nullopt;
  text.remove_prefix(2);
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id == 0 || text.front() == '0') {
    return std::nullopt;
  }
  return id;
}

}  // namespace deskd::daemon

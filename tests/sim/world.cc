#include "tests/sim/world.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "config/limits.h"
#include "daemon/ledger/alert_log.h"

namespace deskd::sim {

using namespace std::chrono_literals;

namespace {

std::shared_ptr<daemon::Setup> load(unsigned version) {
  config::Problems problems;
  auto setup = daemon::load_setup(config_of_version(version), problems);
  REQUIRE_MESSAGE(setup != nullptr, problems.text());
  return setup;
}

}  // namespace

World::World(std::uint64_t seed, Faults faults)
    : random_(seed),
      faults_(faults),
      now_(std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 8h) {
  start_process();
}

World::~World() = default;

unsigned World::below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

void World::start_process() {
  ++process_;
  accounts_ = std::make_unique<connectors::Accounts>();
  inbox_ = std::make_unique<connectors::Inbox>([] {});
  // Every third process leaves hardly more than one entity in a record.
  core_ = process_ % 3 == 0 ? std::make_unique<daemon::Core>(64) : std::make_unique<daemon::Core>();
  // The halves have threads of their own in deskd: either may be ahead of the other.
  std::array halves{ledger::Half::rest, ledger::Half::desk};
  if (process_ % 2 == 0) std::ranges::reverse(halves);
  for (const auto half : halves) {
    for (const auto& record : disk_) REQUIRE(core_->restore(record, half));
  }
  const auto setup = load(rules_version_);
  REQUIRE_FALSE(core_->recovered(setup, now_));
  heard_since_ = now_;
  setup_ = setup;
  for (const auto& source : setup_->judging.sources)
    inbox_->set_lane(source.name, source.lane_bytes);
  intake_ = std::make_unique<connectors::Intake>(
      [this] { return std::shared_ptr<const connectors::Judging>(setup_, &setup_->judging); },
      *accounts_, *inbox_);
  bus_.start(*core_);
  traps_.start();
}

void World::crash() {
  ++crashes_;
  ++process_;
  intake_.reset();
  inbox_.reset();
  core_.reset();
  pass_time();
  start_process();
  check_recovery(*core_);
}

void World::check_recovery(const daemon::Core& recovered) const {
  if (disk_.empty()) return;
  CHECK(dump(recovered) == dump_at_last_record_);
}

void World::send(const Message& message) {
  connectors::HttpRequest request;
  request.method = "POST";
  request.path = message.path.empty() ? "/api/v2/alerts" : "/in/" + message.path;
  request.headers = {{"content-type", "application/json"}, {"idempotency-key", message.key}};
  request.body = message.body;
  request.peer = "127.0.0.1:1";
  request.received_at = now_;
  auto respond = [this, process = process_, key = message.key](connectors::HttpAnswer answer) {
    if (process != process_) return;  // the connection died with the process
    INFO(answer.body);
    CHECK((answer.status == 200 || answer.status == 202));
    const auto found = unanswered_.find(key);
    if (found == unanswered_.end()) return;
    answered_.insert(key);
    accepted_ids_.insert(found->second.ids.begin(), found->second.ids.end());
    old_messages_.push_back(found->second);
    unanswered_.erase(found);
  };
  if (message.path.empty())
    return intake_->alertmanager_api(std::move(request), std::move(respond));
  intake_->webhook(message.path, std::move(request), std::move(respond));
}

void World::send_something() {
  if (!old_messages_.empty() && chance(10)) {
    // An answered message comes again, well inside the window: it must count as repeated and change
    // nothing.
    send(old_messages_[old_messages_.size() - 1 -
                       below(std::min<unsigned>(5, static_cast<unsigned>(old_messages_.size())))]);
    return;
  }
  if (!unanswered_.empty() && chance(30)) {
    auto message = unanswered_.begin();
    std::advance(message, below(static_cast<unsigned>(unanswered_.size())));
    return send(message->second);
  }
  Message message = new_message();
  unanswered_.emplace(message.key, message);
  send(message);
}

void World::pass_time() {
  if (chance(5)) {
    now_ += std::chrono::minutes{below(90)};
  } else {
    now_ += std::chrono::milliseconds{below(20'000)};
  }
}

void World::step() {
  if (chance(3)) lose_room();
  pass_time();
  for (unsigned i = below(4); i > 0; --i) send_something();
  bus_.write(now_, next_id_);
  if (chance(70)) bus_.read(setup_, now_, *accounts_, *inbox_);  // else the broker is away
  traps_.send(setup_, now_, *accounts_, *inbox_);
  reload_wanted_ = chance(3);
  turn();
  look_at_clock();
  check_everything();
}

// The ledger is full for a while: no turn runs, and what a reader has to say finds nobody.
void World::lose_room() {
  inbox_->hold(true);
  for (unsigned i = 1 + below(6); i > 0; --i) {
    pass_time();
    bus_.write(now_, next_id_);
    bus_.read(setup_, now_, *accounts_, *inbox_);
  }
  inbox_->hold(false);
  was_deaf_ = true;
}

// A batch may bring what is due when its source has come to its end: then a turn follows at once.
void World::look_at_clock() {
  for (auto next = core_->next_deadline(); rules::is_known(next) && next <= now_;
       next = core_->next_deadline()) {
    turn();
  }
}

void World::check_everything() {
  check_invariants(*core_, *accounts_, heard_since_ + setup_->settings.restart_grace);
  traps_.check(*accounts_);
}

/// Origins of senders who live in our time.
std::size_t World::ended_by_silence() const {
  std::size_t ended = 0;
  const auto bus = core_->source_number("bus");
  for (rules::AlarmId id = 1; id <= core_->correlator().last_alarm(); ++id) {
    for (const auto& origin : core_->correlator().origins_of(id)) {
      if (origin.source != bus && origin.ended_by == rules::ClearCause::silence) ++ended;
    }
  }
  return ended;
}

// What two states must show together: a priority never falls by itself, and what a person stated
// stays until a person states something else; and nothing that was due is left.
void World::check_history() {
  for (desk::IncidentId id = 1; id <= core_->desk().last_incident(); ++id) {
    const auto incident = core_->desk().find(id);
    const auto priority = setup_->plan.priorities.find(incident->priority).value();
    const auto seen = priority_seen_.try_emplace(id, priority).first;
    CAPTURE(id);
    if (!people_.stated().contains(id)) {
      CHECK(priority <= seen->second);
      if (incident->pinned.priority) CHECK(priority == seen->second);
    }
    seen->second = priority;
    if (incident->state == desk::State::pending) CHECK(incident->pending_until > core_->now());
  }
}

void World::turn() {
  core_->begin(now_);
  if (std::exchange(was_deaf_, false)) {
    core_->listen_again();
    heard_since_ = now_;
  }
  const auto silent = ended_by_silence();
  while (!core_->expire()) {
  }
  if (now_ < heard_since_ + setup_->settings.restart_grace) CHECK(ended_by_silence() <= silent);
  for (auto& batch : inbox_->take(limits::turn_bytes_max)) core_->take(std::move(batch));
  if (settling_) people_.repeat_all(*core_);
  while (!settling_ && chance(40)) people_.do_something(*core_);
  if (reload_wanted_) {
    rules_version_ = (rules_version_ + 1) % rules_versions;
    setup_ = core_->adopt(load(rules_version_));
    reload_wanted_ = false;
  }
  commit(core_->finish());
}

void World::commit(daemon::Turn turn) {
  const bool has_record = !turn.record.empty();
  if (has_record) ++commits_;
  const bool crashes =
      has_record && (faults_.crash_at == commits_ || chance(faults_.crash_percent));
  const bool is_kept =
      !crashes || (faults_.crash_at ? faults_.kind == Crash::after_durable : chance(50));
  if (has_record && is_kept) {
    const auto written = disk_.size();
    disk_.push_back(turn.record);
    std::ranges::copy(turn.further, std::back_inserter(disk_));
    for (auto at = written; at < disk_.size(); ++at) CHECK(disk_[at].number == at + 1);
    dump_at_last_record_ = dump(*core_);
    check_history();
    people_.durable();
    bus_.durable(std::span(disk_).subspan(written), *core_);
    traps_.durable(std::span(disk_).subspan(written));
  }
  if (crashes) {
    ++process_;
    turn.batches.clear();
    people_.unheard();
    return crash();
  }
  daemon::book_own_alerts(turn, *accounts_);
  for (auto& applied : turn.batches) {
    accounts_->settled(applied.batch->source, applied.outcomes);
    applied.batch->receipt.settle(std::move(applied.settlement));
  }
  people_.answered();
}

void World::settle() {
  faults_ = {};
  settling_ = true;
  const auto waits = [this] {
    return !unanswered_.empty() || people_.wait() || !bus_.has_read_all();
  };
  for (unsigned round = 0; round < 100 && waits(); ++round) {
    now_ += 1s;
    bus_.read(setup_, now_, *accounts_, *inbox_);
    const auto messages = unanswered_;
    for (const auto& [key, message] : messages) send(message);
    turn();
    look_at_clock();
    check_everything();
  }
  CHECK(unanswered_.empty());
  CHECK(bus_.has_read_all());
  CHECK_FALSE(people_.wait());
  check_accepted();
  people_.check_done(*core_);
  crash();
  check_accepted();
  people_.check_done(*core_);
  CHECK(bus_.has_read_all());  // also by who starts now
}

void World::check_accepted() const {
  std::map<std::string, unsigned> seen;
  for (const auto& record : disk_) {
    if (record.alerts.empty()) continue;
    REQUIRE(ledger::read_alerts(record.alerts, [&](const ledger::LoggedAlert& logged) {
      const auto label = rules::find_label(logged.labels, "id");
      ++seen[std::string(label.empty() ? rules::find_label(logged.annotations, "id") : label)];
      return true;
    }));
  }
  for (const auto& id : accepted_ids_) {
    CAPTURE(id);
    CHECK(seen[id] == 1);
  }
}

}  // namespace deskd::sim

#include "daemon/explanation/prospect.h"

#include <algorithm>
#include <map>
#include <memory_resource>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/limits.h"
#include "rules/correlator.h"
#include "rules/imprint.h"

namespace deskd::daemon {

namespace {

using desk::shown_id;
using desk::State;
using rules::Outcome;
using rules::Preview;
using Effect = Prospect::Effect;

bool is_over(State state) { return state == State::closed || state == State::cancelled; }

bool resolved_by_itself(const desk::Incident& incident) {
  return incident.state == State::resolved && !incident.resolved_by_hand;
}

/// One alert's future. Asks the desk's own questions (daemon/desk/desk_signals.cc) of a preview.
class Foresight {
 public:
  Foresight(const Core& core, const rules::DeskWords& judged_by, const rules::Verdict& verdict,
            const Preview& preview)
      : core_(core), judged_by_(judged_by), verdict_(verdict), preview_(preview) {
    prospect_.outcome = preview.outcome;
    prospect_.alarm = preview.alarm;
  }

  Prospect run() {
    switch (preview_.outcome) {
      case Outcome::raised:
        raised();
        break;
      case Outcome::merged:
        merged();
        break;
      case Outcome::dropped:
        say(fmt::format("A rule drops it ({}): it opens nothing.", verdict_.drop_reason));
        break;
      case Outcome::cleared:
        say("It ends what fires.");
        break;
      case Outcome::stale:
        say("Nothing: its sender said something newer, or what it ends has ended already.");
        break;
      default:
        say("Nothing: it ends what was never raised, or not by this sender and identity.");
        break;
    }
    losses();
    if (preview_.is_cut) say("It ends more than a preview looks at.");
    return std::move(prospect_);
  }

 private:
  void say(std::string_view sentence) {
    if (!prospect_.text.empty()) prospect_.text += ' ';
    prospect_.text += sentence;
  }

  std::optional<desk::Incident> incident_of(rules::AlarmId alarm) const {
    const auto membership = core_.desk().membership(alarm);
    return membership ? core_.desk().find(membership->incident) : std::nullopt;
  }

  void raised() {
    say(preview_.makes_alarm ? std::string("It raises a new alarm.")
                             : fmt::format("It raises alarm {} anew.", shown_id(preview_.alarm)));
    auto incident = incident_of(preview_.alarm);
    const bool comes_along = !incident && preview_.moved_from != 0;
    if (comes_along) incident = incident_of(preview_.moved_from);
    if (!incident) return opens();
    if (!comes_along && (is_over(incident->state) || resolved_by_itself(*incident))) return opens();
    concern(*incident);
    if (!comes_along && incident->state == State::resolved) {
      prospect_.effect = Effect::reopens;
      return say(
          fmt::format("Incident {} was resolved by hand, and reopens.", shown_id(incident->id)));
    }
    prospect_.effect = Effect::joins;
    say(fmt::format("It belongs to incident {}, which is {}.", shown_id(incident->id),
                    name(incident->state)));
    priority_of(*incident);
  }

  void merged() {
    say(fmt::format("It counts in alarm {}, which fires already.", shown_id(preview_.alarm)));
    const auto incident = incident_of(preview_.alarm);
    if (!incident) return;
    const bool is_worst = preview_.worsens && preview_.severity > incident->severity_worst;
    if (is_worst && is_over(incident->state)) return opens();
    concern(*incident);
    if (is_worst && incident->state == State::resolved) {
      prospect_.effect = Effect::reopens;
      return say(fmt::format("Incident {} reopens: the alarm is worse than that ever was.",
                             shown_id(incident->id)));
    }
    const bool is_open = desk::is_open(incident->state);
    say(fmt::format("Incident {} is {}{}.", shown_id(incident->id), name(incident->state),
                    is_open ? ", and stays so" : ": repeats open nothing"));
    if (is_open) priority_of(*incident);
  }

  void opens() {
    const auto& plan = core_.setup().plan;
    prospect_.effect = Effect::opens;
    prospect_.incident = 0;
    const auto* queue = verdict_.queue < judged_by_.queues.size()
                            ? plan.find(judged_by_.queues[verdict_.queue])
                            : nullptr;
    prospect_.queue = queue != nullptr ? queue->name : plan.queues[plan.catch_all].name;
    prospect_.priority = plan.priorities.levels[priority_now()];
    say(fmt::format("An incident opens in queue {}{} with priority {}.", prospect_.queue,
                    queue == nullptr ? " (the catch-all)" : "", prospect_.priority));
  }

  std::size_t priority_now() const {
    const auto& now = core_.setup().plan.priorities;
    return now.find(judged_by_.priorities.levels[verdict_.priority]).value_or(now.otherwise);
  }

  void priority_of(const desk::Incident& incident) {
    const auto& levels = core_.setup().plan.priorities;
    const auto has = levels.find(incident.priority);
    if (incident.pinned.priority || !has || priority_now() >= *has) return;
    say(fmt::format("Its priority rises from {} to {}.", incident.priority,
                    levels.levels[priority_now()]));
  }

  void concern(const desk::Incident& incident) { prospect_.incident = incident.id; }

  /// Alarms that lose origins, and incidents all of whose alarms clear.
  void losses() {
    std::map<desk::IncidentId, std::uint64_t> cleared;
    std::size_t told = 0;
    for (const Preview::Loss& loss : preview_.losses) {
      if (const auto membership = core_.desk().membership(loss.alarm); membership && loss.clears) {
        ++cleared[membership->incident];
      }
      if (told++ < told_max) {
        say(loss.clears
                ? fmt::format("Alarm {} clears.", shown_id(loss.alarm))
                : fmt::format("Alarm {} goes on: others say that it fires.", shown_id(loss.alarm)));
      }
    }
    if (told > told_max) say(fmt::format("So it goes with {} more alarms.", told - told_max));
    told = 0;
    for (const auto& [id, count] : cleared) {
      if (core_.desk().firing(id) == count && told++ < told_max) quiet(*core_.desk().find(id));
    }
  }

  void quiet(const desk::Incident& incident) {
    // An alarm that takes over another's origin joins its incident, which so goes on.
    if (preview_.moved_from != 0 && prospect_.incident == incident.id) return;
    if (!desk::is_open(incident.state)) return;
    const auto* queue = core_.setup().plan.find(incident.queue);
    const bool is_worked_on =
        incident.state == State::in_progress || incident.state == State::pending;
    const bool resolves = !is_worked_on || (queue != nullptr && queue->resolves_in_progress);
    if (prospect_.incident == 0 && prospect_.effect == Effect::none) {
      concern(incident);
      prospect_.effect = resolves ? Effect::resolves : Effect::quietens;
    }
    say(resolves ? fmt::format("Incident {} resolves by itself.", shown_id(incident.id))
                 : fmt::format("Incident {} is {}: it is told, and the work goes on.",
                               shown_id(incident.id), name(incident.state)));
  }

  static constexpr std::size_t told_max = 5;  // sentences of one kind

  const Core& core_;
  const rules::DeskWords& judged_by_;
  const rules::Verdict& verdict_;
  const Preview& preview_;
  Prospect prospect_;
};

}  // namespace

std::vector<Prospect> foresee(const Core& core, const ExplainedPayload& explained) {
  std::vector<Prospect> prospects;
  const auto& rules = *explained.judging->rules;
  const auto source = core.source_number(explained.source->name);
  const rules::Time now = std::max(core.now(), explained.batch->received_at);
  std::pmr::monotonic_buffer_resource arena;
  rules::Imprinter imprinter;
  std::size_t looked_at = 0;
  for (const ExplainedAlert& alert : explained.alerts) {
    if (looked_at >= limits::scan_max) {
      Prospect unknown;
      unknown.text = "Not looked at: the alerts above end too much for one question.";
      prospects.push_back(std::move(unknown));
      continue;
    }
    rules::Verdict verdict = alert.verdict;
    verdict.imprint = imprinter.make(verdict, arena);
    const rules::Judged judged{alert.decoded, &verdict, source, explained.judging->number};
    const Preview preview = core.correlator().preview(judged, now);
    looked_at += 1 + preview.looked_at;
    prospects.push_back(Foresight(core, rules.desk(), alert.verdict, preview).run());
  }
  return prospects;
}

}  // namespace deskd::daemon

#include "tests/daemon/desk/desk_model.h"

#include <algorithm>
#include <tuple>

#include "config/limits.h"

namespace deskd::desk::test {

namespace {

using Words = std::set<std::string>;

const Words open{"new", "assigned", "in_progress", "pending"};
const Words queues{"network", "servers", "triage"};
const Words levels{"P1", "P2", "P3", "P4", "P5"};

const std::map<std::string, Words> allowed_in{
    {"ack", open},
    {"take", open},
    {"assign", open},
    {"release", {"assigned", "in_progress", "pending"}},
    {"start", {"new", "assigned", "pending"}},
    {"pend", {"assigned", "in_progress"}},
    {"resolve", open},
    {"close", {"resolved"}},
    {"reopen", {"resolved", "closed", "cancelled"}},
    {"cancel", open},
    {"note", {"new", "assigned", "in_progress", "pending", "resolved", "closed", "cancelled"}},
    {"set", open}};

const std::map<std::string, std::map<std::string, std::string>> matrix{
    {"high", {{"high", "P1"}, {"medium", "P2"}, {"low", "P3"}}},
    {"medium", {{"high", "P2"}, {"medium", "P3"}, {"low", "P4"}}},
    {"low", {{"high", "P3"}, {"medium", "P4"}, {"low", "P4"}}}};

}  // namespace

std::string DeskModel::bad_words(const Statement& statement) {
  if (statement.priority && !levels.contains(*statement.priority)) return "bad_request";
  if (statement.klass &&
      statement.klass->find_first_not_of("abcdefghijklmnopqrstuvwxyz.") != std::string::npos)
    return "bad_request";
  if (statement.title && statement.title->empty()) return "bad_request";
  return {};
}

std::string DeskModel::refusal(const ModelIncident& incident, const Action& action,
                               Time now) const {
  const std::string what(name(action.kind));
  if (!allowed_in.at(what).contains(incident.state)) return "wrong_state";
  if (what == "take" && !action.force && !incident.person.empty() &&
      incident.person != action.actor.name)
    return "held";
  if (what == "note" && action.text.empty()) return "bad_request";
  if (what == "assign") {
    if (action.person.empty() && action.queue.empty()) return "bad_request";
    if (!action.queue.empty() && !queues.contains(action.queue)) return "bad_request";
  }
  if (what == "pend" && (action.until <= now || action.until > now + limits::pending_max))
    return "bad_request";
  if (what == "set") {
    const auto& [priority, klass, title, runbook, impact, urgency] = action.statement;
    if (!priority && !klass && !title && !runbook && !impact && !urgency) return "bad_request";
    return bad_words(action.statement);
  }
  return {};
}

std::string DeskModel::act(IncidentId id, const Action& action, Time now) {
  if (id == 0 || id > incidents_.size()) return "not_found";
  auto& incident = incidents_[id - 1];
  if (auto refused = refusal(incident, action, now); !refused.empty()) return refused;
  carry_out(incident, action, now);
  if (incident.state != "pending") incident.until = {};
  return {};
}

void DeskModel::carry_out(ModelIncident& incident, const Action& action, Time now) {
  const std::string what(name(action.kind));
  const auto& actor = action.actor.name;
  if (what == "ack" && incident.acked_by.empty()) incident.acked_by = actor;
  if (what == "take" && incident.person != actor) {
    incident.person = actor;
    incident.state = "assigned";
  }
  if (what == "assign") {
    incident.person = action.person;
    if (!action.queue.empty()) incident.queue = action.queue;
    incident.state = action.person.empty() ? "new" : "assigned";
  }
  if (what == "release") {
    incident.person.clear();
    incident.acked_by.clear();
    incident.state = "new";
  }
  if (what == "start") {
    if (incident.state == "new") incident.person = actor;
    incident.state = "in_progress";
  }
  if (what == "pend") {
    incident.until = action.until;
    incident.state = "pending";
  }
  if (what == "resolve") {
    incident.state = "resolved";
    incident.by_hand = true;
    incident.resolved_at = now;
  }
  if (what == "close") incident.state = "closed";
  if (what == "cancel") incident.state = "cancelled";
  if (what == "reopen") incident.state = incident.person.empty() ? "new" : "assigned";
  if (what == "set") state(incident, action.statement);
}

void DeskModel::state(ModelIncident& incident, const Statement& statement) {
  const auto before = incident.priority;
  const auto pin = [&](const char* what, std::string& value, const std::string& stated) {
    value = stated;
    incident.pinned.insert(what);
  };
  if (statement.impact) pin("impact", incident.impact, std::string(name(*statement.impact)));
  if (statement.urgency) pin("urgency", incident.urgency, std::string(name(*statement.urgency)));
  if (statement.klass) pin("class", incident.klass, *statement.klass);
  if (statement.title) pin("title", incident.title, *statement.title);
  if (statement.runbook) pin("runbook", incident.runbook, *statement.runbook);
  const bool both = !incident.impact.empty() && !incident.urgency.empty();
  if (statement.priority)
    pin("priority", incident.priority, *statement.priority);
  else if ((statement.impact || statement.urgency) && both && !incident.pinned.contains("priority"))
    pin("priority", incident.priority, matrix.at(incident.impact).at(incident.urgency));
  if (incident.priority < before) incident.acked_by.clear();
}

std::string DeskModel::raise(const NewIncident& wanted, Time now) {
  if (wanted.title.empty()) return "bad_request";
  if (!wanted.queue.empty() && !queues.contains(wanted.queue)) return "bad_request";
  auto statement = wanted.statement;
  statement.title = wanted.title;
  if (auto bad = bad_words(statement); !bad.empty()) return bad;
  ModelIncident incident;
  incident.priority = "P4";
  incident.queue = wanted.queue.empty() ? "triage" : wanted.queue;
  incident.opened_at = now;
  state(incident, statement);
  incidents_.push_back(incident);
  return {};
}

IncidentId DeskModel::next(const std::string& queue, const std::string& person) {
  ModelIncident* best = nullptr;
  for (auto& incident : incidents_) {
    if (incident.state != "new" || incident.queue != queue) continue;
    if (best == nullptr ||
        std::tie(incident.priority, incident.opened_at) < std::tie(best->priority, best->opened_at))
      best = &incident;
  }
  if (best == nullptr) return 0;
  best->person = person;
  best->state = "assigned";
  return static_cast<IncidentId>(best - incidents_.data()) + 1;
}

void DeskModel::fire(AlarmId alarm, const ModelVerdict& verdict, Time now) {
  const auto owner = owners_.find(alarm);
  const bool repeats =
      owner != owners_.end() && incidents_[owner->second - 1].firing.contains(alarm);
  if (!repeats) raised(alarm, verdict, now);
  auto& incident = incidents_[owners_.at(alarm) - 1];
  if (incident.state == "closed" || incident.state == "cancelled") return;
  if (incident.pinned.contains("priority") || verdict.priority >= incident.priority) return;
  incident.priority = verdict.priority;
  if (!incident.pinned.contains("impact")) incident.impact = verdict.impact;
  if (!incident.pinned.contains("urgency")) incident.urgency = verdict.urgency;
  incident.acked_by.clear();
}

void DeskModel::raised(AlarmId alarm, const ModelVerdict& verdict, Time now) {
  if (const auto owner = owners_.find(alarm); owner != owners_.end()) {
    auto& incident = incidents_[owner->second - 1];
    const bool resolved = incident.state == "resolved";
    if (open.contains(incident.state) || (resolved && incident.by_hand)) {
      incident.firing.insert(alarm);
      if (resolved) incident.state = incident.person.empty() ? "new" : "assigned";
      return;
    }
  }
  ModelIncident incident;
  std::tie(incident.priority, incident.impact, incident.urgency, incident.queue) =
      std::tie(verdict.priority, verdict.impact, verdict.urgency, verdict.queue);
  incident.title = "Link down on edge-7";
  incident.klass = "network.link";
  incident.runbook = "https://wiki.example/uplink";
  incident.opened_at = now;
  incident.firing.insert(alarm);
  incidents_.push_back(incident);
  owners_[alarm] = incidents_.size();
}

void DeskModel::clear(AlarmId alarm, Time now) {
  auto& incident = incidents_[owners_.at(alarm) - 1];
  incident.firing.erase(alarm);
  if (!incident.firing.empty()) return;
  incident.quiet_since = now;
  if (!open.contains(incident.state)) return;
  const bool worked_on = incident.state == "in_progress" || incident.state == "pending";
  if (worked_on && incident.queue != "servers") return;
  incident.state = "resolved";
  incident.by_hand = false;
  incident.resolved_at = now;
  incident.until = {};
}

Time DeskModel::closes_at(const ModelIncident& incident) {
  return std::max(incident.resolved_at, incident.quiet_since) + close_after;
}

void DeskModel::pass(Time now) {
  for (auto& incident : incidents_) {
    if (incident.state == "pending" && incident.until <= now) {
      incident.state = "in_progress";
      incident.until = {};
    }
    if (incident.state == "resolved" && incident.firing.empty() && closes_at(incident) <= now)
      incident.state = "closed";
  }
}

Time DeskModel::next_deadline() const {
  Time next;
  const auto consider = [&next](Time at) {
    if (!is_known(next) || at < next) next = at;
  };
  for (const auto& incident : incidents_) {
    if (incident.state == "pending") consider(incident.until);
    if (incident.state == "resolved" && incident.firing.empty()) consider(closes_at(incident));
  }
  return next;
}

}  // namespace deskd::desk::test

#include "daemon/api/views/search.h"

#include <algorithm>
#include <span>

#include "daemon/api/views/copy.h"
#include "rules/field.h"

namespace deskd::api {

namespace {

template <class Value, class Wanted>
bool is_among(const Value& value, const std::vector<Wanted>& wanted) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

bool has_labels(const rules::AlarmText& text,
                const std::vector<std::pair<std::string, std::string>>& labels) {
  return std::ranges::all_of(labels, [&](const auto& label) {
    return text.value({rules::Field::label, label.first}) == label.second;
  });
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool head_matches(const IncidentSearch& search, const desk::Incident& head) {
  if (!is_among(head.state, search.states) || !is_among(head.severity, search.severities)) {
    return false;
  }
  if (!is_among(head.queue, search.queues) || !is_among(head.priority, search.priorities)) {
    return false;
  }
  if (!is_among(head.klass, search.classes) || !is_among(head.person, search.people)) return false;
  return !search.acknowledged || *search.acknowledged == rules::is_known(head.acknowledged_at);
}

/// Looks through the alarms of one incident; what it looks at counts.
class AlarmsOf {
 public:
  AlarmsOf(const daemon::Core& core, std::span<const rules::AlarmId> alarms, Scan& scan)
      : core_(core), alarms_(alarms), scan_(scan) {}

  /// `has_resource`: the incident itself has the one that is looked for, or none is.
  bool match(const IncidentSearch& search, bool has_resource) const {
    if (has_resource && search.labels.empty()) return true;
    return any([&](const rules::AlarmText& text) {
      return (has_resource || text.value({rules::Field::resource, {}}) == search.resource) &&
             has_labels(text, search.labels);
    });
  }

  bool have_part(std::string_view part) const {
    return any([&](const rules::AlarmText& text) {
      return contains(text.value({rules::Field::resource, {}}), part);
    });
  }

 private:
  template <class Test>
  bool any(const Test& test) const {
    return std::ranges::any_of(alarms_, [&](rules::AlarmId alarm) {
      const auto text = core_.correlator().find_text(alarm);
      scan_.look(text ? text->bytes().size() : 0);
      return text && test(*text);
    });
  }

  const daemon::Core& core_;
  std::span<const rules::AlarmId> alarms_;
  Scan& scan_;
};

/// Whether the incident is one that is looked for; `alarms` are those that belong to it now.
bool incident_matches(const daemon::Core& core, const IncidentSearch& search,
                      const desk::Incident& head, std::span<const rules::AlarmId> alarms,
                      Scan& scan) {
  if (head.opened_at < search.opened_since) return false;
  if (search.firing && *search.firing != (core.desk().firing(head.id) > 0)) return false;
  const AlarmsOf all(core, alarms, scan);
  const bool has_resource = search.resource.empty() || head.resource == search.resource;
  if (!all.match(search, has_resource)) return false;
  return contains(head.title, search.part) || contains(head.resource, search.part) ||
         all.have_part(search.part);
}

/// Whether nothing behind this incident can match either.
bool is_past_the_last(const IncidentSearch& search, const desk::Incident& head) {
  return search.order.sort == IncidentSort::opened_at && search.order.is_reversed &&
         head.opened_at < search.opened_since;
}

/// The incidents that match, as `copy(core, head, alarms, scan)` gives them.
template <class Item, class Copy>
Page<Item> find(const daemon::Core& core, const IncidentSearch& search, const Copy& copy) {
  Page<Item> page;
  Scan scan;
  desk::Incident room;
  auto looked_at = search.order.after;
  walk(core.desk(), search.order, [&](const Place& place) {
    if (page.items.size() >= search.order.limit || scan.is_over()) {
      page.next = cursor_text(search.order.sort, *looked_at);
      return false;
    }
    looked_at = place;
    scan.look();
    const auto* head = core.desk().look(place.incident, room);
    if (head == nullptr) return true;
    if (is_past_the_last(search, *head)) return false;
    if (!head_matches(search, *head)) return true;
    const auto alarms = core.desk().alarms_of(head->id);
    if (incident_matches(core, search, *head, alarms, scan)) {
      page.items.push_back(copy(core, *head, alarms, scan));
    }
    return true;
  });
  return page;
}

bool alarm_matches(const AlarmSearch& search, const rules::AlarmState& state,
                   const rules::AlarmText& text) {
  if (search.active && *search.active != state.active) return false;
  if (!is_among(state.severity, search.severities)) return false;
  return is_among(text.value({rules::Field::type, {}}), search.types) &&
         is_among(text.value({rules::Field::resource, {}}), search.resources) &&
         has_labels(text, search.labels);
}

bool has_source(const daemon::Core& core, rules::AlarmId alarm,
                const std::vector<std::string>& sources, Scan& scan) {
  if (sources.empty()) return true;
  return core.correlator().has_source(alarm, [&](rules::SourceNumber source) {
    scan.look();
    return is_among(core.source_name(source), sources);
  });
}

}  // namespace

bool contains(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return lower(a) == b; };
  return part.empty() ||
         std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

Page<IncidentView> find_incidents(const daemon::Core& core, const IncidentSearch& search) {
  return find<IncidentView>(core, search, copy_incident);
}

Page<desk::IncidentId> pick_incidents(const daemon::Core& core, const IncidentSearch& search) {
  return find<desk::IncidentId>(core, search,
                                [](const daemon::Core&, const desk::Incident& head,
                                   std::span<const rules::AlarmId>, Scan&) { return head.id; });
}

Page<AlarmView> find_alarms(const daemon::Core& core, const AlarmSearch& search) {
  Page<AlarmView> page;
  Scan scan;
  const auto look = [&](rules::AlarmId id) {
    const auto state = core.correlator().find(id);
    const auto text = core.correlator().find_text(id);
    scan.look(text ? text->bytes().size() : 0);
    if (!state || !alarm_matches(search, *state, *text)) return true;
    if (has_source(core, id, search.sources, scan)) {
      page.items.push_back(copy_alarm(core, id, scan));
    }
    return true;
  };
  const auto is_full = [&] { return page.items.size() >= search.order.limit; };
  page.next = walk(search.order, core.correlator().last_alarm(), scan, is_full, look);
  return page;
}

}  // namespace deskd::api

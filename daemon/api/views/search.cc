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

/// Adds the incidents that match to the page, as `copy(core, head, alarms, scan)` gives them, and
/// moves the search on. Returns whether the page is whole.
template <class Item, class Copy>
bool find(const daemon::Core& core, IncidentSearch& search, Page<Item>& page, Scan& scan,
          const Copy& copy) {
  bool is_whole = true;
  desk::Incident room;
  const IncidentOrder order = search.order;
  auto& looked_at = search.order.after;
  walk(core.desk(), order, [&](const Place& place) {
    if (page.items.size() >= order.limit || scan.is_over()) {
      page.next = cursor_text(order.sort, *looked_at);
      return false;
    }
    is_whole = !scan.is_look_over();
    if (!is_whole) return false;
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
  return is_whole;
}

bool state_matches(const AlarmSearch& search, const rules::AlarmState& state) {
  if (search.active && *search.active != state.active) return false;
  return is_among(state.severity, search.severities);
}

bool text_matches(const AlarmSearch& search, const rules::AlarmText& text) {
  return is_among(text.value({rules::Field::type, {}}), search.types) &&
         is_among(text.value({rules::Field::resource, {}}), search.resources) &&
         has_labels(text, search.labels);
}

/// What alarms must have that can match.
rules::WantedMarks marks_of(const AlarmSearch& search) {
  rules::WantedMarks wanted;
  const auto want_one = [&](rules::Field field, const std::vector<std::string>& values) {
    if (values.empty()) return;
    auto& marks = wanted.emplace_back();
    for (const auto& value : values) marks.push_back(rules::label_mark(field, {}, value));
  };
  want_one(rules::Field::type, search.types);
  want_one(rules::Field::resource, search.resources);
  for (const auto& [name, value] : search.labels) {
    // One that is missing counts as empty, and leaves no mark.
    if (!value.empty()) wanted.push_back({rules::label_mark(rules::Field::label, name, value)});
  }
  return wanted;
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

bool IncidentsFound::look(const daemon::Core& core) {
  scan_.begin_look();
  return find(core, search_, page_, scan_, copy_incident);
}

Page<desk::IncidentId> pick_incidents(const daemon::Core& core, IncidentSearch search) {
  Page<desk::IncidentId> page;
  Scan scan;
  find(core, search, page, scan,
       [](const daemon::Core&, const desk::Incident& head, std::span<const rules::AlarmId>, Scan&) {
         return head.id;
       });
  return page;
}

AlarmsFound::AlarmsFound(AlarmSearch search)
    : search_(std::move(search)), marks_(marks_of(search_)) {}

bool AlarmsFound::look(const daemon::Core& core) {
  scan_.begin_look();
  const auto& correlator = core.correlator();
  auto& [oldest_first, looked_at, limit] = search_.order;
  for (;;) {
    const auto id = oldest_first     ? looked_at + 1
                    : looked_at == 0 ? correlator.last_alarm()
                                     : looked_at - 1;
    if (id < 1 || id > correlator.last_alarm()) return true;
    if (page_.items.size() >= limit || scan_.is_over()) {
      page_.next = std::to_string(looked_at);
      return true;
    }
    if (scan_.is_look_over()) return false;
    const auto next = correlator.next_alarm(id, !oldest_first, marks_);
    looked_at = next.alarm;
    scan_.look_at(next.texts_read);
    if (next.may_match) {
      look_at(core, next.alarm);
    } else {
      scan_.look();
    }
  }
}

void AlarmsFound::look_at(const daemon::Core& core, rules::AlarmId alarm) {
  const auto state = core.correlator().find(alarm);
  if (!state || !state_matches(search_, *state)) return scan_.look();
  const auto text = *core.correlator().find_text(alarm);
  scan_.look(text.bytes().size());
  if (text_matches(search_, text) && has_source(core, alarm, search_.sources, scan_)) {
    page_.items.push_back(copy_alarm(core, alarm, scan_));
  }
}

}  // namespace deskd::api

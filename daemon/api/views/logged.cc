#include "daemon/api/views/logged.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <limits>

#include <fmt/format.h>

#include "connectors/raw_message.h"
#include "daemon/explanation/json_values.h"
#include "daemon/ledger/alert_log.h"

namespace deskd::api {

namespace {

constexpr std::uint64_t no_end = std::numeric_limits<std::uint64_t>::max();

std::vector<std::pair<std::string, std::string>> copy(const std::vector<rules::Label>& labels) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.reserve(labels.size());
  for (const auto& label : labels) pairs.emplace_back(label.name, label.value);
  return pairs;
}

StatedView copy(const rules::Stated& stated) {
  StatedView view{daemon::decision_name(stated.decision, stated.name), std::string(stated.value),
                  stated.rule};
  return view;
}

AlertView copy(const ledger::LoggedAlert& logged, const LogPlace& place) {
  const rules::Alert& alert = logged.alert;
  AlertView view;
  view.record = place.record;
  view.index = place.index;
  view.source = alert.source;
  view.sender = alert.sender;
  view.key = alert.key;
  view.type = alert.type;
  view.resource = alert.resource;
  view.qualifier = alert.qualifier;
  view.summary = alert.summary;
  view.status = alert.status;
  view.severity = alert.severity;
  view.labels = copy(logged.labels);
  view.annotations = copy(logged.annotations);
  view.received_at = alert.received_at;
  view.event_at = alert.event_at;
  view.starts_at = alert.starts_at;
  view.ends_at = alert.ends_at;
  view.setup = logged.setup;
  for (const auto& stated : logged.stated) view.stated.push_back(copy(stated));
  view.outcome = logged.outcome;
  view.alarm = logged.alarm;
  return view;
}

bool is_among(std::string_view value, const std::vector<std::string>& wanted) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

bool matches(const AlertSearch& search, const ledger::LoggedAlert& logged) {
  return is_among(logged.alert.source, search.sources) &&
         is_among(logged.alert.sender, search.senders) &&
         is_among(name(logged.outcome), search.outcomes);
}

/// The messages of one record, asked for in the order of its alerts.
class RawMessages {
 public:
  explicit RawMessages(const daemon::RecentRecord& record) : bodies_(record.bodies.get()) {}

  std::string of(std::uint64_t alert) {
    if (bodies_ == nullptr) return {};
    while (body_ < bodies_->size() && alert - before_ >= (*bodies_)[body_].alerts) {
      before_ += (*bodies_)[body_++].alerts;
    }
    if (body_ == bodies_->size()) return {};
    const daemon::RecentBody& body = (*bodies_)[body_];
    const std::uint64_t at = alert - before_;
    if (body.received == nullptr || at >= body.elements.size()) return {};
    return connectors::shown_raw(connectors::raw_value(*body.received, body.elements[at].offset));
  }

 private:
  const std::vector<daemon::RecentBody>* bodies_;
  std::size_t body_ = 0;
  std::uint64_t before_ = 0;  // alerts of the bodies before that one
};

/// The last `room` matching alerts of a record before `end`, oldest first; `looked_at` grows by all
/// that were read.
std::deque<AlertView> read_record(const daemon::RecentRecord& record, const AlertSearch& search,
                                  std::uint64_t end, std::size_t room, std::size_t& looked_at) {
  std::deque<AlertView> found;
  std::uint64_t index = 0;
  (void)ledger::read_alerts(*record.alerts, [&](const ledger::LoggedAlert& logged) {
    if (index >= end) return false;
    ++looked_at;
    if (matches(search, logged)) {
      found.push_back(copy(logged, {record.number, index}));
      if (found.size() > room) found.pop_front();
    }
    ++index;
    return true;
  });
  RawMessages messages(record);
  for (AlertView& view : found) {
    if (search.with_raw) view.raw = messages.of(view.index);
  }
  return found;
}

/// Part of the log, the newest first.
struct LogPage {
  std::vector<AlertView> alerts;
  std::optional<LogPlace> next;  // nothing: it ends here
  rules::Time read_back_to;      // what follows was not received later than this
};

LogPage read_log(const LogRecords& records, const AlertSearch& search) {
  LogPage page;
  std::size_t looked_at = 0;
  for (const auto& record : records.records) {
    if (page.alerts.size() >= search.limit) break;
    page.read_back_to = record.at;
    if (looked_at >= limits::scan_max) {
      page.next = LogPlace{record.number, no_end};
      return page;
    }
    const bool is_first = search.before && search.before->log.record == record.number;
    const std::uint64_t end = is_first ? search.before->log.index : no_end;
    auto found = read_record(record, search, end, search.limit - page.alerts.size(), looked_at);
    std::ranges::reverse(found);
    std::ranges::move(found, std::back_inserter(page.alerts));
  }
  if (page.alerts.size() >= search.limit) {
    page.next = LogPlace{page.alerts.back().record, page.alerts.back().index};
  } else if (records.has_older) {
    page.next = LogPlace{records.records.back().number, 0};
  }
  return page;
}

/// Whether the log can hold what is searched: what was turned away stands elsewhere.
bool is_in_log(const AlertSearch& search) {
  return search.outcomes.empty() ||
         std::ranges::any_of(search.outcomes, [](const std::string& outcome) {
           return outcome != name(rules::Outcome::malformed) &&
                  outcome != name(rules::Outcome::refused);
         });
}

bool matches(const AlertSearch& search, const connectors::TurnedAway& entry) {
  return (!search.before || entry.number < search.before->turned_away) &&
         is_among(entry.source, search.sources) && is_among(entry.sender, search.senders) &&
         is_among(name(entry.outcome), search.outcomes);
}

/// Puts the two lists together.
class Merge {
 public:
  Merge(const LogRecords& records, const TurnedAway& turned_away, const AlertSearch& search)
      : search_(search), log_(read_log(records, search)) {
    for (const auto& entry : turned_away) {
      if (matches(search, *entry)) turned_away_.push_back(entry);
    }
    if (search.before) {
      place_ = *search.before;
    } else {
      if (!records.records.empty()) place_.log = {records.records.front().number, no_end};
      if (!turned_away.empty()) place_.turned_away = turned_away.front()->number + 1;
    }
  }

  Page<AlertView> run() {
    Page<AlertView> page;
    while (page.items.size() < search_.limit) {
      if (takes_alert()) {
        place_.log = {log_.alerts[alert_].record, log_.alerts[alert_].index};
        page.items.push_back(std::move(log_.alerts[alert_++]));
      } else if (takes_turned_away()) {
        place_.turned_away = turned_away_[entry_]->number;
        page.items.push_back(view_of(turned_away_[entry_++]));
      } else {
        break;
      }
    }
    const bool has_all_alerts = alert_ == log_.alerts.size();
    if (has_all_alerts) place_.log = log_.next.value_or(LogPlace{});
    if (!has_all_alerts || log_.next || entry_ < turned_away_.size()) {
      page.next = fmt::format("{}-{}-{}", place_.log.record, place_.log.index, place_.turned_away);
    }
    return page;
  }

 private:
  static AlertView view_of(const connectors::TurnedAwayLog::Entry& entry) {
    AlertView view;
    view.source = entry->source;
    view.sender = entry->sender;
    view.received_at = entry->at;
    view.outcome = entry->outcome;
    view.raw = entry->raw;
    view.turned_away = entry;
    return view;
  }

  bool takes_alert() const {
    return alert_ < log_.alerts.size() &&
           (entry_ == turned_away_.size() ||
            log_.alerts[alert_].received_at >= turned_away_[entry_]->at);
  }

  bool takes_turned_away() const {
    if (entry_ == turned_away_.size()) return false;
    // Behind the alerts that were read there may be more that came before it.
    return alert_ < log_.alerts.size() || !log_.next ||
           turned_away_[entry_]->at >= log_.read_back_to;
  }

  const AlertSearch& search_;
  LogPage log_;
  TurnedAway turned_away_;
  CameInPlace place_;
  std::size_t alert_ = 0;
  std::size_t entry_ = 0;
};

/// A number and the dash behind it, if one is wanted, off the beginning of `text`.
std::optional<std::uint64_t> take_number(std::string_view& text, bool with_dash) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || (read.ptr == end) == with_dash) return std::nullopt;
  if (with_dash && *read.ptr != '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()) + (with_dash ? 1 : 0));
  return number;
}

}  // namespace

std::optional<CameInPlace> parse_place(std::string_view text) {
  const auto record = take_number(text, true);
  const auto index = record ? take_number(text, true) : std::nullopt;
  const auto number = index ? take_number(text, false) : std::nullopt;
  if (!number) return std::nullopt;
  return CameInPlace{{*record, *index}, *number};
}

LogRecords pick_records(const daemon::Core& core, const AlertSearch& search) {
  LogRecords picked;
  if (!is_in_log(search)) return picked;
  const auto& recent = core.recent();
  auto record = recent.rbegin();
  if (search.before) {
    const auto newer = std::ranges::upper_bound(recent, search.before->log.record, {},
                                                &daemon::RecentRecord::number);
    record = std::make_reverse_iterator(newer);
  }
  for (; record != recent.rend(); ++record) {
    if (picked.records.size() == limits::page_max) {
      picked.has_older = true;
      break;
    }
    picked.records.push_back(*record);
  }
  return picked;
}

Page<AlertView> find_alerts(const LogRecords& records, const TurnedAway& turned_away,
                            const AlertSearch& search) {
  return Merge(records, turned_away, search).run();
}

std::vector<RuleKey> rules_of(const std::vector<AlertView>& alerts) {
  std::vector<RuleKey> rules;
  for (const auto& alert : alerts) {
    for (const auto& stated : alert.stated) {
      if (stated.rule != rules::no_rule) rules.emplace_back(alert.setup, stated.rule);
    }
  }
  std::ranges::sort(rules);
  const auto doubles = std::ranges::unique(rules);
  rules.erase(doubles.begin(), doubles.end());
  return rules;
}

RuleNames names_of(const daemon::Core& core, const std::vector<RuleKey>& rules) {
  RuleNames names;
  for (const auto& key : rules) {
    if (const auto* rule = core.rule_name(key.first, key.second)) names.emplace(key, *rule);
  }
  return names;
}

}  // namespace deskd::api

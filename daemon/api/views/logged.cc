#include "daemon/api/views/logged.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <limits>

#include <fmt/format.h>

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
  StatedView view{std::string(name(stated.decision)), std::string(stated.value), stated.rule};
  if (!stated.name.empty()) view.decision += fmt::format(".{}", stated.name);
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
  return found;
}

std::string place_text(std::uint64_t record, std::uint64_t index) {
  return fmt::format("{}-{}", record, index);
}

}  // namespace

std::optional<LogPlace> parse_place(std::string_view text) {
  LogPlace place;
  const char* const end = text.data() + text.size();
  const auto record = std::from_chars(text.data(), end, place.record);
  if (record.ec != std::errc{} || record.ptr == end || *record.ptr != '-') return std::nullopt;
  const auto index = std::from_chars(record.ptr + 1, end, place.index);
  if (index.ec != std::errc{} || index.ptr != end) return std::nullopt;
  return place;
}

LogRecords pick_records(const daemon::Core& core, const AlertSearch& search) {
  LogRecords picked;
  const auto& recent = core.recent();
  auto record = recent.rbegin();
  if (search.before) {
    const auto newer =
        std::ranges::upper_bound(recent, search.before->record, {}, &daemon::RecentRecord::number);
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

Page<AlertView> find_alerts(const LogRecords& records, const AlertSearch& search) {
  Page<AlertView> page;
  std::size_t looked_at = 0;
  for (const auto& record : records.records) {
    if (page.items.size() >= search.limit) break;
    if (looked_at >= limits::scan_max) {
      page.next = place_text(record.number, no_end);
      return page;
    }
    const bool is_first = search.before && search.before->record == record.number;
    const std::uint64_t end = is_first ? search.before->index : no_end;
    auto found = read_record(record, search, end, search.limit - page.items.size(), looked_at);
    std::ranges::reverse(found);
    std::ranges::move(found, std::back_inserter(page.items));
  }
  if (page.items.size() >= search.limit) {
    page.next = place_text(page.items.back().record, page.items.back().index);
  } else if (records.has_older) {
    page.next = place_text(records.records.back().number, 0);
  }
  return page;
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

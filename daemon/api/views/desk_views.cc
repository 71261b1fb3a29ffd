#include "daemon/api/views/desk_views.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace deskd::api {

namespace {

std::string_view kind_name(connectors::SourceKind kind) {
  return connectors::source_kind_names[static_cast<std::size_t>(kind)];
}

/// Where `range` ends in a list of `size`; `page` learns where to go on.
template <class Item>
std::uint64_t end_of(const PlaceRange& range, std::uint64_t size, Page<Item>& page) {
  if (range.first >= size) return size;
  const std::uint64_t end = std::min<std::uint64_t>(size, range.first + range.limit);
  if (end < size) page.next = std::to_string(end);
  return end;
}

}  // namespace

Page<QueueView> copy_queues(const daemon::Core& core, const PlaceRange& range) {
  Page<QueueView> page;
  const auto& plan = core.setup().plan;
  const auto backlogs = core.desk().backlog();
  const auto end = end_of(range, plan.queues.size(), page);
  for (auto i = range.first; i < end; ++i) {
    QueueView view{.queue = plan.queues[i], .oldest_at = backlogs[i].oldest_at};
    for (const auto& level : plan.priorities.levels) {
      const auto& open = backlogs[i].open.at(level);  // every level of the plan has its line
      view.backlog.emplace_back(level, std::accumulate(open.begin(), open.end(), std::uint64_t{0}));
      std::ranges::transform(view.states, open, view.states.begin(), std::plus{});
    }
    for (const auto& [priority, count] : backlogs[i].unacked) view.unacknowledged += count;
    page.items.push_back(std::move(view));
  }
  return page;
}

Page<RuleView> copy_rules(const daemon::Core& core, const PlaceRange& range) {
  Page<RuleView> page;
  const auto& names = core.setup().judging.rules->names();
  const auto end = end_of(range, names.size(), page);
  for (auto i = range.first; i < end; ++i) {
    const auto rule = static_cast<rules::RuleNumber>(i);
    page.items.push_back({names[i], core.rule_hits(rule), core.rule_unstated(rule)});
  }
  return page;
}

std::vector<SourceSetup> copy_sources(const daemon::Core& core) {
  std::vector<SourceSetup> sources;
  for (const auto& source : core.setup().judging.sources) {
    sources.push_back({source.name, std::string(kind_name(source.kind)), source.format});
  }
  return sources;
}

Page<SourceView> join_sources(const std::vector<SourceSetup>& configured,
                              const std::vector<connectors::SourceBooks>& books,
                              const std::vector<connectors::Inbox::LaneFill>& lanes,
                              const PlaceRange& range) {
  std::vector<SourceSetup> all = configured;
  for (const auto& book : books) {
    if (std::ranges::find(configured, book.source, &SourceSetup::name) == configured.end()) {
      all.push_back({book.source, {}, {}});
    }
  }
  Page<SourceView> page;
  const auto end = end_of(range, all.size(), page);
  for (auto i = range.first; i < end; ++i) {
    SourceView view{all[i].name, all[i].kind, all[i].format, {}, {}};
    const auto book = std::ranges::find(books, view.name, &connectors::SourceBooks::source);
    if (book != books.end()) view.books = *book;
    const auto lane = std::ranges::find(lanes, view.name, &connectors::Inbox::LaneFill::source);
    if (lane != lanes.end()) view.lane = *lane;
    page.items.push_back(std::move(view));
  }
  return page;
}

}  // namespace deskd::api

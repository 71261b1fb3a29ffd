#include "daemon/api/views/desk_views.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace deskd::api {

namespace {

/// Where `range` ends in a list of `size`; `page` learns where to go on.
template <class Item>
std::uint64_t end_of(const PlaceRange& range, std::uint64_t size, Page<Item>& page) {
  if (range.first >= size) return size;
  const std::uint64_t end = std::min<std::uint64_t>(size, range.first + range.limit);
  if (end < size) page.next = std::to_string(end);
  return end;
}

template <class Item>
const Item* named(const std::vector<Item>& items, std::string Item::* member,
                  const std::string& name) {
  const auto found = std::ranges::find(items, name, member);
  return found == items.end() ? nullptr : &*found;
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
    sources.push_back({source.name, source.format, source.kind});
  }
  return sources;
}

Page<SourceView> join_sources(const std::vector<SourceSetup>& configured, const SourceNews& news,
                              const PlaceRange& range) {
  std::vector<SourceSetup> sources = configured;
  for (const auto& book : news.books) {
    if (named(configured, &SourceSetup::name, book.source) == nullptr) {
      sources.push_back({book.source, {}, {}});
    }
  }
  Page<SourceView> page;
  const auto end = end_of(range, sources.size(), page);
  for (auto i = range.first; i < end; ++i) {
    SourceView view{.name = sources[i].name, .format = sources[i].format, .kind = sources[i].kind};
    if (const auto* books = named(news.books, &connectors::SourceBooks::source, view.name)) {
      view.books = *books;
    }
    if (const auto* lane = named(news.lanes, &connectors::Inbox::LaneFill::source, view.name)) {
      view.lane = *lane;
    }
    if (const auto* own = named(news.running, &daemon::RunningSourceView::source, view.name)) {
      view.running = *own;
    }
    page.items.push_back(std::move(view));
  }
  return page;
}

}  // namespace deskd::api

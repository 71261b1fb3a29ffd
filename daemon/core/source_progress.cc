#include "daemon/core/source_progress.h"

#include <algorithm>

#include "config/check.h"
#include "config/limits.h"

namespace deskd::daemon {

namespace {

bool has_aged(rules::Time said_at, rules::Time now) {
  return now - said_at > limits::live_word_holds;
}

}  // namespace

void SourceProgress::read_up_to(rules::SourceNumber source,
                                const connectors::KafkaPosition& position) {
  DESKD_CHECK(position.partition >= 0 && position.next >= 0);
  const auto next = static_cast<std::uint64_t>(position.next);
  auto& partitions = sources_[source].partitions;
  const Partition partition{position.topic, static_cast<std::uint32_t>(position.partition)};
  const auto [found, is_new] = partitions.try_emplace(partition);
  Read& read = found->second;
  const bool is_stale = next < read.next && !position.restarted;
  if (is_stale || (next == read.next && !is_new)) return;
  read = {next, true};
}

bool SourceProgress::move(rules::SourceNumber source, const SourceTime& said, rules::Time now) {
  const bool is_live = !rules::is_known(said.watermark);
  if (is_live && !sources_.contains(source)) return false;
  Source& its = sources_[source];
  its.live_at = said.said_at;
  const rules::Time moved =
      is_live && has_aged(said.said_at, now) ? said.said_at : std::min(said.watermark, now);
  if (its.watermark == moved) return false;
  const bool goes_on = moved > its.watermark || !rules::is_known(moved);
  const bool had_stalled = its.stalled && goes_on;
  if (goes_on) {
    its.moved_at = now;
    its.stalled = false;
  }
  its.watermark = moved;
  its.changed = true;
  set_time(source, its);
  return had_stalled;
}

void SourceProgress::fall_behind(rules::SourceNumber source, rules::Time now) {
  Source& its = sources_.at(source);
  const bool is_live = !rules::is_known(its.watermark) && rules::is_known(its.live_at);
  if (!is_live || !has_aged(its.live_at, now)) return;
  its.watermark = its.live_at;
  its.moved_at = now;
  its.changed = true;
  set_time(source, its);
}

void SourceProgress::listen_again(rules::Time now) {
  for (auto& [source, its] : sources_) its.moved_at = now;
}

std::vector<rules::SourceNumber> SourceProgress::stall(rules::Time now, rules::Duration stall_max) {
  std::vector<rules::SourceNumber> stalled;
  for (auto& [source, its] : sources_) {
    if (!its.may_stall() || now - its.moved_at < stall_max) continue;
    its.stalled = its.changed = true;
    set_time(source, its);
    stalled.push_back(source);
  }
  return stalled;
}

void SourceProgress::set_time(rules::SourceNumber source, const Source& its) {
  if (source >= times_.size()) times_.resize(source + 1);
  times_[source] = its.stalled ? rules::Time{} : its.watermark;
}

SourcePositions SourceProgress::of(rules::SourceNumber source) const {
  SourcePositions positions;
  const auto found = sources_.find(source);
  if (found == sources_.end()) return positions;
  positions.watermark = found->second.watermark;
  for (const auto& [partition, read] : found->second.partitions) {
    positions.partitions.push_back({.topic = partition.first,
                                    .partition = static_cast<std::int32_t>(partition.second),
                                    .next = static_cast<std::int64_t>(read.next)});
  }
  return positions;
}

std::vector<rules::SourceNumber> SourceProgress::all() const {
  std::vector<rules::SourceNumber> all;
  for (const auto& [source, its] : sources_) all.push_back(source);
  return all;
}

std::vector<rules::SourceNumber> SourceProgress::behind() const {
  std::vector<rules::SourceNumber> behind;
  for (const auto& [source, its] : sources_) {
    if (rules::is_known(its.watermark)) behind.push_back(source);
  }
  return behind;
}

rules::Time SourceProgress::watermark(rules::SourceNumber source) const {
  const auto found = sources_.find(source);
  return found == sources_.end() ? rules::Time{} : found->second.watermark;
}

bool SourceProgress::is_stalled(rules::SourceNumber source) const {
  const auto found = sources_.find(source);
  return found != sources_.end() && found->second.stalled;
}

rules::Time SourceProgress::next_stall(rules::Duration stall_max) const {
  rules::Time next;
  for (const auto& [source, its] : sources_) {
    if (!its.may_stall()) continue;
    const rules::Time at = its.moved_at + stall_max;
    if (!rules::is_known(next) || at < next) next = at;
  }
  return next;
}

void SourceProgress::write_changes(ledger::StateWriter& states) {
  for (auto& [source, its] : sources_) {
    for (auto& [partition, read] : its.partitions) {
      if (!read.changed) continue;
      read.changed = false;
      states.put(ledger::SourcePosition{source, partition.first, partition.second, read.next});
    }
    if (!its.changed) continue;
    its.changed = false;
    states.put(ledger::SourceWatermark{source, its.watermark, its.stalled});
  }
}

void SourceProgress::restore(const ledger::SourcePosition& position) {
  sources_[position.source].partitions[{position.topic, position.partition}] = {position.next,
                                                                                false};
}

void SourceProgress::restore(const ledger::SourceWatermark& watermark) {
  Source& its = sources_[watermark.source];
  its.watermark = watermark.at;
  its.stalled = watermark.stalled;
}

void SourceProgress::restored(rules::Time stopped_at, rules::Time now) {
  for (auto& [source, its] : sources_) {
    if (!rules::is_known(its.watermark)) its.watermark = stopped_at;
    its.moved_at = now;
    set_time(source, its);
  }
}

}  // namespace deskd::daemon

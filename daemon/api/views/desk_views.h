#pragma once
// What lists show of queues, rules and sources.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/api/views/views.h"

namespace deskd::api {

/// Part of a list that goes by places, counted from 0.
struct PlaceRange {
  std::uint64_t first = 0;
  std::size_t limit = limits::page_default;
};

// Core thread only.
Page<QueueView> copy_queues(const daemon::Core& core, const PlaceRange& range);
Page<RuleView> copy_rules(const daemon::Core& core, const PlaceRange& range);

/// A source as configured.
struct SourceSetup {
  std::string name, format;
  std::optional<connectors::SourceKind> kind;
};
std::vector<SourceSetup> copy_sources(const daemon::Core& core);

/// What is known of sources without asking the core.
struct SourceNews {
  std::vector<connectors::SourceBooks> books;
  std::vector<connectors::Inbox::LaneFill> lanes;
  std::vector<daemon::RunningSourceView> running;
};

/// Any thread: the configured sources in the setup's order, then those that only the books know.
Page<SourceView> join_sources(const std::vector<SourceSetup>& configured, const SourceNews& news,
                              const PlaceRange& range);

}  // namespace deskd::api

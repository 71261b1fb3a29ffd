#include "connectors/judging.h"

#include <algorithm>

namespace deskd::connectors {

bool Judging::clamp(rules::Verdict& verdict, rules::Time received_at) const {
  rules::Time& event_at = verdict.alert.event_at;
  if (event_at <= received_at + max_skew) return false;
  event_at = received_at + max_skew;
  return true;
}

const Source* Judging::find(std::string_view source) const {
  const auto found = std::ranges::find(sources, source, &Source::name);
  return found == sources.end() ? nullptr : &*found;
}

const Source* Judging::alertmanager_api() const {
  const auto found = std::ranges::find(sources, SourceKind::alertmanager_api, &Source::kind);
  return found == sources.end() ? nullptr : &*found;
}

}  // namespace deskd::connectors

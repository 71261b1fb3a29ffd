#include "connectors/snmp/receiver/drop_counts.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/encoding.h"
#include "config/limits.h"
#include "connectors/snmp/display_hint.h"

namespace deskd::connectors {

void RefusalList::add(std::string_view sender, std::string_view user, std::string_view engine_id,
                      const Refusal& refusal, rules::Time at) {
  RefusalSeen made{.sender = std::string(sender),
                   .user = config::printable(user),
                   .reason = std::string(name(refusal.reason)),
                   .detail = refusal.detail,
                   .count = 1,
                   .at = at};
  if (!engine_id.empty()) made.detail += fmt::format(" (engine {})", engine_text(engine_id));
  const auto same = std::ranges::find_if(seen_, [&](const RefusalSeen& seen) {
    return seen.sender == made.sender && seen.user == made.user && seen.detail == made.detail;
  });
  if (same != seen_.end()) {
    ++same->count;
  } else if (seen_.size() < limits::refusals_at_once) {
    seen_.push_back(std::move(made));
  }
}

void RefusalList::show(Accounts& accounts, std::string_view source) {
  for (RefusalSeen& seen : seen_) accounts.refused(source, std::move(seen), false);
  seen_.clear();
}

std::string engine_text(std::string_view engine_id) {
  std::string text;
  append_hex(engine_id, text);
  return text;
}

}  // namespace deskd::connectors

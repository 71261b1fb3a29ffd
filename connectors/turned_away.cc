#include "connectors/turned_away.h"

#include <fmt/format.h>

#include <utility>

#include "config/limits.h"
#include "connectors/batch.h"
#include "connectors/raw_message.h"

namespace deskd::connectors {
namespace {

std::size_t weight(const TurnedAway& entry) {
  return sizeof(TurnedAway) + entry.source.size() + entry.sender.size() + entry.pointer.size() +
         entry.detail.size() + entry.raw.size();
}

}  // namespace

void TurnedAwayLog::add(std::vector<TurnedAway> entries) {
  std::vector<Kept> gone;  // freed outside the lock
  const std::lock_guard lock(mutex_);
  for (TurnedAway& entry : entries) {
    entry.number = ++last_;
    const std::size_t bytes = weight(entry);
    kept_.push_back({std::make_shared<const TurnedAway>(std::move(entry)), bytes});
    bytes_ += bytes;
  }
  while (kept_.size() > limits::turned_away_max || bytes_ > limits::turned_away_bytes_max) {
    bytes_ -= kept_.front().bytes;
    gone.push_back(std::move(kept_.front()));
    kept_.pop_front();
  }
}

void TurnedAwayLog::add_refused(Batch& batch, std::string_view why) {
  TurnedAway entry{.at = batch.received_at,
                   .source = batch.source,
                   .sender = batch.peer,
                   .outcome = rules::Outcome::refused,
                   .alerts = batch.alerts.size(),
                   .pointer = {},
                   .detail = {},
                   .raw = shown_raw(batch.received())};
  if (!batch.alerts.empty() && !batch.alerts.front().sender.empty()) {
    entry.sender = batch.alerts.front().sender;
  }
  entry.detail = fmt::format("{} ({} alert{})", why, entry.alerts, entry.alerts == 1 ? "" : "s");
  std::vector<TurnedAway> entries;
  entries.push_back(std::move(entry));
  add(std::move(entries));
}

std::vector<TurnedAwayLog::Entry> TurnedAwayLog::read() const {
  std::vector<Entry> entries;
  const std::lock_guard lock(mutex_);
  entries.reserve(kept_.size());
  for (auto kept = kept_.rbegin(); kept != kept_.rend(); ++kept) entries.push_back(kept->entry);
  return entries;
}

}  // namespace deskd::connectors

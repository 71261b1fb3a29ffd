#include "daemon/repeat_marks.h"

#include <utility>

#include "config/limits.h"

namespace deskd::daemon {

const ledger::RepeatAnswer* RepeatMarks::find(std::string_view key) const {
  const auto found = by_key_.find(std::string(key));
  return found == by_key_.end() ? nullptr : &found->second;
}

void RepeatMarks::remember(ledger::RepeatAnswer answer) {
  by_age_.push_back({answer.at, answer.key});
  std::string key = answer.key;
  by_key_.insert_or_assign(std::move(key), std::move(answer));
  while (by_key_.size() > limits::repeat_marks_max) {
    drop_oldest();
    ++forgotten_early_;
  }
}

void RepeatMarks::expire(rules::Time now, rules::Duration window) {
  while (!by_age_.empty() && by_age_.front().at + window <= now) drop_oldest();
}

void RepeatMarks::drop_oldest() {
  const Age& oldest = by_age_.front();
  const auto found = by_key_.find(oldest.key);
  if (found != by_key_.end() && found->second.at == oldest.at) by_key_.erase(found);
  by_age_.pop_front();
}

}  // namespace deskd::daemon

#include "daemon/core/repeat_marks.h"

#include <utility>

#include "config/limits.h"

namespace deskd::daemon {

namespace {

std::size_t size_of(const ledger::RepeatAnswer& answer) {
  return answer.key.size() + answer.answer.size();
}

}  // namespace

const ledger::RepeatAnswer* RepeatMarks::find(std::string_view key) const {
  const auto found = by_key_.find(std::string(key));
  return found == by_key_.end() ? nullptr : &found->second;
}

void RepeatMarks::remember(ledger::RepeatAnswer answer) {
  by_age_.push_back({answer.at, answer.key});
  bytes_ += size_of(answer);
  if (const auto former = by_key_.find(answer.key); former != by_key_.end())
    bytes_ -= size_of(former->second);
  std::string key = answer.key;
  by_key_.insert_or_assign(std::move(key), std::move(answer));
  while (by_key_.size() > limits::repeat_marks_max || bytes_ > limits::repeat_marks_bytes_max) {
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
  if (found != by_key_.end() && found->second.at == oldest.at) {
    bytes_ -= size_of(found->second);
    by_key_.erase(found);
  }
  by_age_.pop_front();
}

}  // namespace deskd::daemon

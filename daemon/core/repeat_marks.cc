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
  return found == by_key_.end() ? nullptr : &found->second.answer;
}

void RepeatMarks::remember(ledger::RepeatAnswer answer) {
  by_age_.push_back({answer.at, answer.key, ++numbers_});
  bytes_ += size_of(answer);
  std::string key = answer.key;
  Mark& mark = by_key_[std::move(key)];
  bytes_ -= size_of(mark.answer);
  mark = {std::move(answer), numbers_};
  while (by_key_.size() > limits::repeat_marks_max || bytes_ > limits::repeat_marks_bytes_max) {
    if (drop_oldest()) ++forgotten_early_;
  }
  drop_overwritten();
}

void RepeatMarks::expire(rules::Time now, rules::Duration window) {
  while (!by_age_.empty() && by_age_.front().at + window <= now) drop_oldest();
}

bool RepeatMarks::is_overwritten(const Age& age) const {
  const auto found = by_key_.find(age.key);
  return found == by_key_.end() || found->second.number != age.number;
}

// While the ledger is read nothing expires, and a key may come as often as there are records.
void RepeatMarks::drop_overwritten() {
  constexpr std::size_t worth_it = 1'024;
  if (by_age_.size() < 2 * by_key_.size() + worth_it) return;
  std::erase_if(by_age_, [this](const Age& age) { return is_overwritten(age); });
}

bool RepeatMarks::drop_oldest() {
  const Age& oldest = by_age_.front();
  const bool counts = !is_overwritten(oldest);
  if (counts) {
    const auto found = by_key_.find(oldest.key);
    bytes_ -= size_of(found->second.answer);
    by_key_.erase(found);
  }
  by_age_.pop_front();
  return counts;
}

}  // namespace deskd::daemon

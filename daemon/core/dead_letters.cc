#include "daemon/core/dead_letters.h"

#include <algorithm>
#include <string>
#include <utility>

#include "config/limits.h"

namespace deskd::daemon {

namespace {

std::size_t size_of(const ledger::DeadLetter& letter) {
  return sizeof(letter) + letter.topic.size() + letter.reason.size() + letter.key.size() +
         letter.value.size();
}

void cut(std::string& text, std::size_t bytes) {
  if (text.size() > bytes) text.resize(bytes);
}

}  // namespace

std::uint64_t DeadLetters::add(ledger::DeadLetter letter) {
  cut(letter.topic, limits::dead_letter_text_bytes);
  cut(letter.reason, limits::dead_letter_text_bytes);
  cut(letter.key, limits::dead_letter_text_bytes);
  cut(letter.value, limits::dead_letter_bytes_max);
  letter.id = last_ + 1;
  added_.push_back(letter.id);
  restore(std::move(letter));
  while (letters_.size() > limits::dead_letters_max || bytes_ > limits::dead_letters_bytes_max) {
    gone_.push_back(letters_.begin()->first);
    erase(letters_.begin());
    ++crowded_out_;
  }
  return last_;
}

bool DeadLetters::drop(std::uint64_t letter) {
  const auto found = letters_.find(letter);
  if (found == letters_.end()) return false;
  gone_.push_back(letter);
  erase(found);
  return true;
}

const ledger::DeadLetter* DeadLetters::find(std::uint64_t letter) const {
  const auto found = letters_.find(letter);
  return found == letters_.end() ? nullptr : &found->second;
}

// One that came and went since the last time is written as gone, so that its id is not given again.
void DeadLetters::write_changes(ledger::StateWriter& states) {
  for (const auto letter : std::exchange(added_, {})) {
    if (const auto* added = find(letter)) states.put(*added);
  }
  for (const auto letter : std::exchange(gone_, {})) states.put_letter_gone(letter);
}

void DeadLetters::restore(ledger::DeadLetter letter) {
  last_ = std::max(last_, letter.id);
  bytes_ += size_of(letter);
  letters_.insert_or_assign(letter.id, std::move(letter));
}

void DeadLetters::restore_gone(std::uint64_t letter) {
  last_ = std::max(last_, letter);
  if (const auto found = letters_.find(letter); found != letters_.end()) erase(found);
}

void DeadLetters::erase(std::map<std::uint64_t, ledger::DeadLetter>::iterator letter) {
  bytes_ -= size_of(letter->second);
  letters_.erase(letter);
}

}  // namespace deskd::daemon

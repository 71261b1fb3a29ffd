#include "daemon/core/dead_letters.h"

#include <algorithm>
#include <string>
#include <utility>

#include "config/check.h"
#include "config/limits.h"

namespace deskd::daemon {

namespace {

std::size_t size_of(const ledger::DeadLetter& letter) {
  std::size_t bytes = sizeof(letter) + letter.topic.size() + letter.reason.size() +
                      letter.key.size() + letter.value.size() +
                      letter.taken.size() * sizeof(letter.taken[0]);
  for (const auto& header : letter.headers) {
    bytes += sizeof(header) + header.first.size() + header.second.size();
  }
  return bytes;
}

bool cut(std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return false;
  text.resize(bytes);
  return true;
}

}  // namespace

std::uint64_t DeadLetters::add(ledger::DeadLetter letter) {
  cut(letter.topic, limits::dead_letter_text_bytes);
  cut(letter.reason, limits::dead_letter_text_bytes);
  letter.value_bytes = std::max<std::uint64_t>(letter.value_bytes, letter.value.size());
  letter.is_cut |= cut(letter.key, limits::dead_letter_text_bytes);
  letter.is_cut |= cut(letter.value, limits::dead_letter_bytes_max);
  letter.id = last_ + 1;
  changed_.push_back(letter.id);
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

void DeadLetters::keep(std::uint64_t letter, std::string reason,
                       std::span<const std::uint32_t> taken) {
  const auto found = letters_.find(letter);
  DESKD_CHECK(found != letters_.end());
  ledger::DeadLetter& its = found->second;
  cut(reason, limits::dead_letter_text_bytes);
  if (its.reason == reason && taken.empty()) return;
  bytes_ -= size_of(its);
  its.reason = std::move(reason);
  its.taken.insert(its.taken.end(), taken.begin(), taken.end());
  bytes_ += size_of(its);
  changed_.push_back(letter);
}

const ledger::DeadLetter* DeadLetters::find(std::uint64_t letter) const {
  const auto found = letters_.find(letter);
  return found == letters_.end() ? nullptr : &found->second;
}

// One that came and went since the last time is written as gone, so that its id is not given again.
void DeadLetters::write_changes(ledger::StateWriter& states) {
  for (const auto letter : std::exchange(changed_, {})) {
    if (const auto* changed = find(letter)) states.put(*changed);
  }
  for (const auto letter : std::exchange(gone_, {})) states.put_letter_gone(letter);
}

void DeadLetters::restore(ledger::DeadLetter letter) {
  last_ = std::max(last_, letter.id);
  if (const auto found = letters_.find(letter.id); found != letters_.end()) erase(found);
  bytes_ += size_of(letter);
  letters_.emplace(letter.id, std::move(letter));
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

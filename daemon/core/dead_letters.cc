#include "daemon/core/dead_letters.h"

#include <algorithm>
#include <string>
#include <utility>

#include "config/check.h"
#include "config/limits.h"
#include "connectors/batch.h"
#include "rules/restoring.h"
#include "rules/utf8.h"

namespace deskd::daemon {

namespace {

bool cut_bytes(std::string& bytes, std::size_t bytes_max) {
  if (bytes.size() <= bytes_max) return false;
  bytes.resize(bytes_max);
  return true;
}

/// Between two characters.
void cut_text(std::string& text) {
  text.resize(rules::cut_bytes(text, limits::dead_letter_text_bytes).size());
}

}  // namespace

std::uint64_t DeadLetters::add(ledger::DeadLetter letter) {
  cut_text(letter.topic);
  cut_text(letter.reason);
  letter.value_bytes = std::max<std::uint64_t>(letter.value_bytes, letter.value.size());
  letter.is_cut |= cut_bytes(letter.key, limits::dead_letter_text_bytes);
  letter.is_cut |= cut_bytes(letter.value, limits::dead_letter_bytes_max);
  letter.id = last_ + 1;
  changed_.push_back(letter.id);
  DESKD_CHECK(restore(std::move(letter)));
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
  cut_text(reason);
  if (its.reason == reason && taken.empty()) return;
  bytes_ -= connectors::letter_weight(its);
  its.reason = std::move(reason);
  its.taken.insert(its.taken.end(), taken.begin(), taken.end());
  bytes_ += connectors::letter_weight(its);
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

bool DeadLetters::restore(ledger::DeadLetter letter) {
  if (!rules::may_follow(last_, letter.id)) return false;
  last_ = std::max(last_, letter.id);
  if (const auto found = letters_.find(letter.id); found != letters_.end()) erase(found);
  bytes_ += connectors::letter_weight(letter);
  letters_.emplace(letter.id, std::move(letter));
  return true;
}

bool DeadLetters::restore_gone(std::uint64_t letter) {
  if (!rules::may_follow(last_, letter)) return false;
  last_ = std::max(last_, letter);
  if (const auto found = letters_.find(letter); found != letters_.end()) erase(found);
  return true;
}

void DeadLetters::erase(std::map<std::uint64_t, ledger::DeadLetter>::iterator letter) {
  bytes_ -= connectors::letter_weight(letter->second);
  letters_.erase(letter);
}

}  // namespace deskd::daemon

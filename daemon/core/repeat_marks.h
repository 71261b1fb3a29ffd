#pragma once
// Knows the messages that were answered already, so that a sender's repeat gets the first answer
// and counts once.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "daemon/ledger/states.h"

namespace deskd::daemon {

/// Core thread only. Marks go by time (`repeat_window`), number (limits::repeat_marks_max) and size
/// (limits::repeat_marks_bytes_max), the oldest first; all follow from the order of `remember`, so
/// recovery needs no word about the ones that left.
class RepeatMarks {
 public:
  /// The answer kept under `key`, or nullptr. Valid until the next call of another function.
  const ledger::RepeatAnswer* find(std::string_view key) const;
  /// `answer.at` must not be before that of any earlier call. An equal key is overwritten.
  void remember(ledger::RepeatAnswer answer);
  /// Forgets what is older than `window` at `now`.
  void expire(rules::Time now, rules::Duration window);
  /// Overwritten ones too, which stay for a while.
  std::size_t remembered() const { return by_age_.size(); }
  /// How many left before their time because there were too many, or too big ones.
  std::uint64_t forgotten_early() const { return forgotten_early_; }

 private:
  struct Mark {
    ledger::RepeatAnswer answer;
    std::uint64_t number = 0;  // in the order of `remember`
  };
  struct Age {
    rules::Time at;
    std::string key;
    std::uint64_t number = 0;
  };
  bool is_overwritten(const Age& age) const;
  void drop_overwritten();
  bool drop_oldest();  // false: it was overwritten

  boost::unordered_flat_map<std::string, Mark> by_key_;
  std::deque<Age> by_age_;  // with overwritten ones, at most as many as others
  std::uint64_t numbers_ = 0;
  std::size_t bytes_ = 0;  // of keys and answers in by_key_
  std::uint64_t forgotten_early_ = 0;
};

}  // namespace deskd::daemon

#pragma once
// Messages that can't become alerts, kept until a person deals with them.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "daemon/ledger/states.h"

namespace deskd::daemon {

/// Core thread only. Bounded by limits::dead_letters_max and limits::dead_letters_bytes_max: the
/// oldest leave.
class DeadLetters {
 public:
  /// Gives it its id. Long texts are cut.
  std::uint64_t add(ledger::DeadLetter letter);
  /// False: there is none of this id.
  bool drop(std::uint64_t letter);
  /// It stays, for another reason; the alerts of the marks `taken` were taken. There must be one of
  /// this id.
  void keep(std::uint64_t letter, std::string reason, std::span<const std::uint32_t> taken);

  const ledger::DeadLetter* find(std::uint64_t letter) const;
  const std::map<std::uint64_t, ledger::DeadLetter>& all() const { return letters_; }
  /// How many left because there were too many, since the start.
  std::uint64_t crowded_out() const { return crowded_out_; }

  void write_changes(ledger::StateWriter& states);

  // False: an id that can't be, and nothing was done.
  bool restore(ledger::DeadLetter letter);
  bool restore_gone(std::uint64_t letter);

 private:
  void erase(std::map<std::uint64_t, ledger::DeadLetter>::iterator letter);

  std::map<std::uint64_t, ledger::DeadLetter> letters_;  // by id
  std::uint64_t last_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t crowded_out_ = 0;
  std::vector<std::uint64_t> changed_, gone_;  // since the last `write_changes`
};

}  // namespace deskd::daemon

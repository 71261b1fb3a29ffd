#pragma once
// Which texts a decision can have, and the number that each stands for.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/problems.h"
#include "rules/desk_words.h"
#include "rules/rule.h"
#include "rules/verdict.h"

namespace deskd::rules {

/// The words of the language and of one desk. Immutable; any thread.
class Vocabulary {
 public:
  explicit Vocabulary(DeskWords desk);

  const DeskWords& desk() const { return desk_; }

  /// What `text` stands for: a Status, Severity or Level, the index of a queue or priority, the
  /// nanoseconds of `event_at`; 0 for a decision that takes any text. Nothing when the decision
  /// can't have this text.
  std::optional<std::int64_t> number_of(Decision decision, std::string_view text) const;

  /// The same for a text in a file: a wrong one is a problem that names the nearest.
  std::optional<std::int64_t> check(Decision decision, const Text& literal,
                                    config::Problems& problems) const;

 private:
  std::vector<std::string_view> words_of(Decision decision) const;

  DeskWords desk_;
  std::vector<std::pair<std::string, std::uint16_t>> queues_;  // sorted by name
};

/// `network.link`: lower-case letters, digits, `_` and `-`, in parts between dots.
bool is_class(std::string_view text);

}  // namespace deskd::rules

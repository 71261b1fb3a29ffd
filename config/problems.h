#pragma once
// Every mistake of all files at once, each with its place: what a reader of configuration returns
// instead of throwing.

#include <string>
#include <vector>

#include "config/place.h"

namespace deskd::config {

enum class Level { error, warning };

struct Problem {
  Level level = Level::error;
  Place place;
  std::string message;
};

/// Collects problems in the order in which they were found. One thread at a time.
class Problems {
 public:
  /// Remembers at most `problems_max` of them; the rest is only counted and said so by `text`. The
  /// same message at the same place (the inside of an anchor that several aliases use) counts once.
  void error(const Place& place, std::string message);
  void warning(const Place& place, std::string message);
  void append(Problems other);

  bool has_errors() const { return errors_ > 0; }
  bool empty() const { return problems_.empty(); }
  const std::vector<Problem>& all() const { return problems_; }

  /// Compiler form, one paragraph a problem: `file:line:column: error: message`, the line, a caret.
  /// Sorted by file (in order of first mention), then line, then column. Safe for a terminal:
  /// control characters and bytes that are no UTF-8 are shown as `?`. What stands behind
  /// `token:` or `password:` is starred, and whatever else `concealed` knows for a secret.
  std::string text() const;

 private:
  void add(Problem problem);
  /// Of a full list: an error takes the place of a warning. False: there is no room.
  bool make_room(bool for_error);

  std::vector<Problem> problems_;
  std::size_t errors_ = 0;
  std::size_t unsaid_ = 0;         // found, but no longer remembered
  std::size_t unsaid_errors_ = 0;  // of these
};

/// `file:line:column: error: message` without excerpt; for logs and JSON.
std::string headline(const Problem& problem);

}  // namespace deskd::config

#pragma once
// The texts of a million alarms in little memory.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/correlator/block.h"
#include "rules/correlator/text_book.h"

namespace deskd::rules {

/// Folds texts against books that it makes of some of them: of those that the book at hand does not
/// fold well. A book that is full and folds badly all the same (other kinds of alarms have come) is
/// closed, and a new one is begun, unless there are many for so few texts; closed ones stay as long
/// as texts need them. Owned by the correlator; core thread only.
class AlarmTexts {
 public:
  /// Keeps `text` in place of what `kept` holds. `hash` is kept beside it.
  void keep(Block& kept, std::string_view text, std::uint64_t hash);
  void drop(Block& kept);

  // Of a block that holds a text.
  std::string text(const Block& kept) const;
  std::uint64_t hash(const Block& kept) const;
  /// Costs less than asking for the text.
  bool begins_with(const Block& kept, std::string_view beginning) const;

  std::size_t books() const;  // open or closed, 32 KiB each

 private:
  struct Shelved {
    TextBook book;
    std::size_t texts = 0;  // that need it
  };
  struct Kept;

  void begin_book();
  void look_back(std::size_t text_bytes, std::size_t folded_bytes);

  std::vector<std::unique_ptr<Shelved>> books_;  // null: a number to be given again
  std::size_t open_ = 0;                         // the book at hand, unless there is none yet
  std::size_t texts_ = 0;                        // of all books
  // Of the texts that the full book has folded since it was looked back upon.
  std::size_t seen_ = 0, seen_bytes_ = 0, seen_folded_bytes_ = 0;
  std::string packed_;          // scratch
  mutable std::string looked_;  // likewise
};

}  // namespace deskd::rules

#pragma once
// Folds texts against others that are like them. The texts of alarms have nearly everything in
// common with those of other alarms: 400 bytes become 60.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace deskd::rules {

/// Texts that serve as examples. What is folded refers to stretches of the book, or of itself, and
/// holds only the rest: see text_book.cc. The book only grows, so whatever was folded against it
/// can be unfolded as long as it is there. In memory only: nothing of this is ever written down.
/// One thread at a time. A general compressor with a dictionary gives 45 bytes instead of 60, for
/// ten times the time.
class TextBook {
 public:
  static constexpr std::size_t bytes_max = 32 * 1024;   // as far as a reference reaches
  static constexpr std::size_t learned_max = 2 * 1024;  // of one text: more would push out others

  TextBook();

  bool is_full() const { return bytes_.size() + learned_max > bytes_max; }
  /// Makes the beginning of `text` an example. Not when the book is full or closed.
  void learn(std::string_view text);
  /// Appends what `unfold` makes `text` of again; at worst a little longer than the text. Not when
  /// closed.
  void fold(std::string_view text, std::string& folded) const;
  /// No more is learned or folded: what only they need is freed.
  void close() { places_.reset(); }

  /// `text` becomes the first `size` bytes of what was folded, which had as many at least. Ends the
  /// program when `folded` is not from this book.
  void unfold(std::string_view folded, std::size_t size, std::string& text) const;

 private:
  static constexpr std::size_t place_bits = 13;
  using Places = std::array<std::uint16_t, std::size_t{1} << place_bits>;

  std::string bytes_;
  std::unique_ptr<Places> places_;  // by a hash of some bytes: where in `bytes_` they stood last
};

}  // namespace deskd::rules

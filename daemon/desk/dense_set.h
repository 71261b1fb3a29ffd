#pragma once
// Numbers in order that mostly stand close together, as ids do.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

#include "daemon/desk/word_map.h"

namespace deskd::desk {

/// Which word a key stands in, and as which of its 64 bits. This one: by its number.
template <class Key>
struct DensePlace {
  static_assert(sizeof(Key) == sizeof(std::uint64_t));
  using Word = std::uint64_t;
  static constexpr unsigned bits = 6;
  static constexpr std::uint64_t in_word = (std::uint64_t{1} << bits) - 1;

  static Word word(const Key& key) { return std::bit_cast<std::uint64_t>(key) >> bits; }
  static unsigned bit(const Key& key) {
    return static_cast<unsigned>(std::bit_cast<std::uint64_t>(key) & in_word);
  }
  static Key key(const Word& word, unsigned bit) { return std::bit_cast<Key>(word << bits | bit); }
};

/// Numbers of one time are neighbours.
template <class At, class Number>
struct DensePlace<std::pair<At, Number>> {
  using Numbers = DensePlace<Number>;
  using Word = std::pair<At, typename Numbers::Word>;

  static Word word(const std::pair<At, Number>& key) {
    return {key.first, Numbers::word(key.second)};
  }
  static unsigned bit(const std::pair<At, Number>& key) { return Numbers::bit(key.second); }
  static std::pair<At, Number> key(const Word& word, unsigned bit) {
    return {word.first, Numbers::key(word.second, bit)};
  }
};

/// An ordered set in which 64 neighbours share a word: a million ids in a row take a third of a
/// megabyte and stay in the caches, where a tree of the ids themselves would take 30 of them and
/// wait for the memory at each change. One that stands alone takes 20 bytes, or 30 with a time.
template <class Key>
class DenseSet {
  using In = DensePlace<Key>;
  using Words = WordMap<typename In::Word>;  // no bits are 0

 public:
  using key_type = Key;

  /// Valid until the next change.
  class const_iterator {
   public:
    using iterator_category = std::input_iterator_tag;  // it gives values, not references
    using value_type = Key;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Key;

    const_iterator() = default;
    Key operator*() const { return In::key(at_->first, bit_); }
    const_iterator& operator++() {
      const auto rest = at_->second & ~std::uint64_t{1} << bit_;
      return rest != 0 ? go(at_, std::countr_zero(rest)) : begin_of(std::next(at_));
    }
    const_iterator& operator--() {
      const auto rest = at_ == end_ ? 0 : at_->second & ((std::uint64_t{1} << bit_) - 1);
      if (rest != 0) return go(at_, std::bit_width(rest) - 1);
      const auto before = std::prev(at_);
      return go(before, std::bit_width(before->second) - 1);
    }
    const_iterator operator++(int) {
      auto before = *this;
      ++*this;
      return before;
    }
    bool operator==(const const_iterator& other) const {
      return at_ == other.at_ && bit_ == other.bit_;
    }

   private:
    friend DenseSet;
    using At = typename Words::const_iterator;

    const_iterator(At at, At end) : end_(end) { begin_of(at); }
    const_iterator& go(At at, int bit) {
      at_ = at;
      bit_ = static_cast<unsigned>(bit);
      return *this;
    }
    /// The first of a word.
    const_iterator& begin_of(At at) {
      return go(at, at == end_ ? 0 : std::countr_zero(at->second));
    }

    At at_, end_;
    unsigned bit_ = 0;
  };

  bool empty() const { return words_.empty(); }
  std::size_t size() const {  // counts
    std::size_t count = 0;
    for (const auto& [high, word] : words_) count += static_cast<std::size_t>(std::popcount(word));
    return count;
  }
  const_iterator begin() const { return {words_.begin(), words_.end()}; }
  const_iterator end() const { return {words_.end(), words_.end()}; }
  /// The first that is not before `key`.
  const_iterator lower_bound(const Key& key) const {
    const auto at = words_.lower_bound(In::word(key));
    const_iterator found{at, words_.end()};
    if (at == words_.end() || at->first != In::word(key)) return found;
    const auto rest = at->second & ~std::uint64_t{0} << In::bit(key);
    return rest != 0 ? found.go(at, std::countr_zero(rest)) : found.begin_of(std::next(at));
  }
  /// The first behind `key`.
  const_iterator upper_bound(const Key& key) const {
    auto found = lower_bound(key);
    if (found != end() && *found == key) ++found;
    return found;
  }
  bool contains(const Key& key) const {
    const auto at = words_.find(In::word(key));
    return at != words_.end() && (at->second & mask(key)) != 0;
  }
  /// Asks the memory for what an `erase` will look at.
  void fetch(const Key& key) const { words_.fetch(In::word(key)); }
  bool operator==(const DenseSet&) const = default;

  /// Costs least at the end, where most come.
  void insert(const Key& key) { words_[In::word(key)] |= mask(key); }
  void erase(const Key& key) {
    const auto at = words_.find(In::word(key));
    if (at == words_.end()) return;
    words_.word(at) &= ~mask(key);
    if (at->second == 0) words_.erase(at);
  }
  void clear() { words_.clear(); }

 private:
  static std::uint64_t mask(const Key& key) { return std::uint64_t{1} << In::bit(key); }

  Words words_;
};

}  // namespace deskd::desk

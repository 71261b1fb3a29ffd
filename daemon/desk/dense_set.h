#pragma once
// Numbers in order that mostly stand close together, as ids do.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include <absl/container/btree_map.h>

namespace deskd::desk {

/// An ordered set in which 64 neighbours share a word: a million ids in a row take a third of a
/// megabyte and stay in the caches, where a tree of the ids themselves would take 30 of them and
/// wait for the memory at each change. One that stands alone takes 20 bytes. A key is 8 bytes, of
/// which the number goes by its rank.
template <class Key>
class DenseSet {
  static_assert(sizeof(Key) == sizeof(std::uint64_t));
  using Words = absl::btree_map<std::uint64_t, std::uint64_t>;  // by rank / 64; none is 0
  static constexpr unsigned bits = 6;
  static constexpr std::uint64_t in_word = (std::uint64_t{1} << bits) - 1;

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
    Key operator*() const { return std::bit_cast<Key>(at_->first << bits | bit_); }
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
    const auto rank = std::bit_cast<std::uint64_t>(key);
    const auto at = words_.lower_bound(rank >> bits);
    const_iterator found{at, words_.end()};
    if (at == words_.end() || at->first != rank >> bits) return found;
    const auto rest = at->second & ~std::uint64_t{0} << (rank & in_word);
    return rest != 0 ? found.go(at, std::countr_zero(rest)) : found.begin_of(std::next(at));
  }
  /// The first behind `key`.
  const_iterator upper_bound(const Key& key) const {
    auto found = lower_bound(key);
    if (found != end() && *found == key) ++found;
    return found;
  }
  bool operator==(const DenseSet&) const = default;

  void insert(const Key& key) {
    const auto rank = std::bit_cast<std::uint64_t>(key);
    words_[rank >> bits] |= std::uint64_t{1} << (rank & in_word);
  }
  void erase(const Key& key) {
    const auto rank = std::bit_cast<std::uint64_t>(key);
    const auto at = words_.find(rank >> bits);
    if (at == words_.end()) return;
    at->second &= ~(std::uint64_t{1} << (rank & in_word));
    if (at->second == 0) words_.erase(at);
  }
  void clear() { words_.clear(); }

 private:
  Words words_;
};

}  // namespace deskd::desk

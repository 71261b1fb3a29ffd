#pragma once
// Words of bits by key, in order, so that the memory can be asked for one before it is needed.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "rules/fetching.h"

namespace deskd::desk {

/// An ordered map in two steps: a list of the first keys of all blocks, small enough to stay in the
/// caches, and blocks of up to 32 words. So it is known where a key will be looked for before any
/// of it was looked at, which a tree can't tell.
template <class Key>
class WordMap {
 public:
  using Slot = std::pair<Key, std::uint64_t>;

  /// Valid until the next change.
  class const_iterator {
   public:
    using iterator_category = std::bidirectional_iterator_tag;
    using value_type = Slot;
    using difference_type = std::ptrdiff_t;
    using pointer = const Slot*;
    using reference = const Slot&;

    const_iterator() = default;
    const Slot& operator*() const { return map_->blocks_[block_][slot_]; }
    const Slot* operator->() const { return &**this; }
    const_iterator& operator++() {
      if (++slot_ == map_->blocks_[block_].size()) *this = {map_, block_ + 1, 0};
      return *this;
    }
    const_iterator& operator--() {
      if (slot_ == 0) *this = {map_, block_ - 1, map_->blocks_[block_ - 1].size()};
      --slot_;
      return *this;
    }
    bool operator==(const const_iterator&) const = default;

   private:
    friend WordMap;
    const_iterator(const WordMap* map, std::size_t block, std::size_t slot)
        : map_(map), block_(block), slot_(slot) {}

    const WordMap* map_ = nullptr;
    std::size_t block_ = 0, slot_ = 0;  // behind the last block: the end
  };

  bool empty() const { return blocks_.empty(); }
  const_iterator begin() const { return {this, 0, 0}; }
  const_iterator end() const { return {this, blocks_.size(), 0}; }
  /// The first that is not before `key`.
  const_iterator lower_bound(const Key& key) const {
    if (empty()) return end();
    const auto block = block_of(key);
    const auto slot = slot_of(block, key);
    return slot < blocks_[block].size() ? const_iterator{this, block, slot}
                                        : const_iterator{this, block + 1, 0};
  }
  const_iterator find(const Key& key) const {
    const auto at = lower_bound(key);
    return at != end() && at->first == key ? at : end();
  }
  /// Asks the memory for what `find` will look at.
  void fetch(const Key& key) const {
    if (empty()) return;
    const auto at = block_of(key);
    const auto& block = blocks_[at];
    if constexpr (std::unsigned_integral<Key>)
      rules::ask_for(block[likely_slot(at, key)]);
    else
      rules::ask_for(block.data(), block.size() * sizeof(Slot));
  }
  bool operator==(const WordMap& other) const {
    auto at = begin();
    auto of_other = other.begin();
    for (; at != end() && of_other != other.end(); ++at, ++of_other)
      if (*at != *of_other) return false;
    return at == end() && of_other == other.end();
  }

  /// 0 when it is new. Valid until the next change.
  std::uint64_t& operator[](const Key& key) {
    if (empty()) return add_block(0, key);
    auto block = block_of(key);
    auto slot = slot_of(block, key);
    if (slot < blocks_[block].size() && blocks_[block][slot].first == key)
      return blocks_[block][slot].second;
    if (blocks_[block].size() == slots_max) {
      // What comes in order leaves full blocks behind it.
      if (slot == slots_max && block + 1 == blocks_.size()) return add_block(block + 1, key);
      split(block);
      if (slot > slots_max / 2) {
        ++block;
        slot -= slots_max / 2;
      }
    }
    auto& slots = blocks_[block];
    slots.insert(place(slots, slot), Slot{key, 0});
    firsts_[block] = slots.front().first;
    return slots[slot].second;
  }
  std::uint64_t& word(const_iterator at) { return blocks_[at.block_][at.slot_].second; }
  void erase(const_iterator at) {
    auto& slots = blocks_[at.block_];
    slots.erase(place(slots, at.slot_));
    if (slots.empty()) {
      remove_block(at.block_);
      return;
    }
    firsts_[at.block_] = slots.front().first;
    if (slots.size() > slots_joined / 2) return;
    if (!join(at.block_) && at.block_ > 0) join(at.block_ - 1);
  }
  void clear() {
    firsts_.clear();
    blocks_.clear();
  }

 private:
  static constexpr std::size_t slots_max = 32;
  static constexpr std::size_t slots_joined = 24;  // fewer than `slots_max`, so that some can come

  using Block = std::vector<Slot>;  // one at least

  /// Where `key` stands or would.
  std::size_t block_of(const Key& key) const {
    const auto behind = std::upper_bound(firsts_.begin() + 1, firsts_.end(), key);
    return static_cast<std::size_t>(behind - firsts_.begin()) - 1;
  }
  /// Where it stands in a block when none is missing before it, as mostly with words of ids.
  std::size_t likely_slot(std::size_t block, const Key& key) const {
    const Key first = firsts_[block];
    return key <= first ? 0 : std::min<std::size_t>(key - first, blocks_[block].size() - 1);
  }
  std::size_t slot_of(std::size_t block, const Key& key) const {
    const auto& slots = blocks_[block];
    if constexpr (std::unsigned_integral<Key>) {
      const auto likely = likely_slot(block, key);
      if (slots[likely].first == key) return likely;
    }
    const auto found = std::ranges::lower_bound(slots, key, {}, &Slot::first);
    return static_cast<std::size_t>(found - slots.begin());
  }
  static auto place(auto& list, std::size_t number) {
    return list.begin() + static_cast<std::ptrdiff_t>(number);
  }
  Block& insert_block(std::size_t block, Block slots) {
    firsts_.insert(place(firsts_, block), slots.front().first);
    return *blocks_.insert(place(blocks_, block), std::move(slots));
  }
  void remove_block(std::size_t block) {
    firsts_.erase(place(firsts_, block));
    blocks_.erase(place(blocks_, block));
  }
  std::uint64_t& add_block(std::size_t block, const Key& key) {
    return insert_block(block, {Slot{key, 0}}).front().second;
  }
  void split(std::size_t block) {
    auto& slots = blocks_[block];
    const auto middle = slots.begin() + slots_max / 2;
    Block behind{middle, slots.end()};
    slots.erase(middle, slots.end());
    insert_block(block + 1, std::move(behind));
  }
  /// A block and the one behind it, if they are small enough.
  bool join(std::size_t block) {
    if (block + 1 == blocks_.size()) return false;
    auto& slots = blocks_[block];
    const auto& behind = blocks_[block + 1];
    if (slots.size() + behind.size() > slots_joined) return false;
    slots.insert(slots.end(), behind.begin(), behind.end());
    remove_block(block + 1);
    return true;
  }

  std::vector<Key> firsts_;  // of `blocks_`
  std::vector<Block> blocks_;
};

}  // namespace deskd::desk

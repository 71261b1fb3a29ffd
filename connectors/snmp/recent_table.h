#pragma once
// A table of bounded size that forgets what was not asked for longest.

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <list>
#include <utility>

namespace deskd::connectors {

/// One thread. Entries stay where they are until they are forgotten.
template <typename Key, typename Value>
class RecentTable {
 public:
  /// `size_max` is at least one.
  explicit RecentTable(std::size_t size_max) : size_max_(size_max) {}

  /// Null when it is not there; else it is the last to be forgotten.
  Value* find(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  /// `key` must not be there yet.
  Value& insert(const Key& key, Value value) {
    if (entries_.size() == size_max_) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, std::move(value));
    places_.emplace(key, entries_.begin());
    return entries_.front().second;
  }

  void erase(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    entries_.erase(found->second);
    places_.erase(found);
  }

  std::size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<Key, Value>>;

  const std::size_t size_max_;
  Entries entries_;  // the one asked for last comes first
  boost::unordered_flat_map<Key, typename Entries::iterator> places_;
};

}  // namespace deskd::connectors

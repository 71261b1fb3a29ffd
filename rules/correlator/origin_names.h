#pragma once
// Who speaks, and of what: the names of origins, each kept once.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

#include "rules/alarm.h"
#include "rules/correlator/block.h"
#include "rules/correlator/hash.h"
#include "rules/rows.h"

namespace deskd::rules {

/// Who speaks, and what he calls the thing; without a key the alarm's identity stands for it, and
/// all his origins share the name.
struct OriginName {
  SourceNumber source = 0;
  std::string_view sender;
  std::string_view key;
};

/// Names by number, from 1; 0 is none. A name stays as long as origins hold it; then its number is
/// given again. Owned by OriginTable; core thread only.
class OriginNames {
 public:
  OriginNames();
  OriginNames(const OriginNames&) = delete;
  OriginNames& operator=(const OriginNames&) = delete;

  std::uint32_t find(const OriginName& name) const {  // 0: no origin holds it
    return find(Named{hash_of(name), name});
  }
  OriginName name(std::uint32_t number) const;  // valid while it is held
  bool is(std::uint32_t number, const OriginName& name) const {
    return is_same(entry(number), name);
  }
  SourceNumber source(std::uint32_t number) const { return entry(number).source; }
  /// Whether a name of this source has a key.
  bool has_keys(SourceNumber source) const { return with_key_.contains(source); }
  std::uint32_t holders(std::uint32_t number) const { return entry(number).holders; }

  // Where it stands, for who asks the memory for it.
  const void* place(std::uint32_t number) const { return &entry(number); }
  const void* texts_place(std::uint32_t number) const { return entry(number).texts.place(); }

  std::uint32_t hold(const OriginName& name);
  /// The same of a name that is packed already, as `pack` does it.
  std::uint32_t hold(SourceNumber source, Block texts);
  static void pack(const OriginName& name, std::string& packed);
  void reserve(std::size_t names) { by_name_.reserve(names); }
  void let_go(std::uint32_t number);

  /// The first of the list that OriginTable keeps of the origins of one name.
  std::uint32_t& first(std::uint32_t number) { return entries_[number - 1].first; }

 private:
  struct Entry {
    Block texts;  // how long the sender is, the sender, the key
    SourceNumber source = 0;
    std::uint32_t hash = 0;
    std::uint32_t holders = 0;
    std::uint32_t first = 0;
  };
  struct Named {
    std::uint32_t hash = 0;
    OriginName name;
  };
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    const OriginNames* names;
    std::size_t operator()(std::uint32_t number) const { return spread(names->entry(number).hash); }
    std::size_t operator()(const Named& named) const { return spread(named.hash); }
  };
  struct Equal {
    using is_transparent = void;
    const OriginNames* names;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(const Named& named, std::uint32_t number) const {
      return is_same(names->entry(number), named.name);
    }
    bool operator()(std::uint32_t number, const Named& named) const {
      return (*this)(named, number);
    }
  };

  std::uint32_t find(const Named& named) const;
  std::uint32_t add(SourceNumber source, Block texts, std::uint32_t hash);
  static std::uint32_t hash_of(const OriginName& name);
  static bool is_same(const Entry& entry, const OriginName& name);
  const Entry& entry(std::uint32_t number) const { return entries_[number - 1]; }

  Rows<Entry> entries_;
  std::vector<std::uint32_t> free_;
  boost::unordered_flat_set<std::uint32_t, Hash, Equal> by_name_;
  boost::unordered_flat_map<SourceNumber, std::uint32_t> with_key_;  // names, where there are any
  std::string packed_;                                               // scratch
};

}  // namespace deskd::rules

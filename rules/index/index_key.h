#pragma once
// What a rule is found by: a field, and something about its value that can be looked up.

#include <cstdint>
#include <string_view>

#include "rules/condition/subject.h"
#include "rules/inline_hash.h"

namespace deskd::rules {

/// `text` is a view of the condition that the key was made from. A missing field hits no key.
struct IndexKey {
  enum class Kind : std::uint8_t {
    equal,       // the value is `text`
    prefix,      // it begins with it; an empty `text`: the field is there
    suffix,      // it ends with it
    under,       // as prefix, but without the dot that some write before an OID
    expression,  // the regular expression `text` may match
  };
  Slot slot = 0;
  Kind kind = Kind::equal;
  std::string_view text;

  /// Stands for the key in tables. Where two keys share one, each finds the other's rules too,
  /// which costs a look at them and changes nothing.
  std::uint64_t hash() const {
    const std::uint64_t seed = std::uint64_t{slot} << 3 | static_cast<std::uint64_t>(kind);
    return inline_hash64(text, seed);
  }
};

}  // namespace deskd::rules

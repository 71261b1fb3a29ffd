#pragma once
// Keys, out of the bytes that a terminal sends for them.

#include <string_view>
#include <vector>

namespace deskd::ctl::top {

struct Key {
  enum class Kind {
    character,
    enter,
    escape,
    tab,
    up,
    down,
    left,
    right,
    page_up,
    page_down,
    home,
    end
  } kind = Kind::character;
  char character = 0;  // printable ASCII, of kind `character`
  bool operator==(const Key&) const = default;
};

/// The keys in what one read returned (ECMA-48 control sequences; SS3 for arrows in application
/// mode). What is no known key is passed over; an escape at the very end is the key itself.
std::vector<Key> keys_in(std::string_view bytes);

}  // namespace deskd::ctl::top

#pragma once
// Keeps each text once, however many incidents say it.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace deskd::desk {

/// Part of the desk: core thread only. Texts may come from hostile alerts, so every use is counted,
/// and a text that nobody uses any more is forgotten at once.
class SharedTexts {
 public:
  using Handle = std::uint32_t;  // 0: the empty text

  /// The handle of `text`, which it is kept under until `release` was called as often as this.
  Handle share(std::string_view text);
  void release(Handle handle);
  /// As long as it is kept.
  std::string_view text(Handle handle) const;

  std::size_t size() const { return handles_.size(); }  // different texts, without the empty one

 private:
  struct Kept {
    std::string text;
    std::uint32_t uses = 0;
  };
  struct Hash {
    using is_avalanching = void;  // its bits need no more mixing
    std::size_t operator()(std::string_view text) const;
  };

  std::deque<Kept> kept_;  // by handle - 1; never moved, since `handles_` points into them
  std::vector<Handle> free_;
  boost::unordered_flat_map<std::string_view, Handle, Hash> handles_;
};

}  // namespace deskd::desk

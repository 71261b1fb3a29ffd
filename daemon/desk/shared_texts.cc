#include "daemon/desk/shared_texts.h"

#include <xxhash.h>

#include "config/check.h"

namespace deskd::desk {

std::size_t SharedTexts::Hash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

SharedTexts::Handle SharedTexts::share(std::string_view text) {
  if (text.empty()) return 0;
  if (const auto found = handles_.find(text); found != handles_.end()) {
    ++kept_[found->second - 1].uses;
    return found->second;
  }
  if (free_.empty()) {
    kept_.emplace_back();
    free_.push_back(static_cast<Handle>(kept_.size()));
  }
  const auto handle = free_.back();
  free_.pop_back();
  auto& kept = kept_[handle - 1];
  kept = {std::string(text), 1};
  handles_.emplace(kept.text, handle);
  return handle;
}

void SharedTexts::release(Handle handle) {
  if (handle == 0) return;
  auto& kept = kept_[handle - 1];
  DESKD_CHECK(kept.uses > 0);
  if (--kept.uses > 0) return;
  handles_.erase(kept.text);
  kept.text = {};
  free_.push_back(handle);
}

std::string_view SharedTexts::text(Handle handle) const {
  return handle == 0 ? std::string_view{} : std::string_view(kept_[handle - 1].text);
}

}  // namespace deskd::desk

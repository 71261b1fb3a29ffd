#include "connectors/format/label_list.h"

#include <fmt/format.h>

#include <algorithm>

namespace deskd::connectors {

std::optional<std::string> LabelList::add(std::string_view name, std::string_view value) {
  if (name.empty()) return "a name is empty";
  if (name.size() > limits::label_name_bytes_max) {
    return fmt::format("a name is longer than {} bytes", limits::label_name_bytes_max);
  }
  if (value.size() > limits::text_bytes_max) {
    return fmt::format("longer than {} bytes", limits::text_bytes_max);
  }
  rules::Label* const end = labels_.data() + size_;
  // Most senders write them in order: then this looks at one.
  rules::Label* at = end;
  if (size_ > 0 && !(end[-1].name < name)) {
    at = std::ranges::lower_bound(labels_.data(), end, name, {}, &rules::Label::name);
  }
  if (at != end && at->name == name) {
    if (!value.empty()) {
      at->value = value;
      return std::nullopt;
    }
    std::move(at + 1, end, at);
    --size_;
    return std::nullopt;
  }
  if (value.empty()) return std::nullopt;
  if (size_ == labels_.size()) return fmt::format("more than {}", limits::labels_max);
  std::move_backward(at, end, end + 1);
  *at = {name, value};
  ++size_;
  return std::nullopt;
}

std::span<const rules::Label> LabelList::keep(std::pmr::memory_resource& arena) const {
  if (size_ == 0) return {};
  auto* const kept = static_cast<rules::Label*>(
      arena.allocate(size_ * sizeof(rules::Label), alignof(rules::Label)));
  std::uninitialized_copy_n(labels_.data(), size_, kept);
  return {kept, size_};
}

}  // namespace deskd::connectors

#include "connectors/format/label_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace deskd::connectors {

namespace {

const std::string& name_too_long() {
  static const std::string text =
      fmt::format("a name is longer than {} bytes", limits::label_name_bytes_max);
  return text;
}
const std::string& value_too_long() {
  static const std::string text = fmt::format("longer than {} bytes", limits::text_bytes_max);
  return text;
}
const std::string& too_many() {
  static const std::string text = fmt::format("more than {}", limits::labels_max);
  return text;
}

}  // namespace

std::string_view LabelList::put(std::string_view name, std::string_view value) {
  if (name.empty()) return "a name is empty";
  if (name.size() > limits::label_name_bytes_max) return name_too_long();
  if (value.size() > limits::text_bytes_max) return value_too_long();
  rules::Label* const end = labels() + size_;
  rules::Label* const at = std::ranges::lower_bound(labels(), end, name, {}, &rules::Label::name);
  const bool is_there = at != end && at->name == name;
  if (value.empty()) {
    if (is_there) {
      std::move(at + 1, end, at);
      --size_;
    }
    return {};
  }
  if (is_there) {
    at->value = value;
    return {};
  }
  if (size_ == limits::labels_max) return too_many();
  if (at != end) {
    std::construct_at(end, end[-1]);
    std::move_backward(at, end - 1, end);
    *at = {name, value};
  } else {
    std::construct_at(end, rules::Label{name, value});
  }
  ++size_;
  return {};
}

std::span<const rules::Label> LabelList::keep(std::pmr::memory_resource& arena) const {
  if (size_ == 0) return {};
  const std::size_t bytes = size_ * sizeof(rules::Label);
  void* const kept = arena.allocate(bytes, alignof(rules::Label));
  return {static_cast<rules::Label*>(std::memcpy(kept, labels(), bytes)), size_};
}

}  // namespace deskd::connectors

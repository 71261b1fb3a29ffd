#include "connectors/batch.h"

#include <fmt/core.h>

#include <algorithm>

#include "config/limits.h"

namespace deskd::connectors {
namespace {

/// Bytes from `place` to the next multiple of `alignment`, a power of two.
std::size_t padding_of(const std::byte* place, std::size_t alignment) {
  return -reinterpret_cast<std::uintptr_t>(place) & (alignment - 1);
}

constexpr std::size_t sizes_of_label = 6;  // of name and value, packed

std::size_t weight_of(std::span<const rules::Label> labels) {
  std::size_t bytes = labels.size() * sizes_of_label;
  for (const rules::Label& label : labels) bytes += label.name.size() + label.value.size();
  return bytes;
}

}  // namespace

std::size_t text_weight(const rules::Alert& alert) {
  return alert.sender.size() + 2 * alert.key.size() + alert.type.size() + alert.resource.size() +
         alert.qualifier.size() + alert.summary.size() + weight_of(alert.labels) +
         weight_of(alert.annotations);
}

std::string_view states_too_much() {
  static const std::string text = fmt::format(
      "its alerts state more than {} MiB of text, what they share counted for each of them",
      limits::batch_text_bytes_max / limits::MiB);
  return text;
}

std::string_view Batch::keep(std::string_view text) {
  if (text.empty()) return {};
  auto* const copy = static_cast<char*>(arena_.allocate(text.size(), 1));
  text.copy(copy, text.size());
  return {copy, text.size()};
}

std::string_view Batch::keep(std::string_view first, std::string_view second) {
  const std::size_t size = first.size() + second.size();
  if (size == 0) return {};
  auto* const copy = static_cast<char*>(arena_.allocate(size, 1));
  first.copy(copy, first.size());
  second.copy(copy + first.size(), second.size());
  return {copy, size};
}

std::size_t Batch::bytes() const {
  std::size_t letters = 0;
  for (const DeadLetter& letter : dead_letters) letters += letter_weight(letter);
  return sizeof(Batch) + letters + positions.capacity() * sizeof(KafkaPosition) +
         std::max(received_->capacity() + arena_.given(), written) +
         alerts.capacity() * sizeof(rules::Alert) + elements.capacity() * sizeof(ElementPlace) +
         verdicts.capacity() * sizeof(rules::Verdict);
}

void* Batch::CountingArena::do_allocate(std::size_t bytes, std::size_t alignment) {
  given_ += bytes;
  std::size_t padding = padding_of(free_, alignment);
  if (free_bytes_ < padding + bytes) {
    add_block(bytes + alignment);
    padding = padding_of(free_, alignment);
  }
  std::byte* const begin = free_ + padding;
  free_ = begin + bytes;
  free_bytes_ -= padding + bytes;
  return begin;
}

void Batch::CountingArena::add_block(std::size_t bytes) {
  const std::size_t size = std::max(bytes, next_block_);
  blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
  free_ = blocks_.back().get();
  free_bytes_ = size;
  next_block_ = size + size / 2;
}

}  // namespace deskd::connectors

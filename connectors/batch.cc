#include "connectors/batch.h"

#include <algorithm>

namespace deskd::connectors {
namespace {

/// Bytes from `place` to the next multiple of `alignment`, a power of two.
std::size_t padding_of(const std::byte* place, std::size_t alignment) {
  return -reinterpret_cast<std::uintptr_t>(place) & (alignment - 1);
}

}  // namespace

std::string_view Batch::keep(std::string_view text) {
  if (text.empty()) return {};
  auto* const copy = static_cast<char*>(arena_.allocate(text.size(), 1));
  text.copy(copy, text.size());
  return {copy, text.size()};
}

std::size_t Batch::bytes() const {
  std::size_t letters = 0;
  for (const DeadLetter& letter : dead_letters) letters += letter_weight(letter);
  return sizeof(Batch) + letters + positions.capacity() * sizeof(KafkaPosition) +
         received_->capacity() + alerts.capacity() * sizeof(rules::Alert) +
         elements.capacity() * sizeof(ElementPlace) + verdicts.capacity() * sizeof(rules::Verdict) +
         arena_.given();
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

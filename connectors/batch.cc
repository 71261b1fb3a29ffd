#include "connectors/batch.h"

namespace deskd::connectors {

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
  return buffer_.allocate(bytes, alignment);
}

}  // namespace deskd::connectors

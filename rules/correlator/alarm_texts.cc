#include "rules/correlator/alarm_texts.h"

#include <algorithm>
#include <cstring>

#include "config/check.h"
#include "rules/packing.h"

namespace deskd::rules {

namespace {

// A text that is folded to more than one in `well` parts of its size is an example that was
// missing.
constexpr std::size_t well = 5;
// A full book is looked back upon after so many texts, and may have folded them to one in `badly`
// parts: a new one costs 32 KiB, so 8 bytes for each of them.
constexpr std::size_t looked_back_after = 4096;
constexpr std::size_t badly = 2;

constexpr auto is_free = [](const auto& book) { return book == nullptr; };

}  // namespace

/// What stands in a block: the hash, the book's number, the text's size, the folded text.
struct AlarmTexts::Kept {
  explicit Kept(const Block& block) {
    const std::string_view bytes = block.bytes();
    DESKD_CHECK(bytes.size() > hash_bytes);
    Unpacker unpacker(bytes.substr(hash_bytes));
    book = unpacker.number();
    size = unpacker.number();
    folded = bytes.substr(bytes.size() - unpacker.left());
  }

  static constexpr std::size_t hash_bytes = sizeof(std::uint64_t);
  std::size_t book = 0;
  std::size_t size = 0;
  std::string_view folded;
};

void AlarmTexts::keep(Block& kept, std::string_view text, std::uint64_t hash) {
  drop(kept);
  if (books_.empty()) begin_book();
  Shelved& open = *books_[open_];
  packed_.assign(reinterpret_cast<const char*>(&hash), sizeof(hash));
  Packer packer(packed_);
  packer.number(open_);
  packer.number(text.size());
  const std::size_t head = packed_.size();
  open.book.fold(text, packed_);
  kept = Block(packed_);
  ++open.texts;
  ++texts_;
  const std::size_t folded = packed_.size() - head;
  if (open.book.is_full()) {
    look_back(text.size(), folded);
  } else if (folded > text.size() / well) {
    open.book.learn(text);
  }
}

void AlarmTexts::look_back(std::size_t text_bytes, std::size_t folded_bytes) {
  seen_bytes_ += text_bytes;
  seen_folded_bytes_ += folded_bytes;
  if (++seen_ < looked_back_after) return;
  const bool folds_badly = seen_folded_bytes_ > seen_bytes_ / badly;
  // A single text can keep a book there: were books counted by the texts that came, and not by
  // those that are there, they would become ever more.
  if (folds_badly && books() * looked_back_after <= texts_ + looked_back_after) begin_book();
  seen_ = seen_bytes_ = seen_folded_bytes_ = 0;
}

void AlarmTexts::drop(Block& kept) {
  if (!kept.is_made()) return;
  const std::size_t number = Kept(kept).book;
  kept = {};
  --texts_;
  if (--books_[number]->texts == 0 && number != open_) books_[number] = nullptr;
}

void AlarmTexts::begin_book() {
  if (!books_.empty()) {
    books_[open_]->book.close();
    if (books_[open_]->texts == 0) books_[open_] = nullptr;
  }
  auto place = std::ranges::find_if(books_, is_free);
  if (place == books_.end()) place = books_.emplace(place);
  *place = std::make_unique<Shelved>();
  open_ = static_cast<std::size_t>(place - books_.begin());
}

std::string AlarmTexts::text(const Block& kept) const {
  const Kept found(kept);
  std::string text;
  books_[found.book]->book.unfold(found.folded, found.size, text);
  return text;
}

std::uint64_t AlarmTexts::hash(const Block& kept) const {
  std::uint64_t hash = 0;
  const std::string_view bytes = kept.bytes();
  DESKD_CHECK(bytes.size() > sizeof(hash));
  std::memcpy(&hash, bytes.data(), sizeof(hash));
  return hash;
}

bool AlarmTexts::begins_with(const Block& kept, std::string_view beginning) const {
  const Kept found(kept);
  if (found.size < beginning.size()) return false;
  books_[found.book]->book.unfold(found.folded, beginning.size(), looked_);
  return looked_ == beginning;
}

std::size_t AlarmTexts::books() const {
  return books_.size() - static_cast<std::size_t>(std::ranges::count_if(books_, is_free));
}

}  // namespace deskd::rules

// A folded text is a list of steps. A step says how many bytes follow as they are, and then how
// many to copy from where:
//
//   1 byte    the highest bit: the copy goes on where the last one would have come to, had it not
//             been interrupted by the plain bytes; 3 bits: plain bytes, 7: more; 4 bits: bytes to
//             copy less 4, 15: more
//   number    of plain bytes, less 7, where there are more
//   bytes     the plain ones
//   2 bytes   where to copy from, unless it goes on: a place in the book, or in the text itself
//             with the highest bit set
//   number    of bytes to copy, less 19, where there are more
//
// The last step may end after its plain bytes.

#include "rules/correlator/text_book.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

#include "config/check.h"

namespace deskd::rules {

namespace {

constexpr std::size_t word = 8;        // bytes that are looked at at once
constexpr std::size_t copied_min = 4;  // less saves nothing
constexpr unsigned goes_on = 0x80;
constexpr std::size_t plain_more = 7, copied_more = 15;
constexpr std::size_t own = 0x8000;  // added to a place in the text itself
constexpr std::size_t own_bits = 8;

std::uint64_t word_at(const char* place) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, place, word);
  return bytes;
}

// The first six bytes of a word must be the same for a new place to be worth its two bytes.
static_assert(std::endian::native == std::endian::little);
constexpr std::uint64_t looked_up = (std::uint64_t{1} << 48) - 1;
constexpr std::uint64_t going_on = (std::uint64_t{1} << 32) - 1;

bool is_same(std::uint64_t a, std::uint64_t b, std::uint64_t mask) { return ((a ^ b) & mask) == 0; }

std::uint64_t hash(std::uint64_t bytes) { return (bytes & looked_up) * 0x9E3779B97F4A7C15; }

/// How many bytes are the same, at most `most`.
std::size_t common(const char* a, const char* b, std::size_t most) {
  std::size_t size = 0;
  for (; size + word <= most; size += word) {
    const std::uint64_t difference = word_at(a + size) ^ word_at(b + size);
    if (difference != 0) return size + static_cast<std::size_t>(std::countr_zero(difference)) / 8;
  }
  while (size < most && a[size] == b[size]) ++size;
  return size;
}

char* put_number(char* out, std::size_t number) {
  for (; number >= 0x80; number >>= 7) *out++ = static_cast<char>(number | 0x80);
  *out++ = static_cast<char>(number);
  return out;
}

/// Where to copy from.
struct Copy {
  std::size_t place = 0;  // as it is written
  std::size_t size = 0;   // 0: from nowhere
  bool goes_on = false;
};

/// One text on its way into a folded one.
class Folding {
 public:
  Folding(std::string_view text, std::string_view book, std::span<const std::uint16_t> places)
      : text_(text),
        book_(book),
        places_(places),
        place_shift_(64 - std::bit_width(places.size() - 1)) {}

  char* run(char* out) {
    while (at_ + word <= text_.size()) {
      const Copy copy = find();
      if (copy.size == 0) {
        ++at_;
        continue;
      }
      out = put(out, copy);
    }
    at_ = text_.size();
    return at_ == plain_from_ ? out : put_plain(out, 0, 0);
  }

 private:
  Copy find() {
    const char* here = text_.data() + at_;
    const std::uint64_t bytes = word_at(here);
    const std::size_t left = text_.size() - at_;
    const std::size_t next = next_ + (at_ - plain_from_);
    if (next + word <= book_.size() && is_same(word_at(book_.data() + next), bytes, going_on)) {
      const std::size_t most = std::min(left, book_.size() - next);
      return {next, common(here, book_.data() + next, most), true};
    }
    Copy found;
    const std::uint64_t hashed = hash(bytes);
    const std::size_t place = places_[hashed >> place_shift_];
    if (is_same(word_at(book_.data() + place), bytes, looked_up)) {
      found = {place, common(here, book_.data() + place, std::min(left, book_.size() - place)),
               false};
    }
    find_own(here, bytes, hashed, found);
    return found;
  }

  /// Texts of alarms say the same thing several times, and the book has never heard of it.
  void find_own(const char* here, std::uint64_t bytes, std::uint64_t hashed, Copy& found) {
    if (at_ >= own) return;
    std::uint16_t& last = own_places_[hashed >> (64 - own_bits)];
    const std::size_t place = std::exchange(last, static_cast<std::uint16_t>(at_));
    if (place + word > at_ || !is_same(word_at(text_.data() + place), bytes, looked_up)) return;
    const std::size_t most = std::min(text_.size() - at_, at_ - place);
    const std::size_t size = common(here, text_.data() + place, most);
    if (size > found.size) found = {place | own, size, false};
  }

  char* put(char* out, const Copy& copy) {
    const std::size_t plain = at_ - plain_from_;
    const std::size_t size = copy.size - copied_min;
    out = put_plain(out, copy.goes_on ? goes_on : 0, std::min(size, copied_more));
    if (!copy.goes_on) {
      *out++ = static_cast<char>(copy.place);
      *out++ = static_cast<char>(copy.place >> 8);
    }
    if (size >= copied_more) out = put_number(out, size - copied_more);
    next_ = (copy.place & own) != 0 ? next_ + plain + copy.size : copy.place + copy.size;
    at_ += copy.size;
    plain_from_ = at_;
    return out;
  }

  char* put_plain(char* out, unsigned flag, std::size_t copied) const {
    const std::size_t size = at_ - plain_from_;
    *out++ = static_cast<char>(flag | std::min(size, plain_more) << 4 | copied);
    if (size >= plain_more) out = put_number(out, size - plain_more);
    text_.copy(out, size, plain_from_);
    return out + size;
  }

  std::string_view text_, book_;
  std::span<const std::uint16_t> places_;
  int place_shift_;
  std::size_t at_ = 0;
  std::size_t plain_from_ = 0;
  std::size_t next_ = 0;  // in the book: where the last copy would go on
  std::array<std::uint16_t, std::size_t{1} << own_bits> own_places_{};
};

/// Copies the first `size` bytes of `source`, as far as there is room for them; gives how many.
/// Mostly they are few: then a whole register is copied, and what follows is written over later.
std::size_t copy(std::string_view source, std::size_t size, char* out, std::size_t room) {
  constexpr std::size_t few = 16;
  if (size <= few && source.size() >= few && room >= few) {
    std::memcpy(out, source.data(), few);
    return size;
  }
  return source.copy(out, std::min(size, room));
}

/// The bytes of a folded text, taken one after the other.
class Steps {
 public:
  explicit Steps(std::string_view bytes) : bytes_(bytes) {}

  std::size_t byte() {
    DESKD_CHECK(!bytes_.empty());
    const auto value = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return value;
  }
  std::size_t number() {
    std::size_t value = 0, next = 0;
    int shift = 0;
    do {
      next = byte();
      value |= (next & 0x7F) << shift;
      shift += 7;
    } while (next >= 0x80);
    return value;
  }
  /// So many plain ones, as far as there is room for them; gives how many it copied.
  std::size_t plain(std::size_t size, char* out, std::size_t room) {
    DESKD_CHECK(size <= bytes_.size());
    const std::size_t copied = copy(bytes_, size, out, room);
    bytes_.remove_prefix(size);
    return copied;
  }

 private:
  std::string_view bytes_;
};

}  // namespace

// It begins with bytes of no text, so that the places that were never set can be looked at too.
TextBook::TextBook() : bytes_(word, '\0'), places_(std::make_unique<Places>()) {
  bytes_.reserve(bytes_max);
  places_->fill(0);
}

void TextBook::learn(std::string_view text) {
  DESKD_CHECK(places_ != nullptr && !is_full());
  std::size_t place = bytes_.size();
  bytes_.append(text.substr(0, learned_max));
  for (; place + word <= bytes_.size(); ++place) {
    const std::uint64_t hashed = hash(word_at(bytes_.data() + place));
    (*places_)[hashed >> (64 - place_bits)] = static_cast<std::uint16_t>(place);
  }
}

void TextBook::fold(std::string_view text, std::string& folded) const {
  DESKD_CHECK(places_ != nullptr);
  const std::size_t before = folded.size();
  // A step that copies is never longer than what it copies, but for the number of plain bytes.
  const std::size_t room = before + text.size() + text.size() / 64 + 32;
  folded.resize_and_overwrite(room, [&](char* out, std::size_t) {
    return static_cast<std::size_t>(Folding(text, bytes_, *places_).run(out + before) - out);
  });
}

void TextBook::unfold(std::string_view folded, std::size_t size, std::string& text) const {
  text.resize_and_overwrite(size, [&](char* out, std::size_t) {
    Steps steps(folded);
    std::size_t at = 0, next = 0;
    while (at < size) {
      const std::size_t step = steps.byte();
      std::size_t plain = step >> 4 & plain_more;
      if (plain == plain_more) plain += steps.number();
      at += steps.plain(plain, out + at, size - at);
      if (at == size) break;
      std::size_t place = next + plain;
      if ((step & goes_on) == 0) {
        place = steps.byte();
        place |= steps.byte() << 8;
      }
      std::size_t copied = step & copied_more;
      if (copied == copied_more) copied += steps.number();
      copied += copied_min;
      const bool is_own = (step & goes_on) == 0 && (place & own) != 0;
      next = is_own ? next + plain + copied : place + copied;
      const std::string_view source = is_own ? std::string_view(out, at) : bytes_;
      const std::size_t from = is_own ? place - own : place;
      DESKD_CHECK(from + copied <= source.size());
      at += copy(source.substr(from), copied, out + at, size - at);
    }
    return size;
  });
}

}  // namespace deskd::rules

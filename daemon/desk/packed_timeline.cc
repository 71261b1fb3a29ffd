#include "daemon/desk/packed_timeline.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>

#include "config/check.h"
#include "rules/packing.h"

namespace deskd::desk {

namespace {

using rules::Packer;
using rules::Unpacker;

constexpr std::string_view id_prefix = "0-";  // as `shown_id` writes it
constexpr std::size_t ids_max = 3;            // that are taken out of one text

struct NamedId {
  std::size_t place = 0;  // in the text without ids
  std::uint64_t id = 0;
};

/// The first ids of a text.
struct NamedIds {
  std::array<NamedId, ids_max> ids;
  std::size_t count = 0;

  std::span<const NamedId> all() const { return std::span(ids).first(count); }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The bytes of the id that `text` begins with, as `shown_id` writes it; 0: it begins with none.
std::size_t id_at_front(std::string_view text, std::uint64_t& id) {
  const auto digits = text.substr(id_prefix.size());
  if (digits.empty() || !is_digit(digits[0]) || digits[0] == '0') return 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  return error == std::errc{} ? static_cast<std::size_t>(end - text.data()) : 0;
}

/// Appends `text` to `out` without its first ids, and gives those.
NamedIds take_out_ids(std::string_view text, std::string& out) {
  NamedIds named;
  const auto start = out.size();
  std::size_t from = 0;
  while (named.count < ids_max) {
    from = text.find(id_prefix, from);
    if (from == std::string_view::npos) break;
    std::uint64_t id = 0;
    const auto bytes = id_at_front(text.substr(from), id);
    if (bytes == 0) {
      ++from;
      continue;
    }
    out += text.substr(0, from);
    named.ids[named.count++] = {out.size() - start, id};
    text.remove_prefix(from + bytes);
    from = 0;
  }
  out += text;
  return named;
}

std::string put_back_ids(std::string_view text, std::span<const NamedId> ids) {
  std::string whole;
  std::size_t done = 0;
  for (const auto& [place, id] : ids) {
    whole += text.substr(done, place - done);
    whole += shown_id(id);
    done = place;
  }
  return whole += text.substr(done);
}

/// An entry as it stands in the bytes.
struct PackedEntry {
  Time at;
  SharedTexts::Handle rest = 0;
  NamedIds named;
};

PackedEntry unpack(Unpacker& unpacker) {
  PackedEntry entry;
  entry.at = unpacker.time();
  entry.rest = static_cast<SharedTexts::Handle>(unpacker.number());
  entry.named.count = unpacker.number_up_to(ids_max);
  for (auto& named : std::span(entry.named.ids).first(entry.named.count))
    named = {unpacker.number(), unpacker.number()};
  return entry;
}

}  // namespace

void PackedTimeline::push_back(const TimelineEntryView& entry, SharedTexts& texts) {
  std::string rest;
  rest.reserve(entry.actor.size() + entry.action.size() + entry.text.size() + 8);
  Packer rest_packer(rest);
  rest_packer.text(entry.actor);
  rest_packer.text(entry.action);
  const auto named = take_out_ids(entry.text, rest);

  std::array<char, (3 + 2 * ids_max) * rules::packed_number_max> bytes;
  char* end = rules::pack_number(bytes.data(), rules::number_of(entry.at));
  end = rules::pack_number(end, texts.share(rest));
  end = rules::pack_number(end, named.count);
  for (const auto& [place, id] : named.all()) {
    end = rules::pack_number(end, place);
    end = rules::pack_number(end, id);
  }
  entries_.append({bytes.data(), end});
  ++size_;
}

std::vector<TimelineEntry> PackedTimeline::read(const SharedTexts& texts) const {
  std::vector<TimelineEntry> timeline;
  timeline.reserve(size_);
  Unpacker unpacker(entries_.view());
  while (!unpacker.at_end()) {
    const auto entry = unpack(unpacker);
    const auto rest = texts.text(entry.rest);
    Unpacker rest_unpacker(rest);
    const auto actor = rest_unpacker.text();
    const auto action = rest_unpacker.text();
    const auto text = rest.substr(rest.size() - rest_unpacker.left());
    timeline.push_back(
        {entry.at, std::string(actor), std::string(action), put_back_ids(text, entry.named.all())});
  }
  DESKD_CHECK(!unpacker.failed() && timeline.size() == size_);
  return timeline;
}

Time PackedTimeline::first_at() const { return Unpacker(entries_.view()).time(); }

void PackedTimeline::keep_last(std::size_t count, SharedTexts& texts) {
  if (size_ <= count) return;
  const auto bytes = entries_.view();
  Unpacker unpacker(bytes);
  for (; size_ > count; --size_) texts.release(unpack(unpacker).rest);
  DESKD_CHECK(!unpacker.failed());
  entries_.remove_prefix(bytes.size() - unpacker.left());
}

}  // namespace deskd::desk

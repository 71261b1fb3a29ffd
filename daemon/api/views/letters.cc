#include "daemon/api/views/letters.h"

#include <algorithm>

#include <fmt/format.h>

namespace deskd::api {

static_assert(limits::dead_letters_max <= limits::scan_max, "one look sees all of them");

namespace {

bool is_one_of(const std::vector<std::string>& wanted, std::string_view name) {
  return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
}

bool is_wanted(const daemon::Core& core, const LetterSearch& search,
               const ledger::DeadLetter& letter) {
  return (!search.partition || *search.partition == letter.partition) &&
         is_one_of(search.topics, letter.topic) &&
         is_one_of(search.sources, core.source_name(letter.source));
}

/// Those that are wanted behind the cursor, in order.
std::vector<const ledger::DeadLetter*> all_wanted(const daemon::Core& core,
                                                  const LetterSearch& search) {
  const auto& all = core.dead_letters().all();
  const auto& [oldest_first, after, limit] = search.order;
  std::vector<const ledger::DeadLetter*> wanted;
  const auto begin = oldest_first ? all.upper_bound(after) : all.begin();
  const auto end = oldest_first || after == 0 ? all.end() : all.lower_bound(after);
  for (auto entry = begin; entry != end; ++entry) {
    if (is_wanted(core, search, entry->second)) wanted.push_back(&entry->second);
  }
  if (!oldest_first) std::ranges::reverse(wanted);
  return wanted;
}

LetterView without_value(const daemon::Core& core, const ledger::DeadLetter& letter) {
  return {std::string(core.source_name(letter.source)),
          {.id = letter.id,
           .source = letter.source,
           .topic = letter.topic,
           .partition = letter.partition,
           .offset = letter.offset,
           .at = letter.at,
           .reason = letter.reason,
           .key = letter.key,
           .value = {},
           .value_bytes = letter.value_bytes,
           .is_cut = letter.is_cut,
           .taken = letter.taken}};
}

}  // namespace

Page<LetterView> find_letters(const daemon::Core& core, const LetterSearch& search) {
  Page<LetterView> page;
  for (const auto* letter : all_wanted(core, search)) {
    if (page.items.size() == search.order.limit) {
      page.next = std::to_string(page.items.back().letter.id);
      break;
    }
    page.items.push_back(without_value(core, *letter));
  }
  return page;
}

PickedLetters pick_letters(const daemon::Core& core, const LetterSearch& search,
                           std::size_t bytes_max) {
  PickedLetters picked;
  std::size_t bytes = 0;
  for (const auto* letter : all_wanted(core, search)) {
    bytes += letter->value.size();
    const bool is_full =
        picked.ids.size() == search.order.limit || (bytes > bytes_max && !picked.ids.empty());
    if (picked.remaining > 0 || is_full) {
      ++picked.remaining;
    } else {
      picked.ids.push_back(letter->id);
    }
  }
  if (picked.remaining > 0) picked.next = std::to_string(picked.ids.back());
  return picked;
}

std::string no_such_letter(std::string_view id) {
  return fmt::format("there is no dead letter {}", id);
}

std::optional<LetterView> copy_letter(const daemon::Core& core, std::uint64_t letter) {
  const auto* found = core.dead_letters().find(letter);
  if (found == nullptr) return std::nullopt;
  return LetterView{std::string(core.source_name(found->source)), *found};
}

}  // namespace deskd::api

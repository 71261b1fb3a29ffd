#include "rules/correlator/label_marks.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <tuple>

#include "rules/correlator/hash.h"
#include "rules/field.h"

namespace deskd::rules {

namespace {

constexpr unsigned bits_of_a_place = std::bit_width(LabelMarks::bits - 1);
static_assert(std::tuple_size_v<LabelMark> * bits_of_a_place <= 64);

/// Which groups have all bits of a mark.
std::uint64_t groups_of(const std::array<std::uint64_t, LabelMarks::bits>& groups,
                        const LabelMark& mark) {
  std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
  for (const std::size_t bit : mark) all &= groups[bit];
  return all;
}

}  // namespace

LabelMark label_mark(Field field, std::string_view name, std::string_view value) {
  LabelMark mark{};
  std::uint64_t hash = hash64(value, hash64(name, static_cast<std::uint64_t>(field)));
  for (std::uint16_t& bit : mark) {
    bit = static_cast<std::uint16_t>(hash % LabelMarks::bits);
    hash >>= bits_of_a_place;
  }
  return mark;
}

const LabelMarks::Block* LabelMarks::find(std::size_t block) const {
  return block < blocks_.size() ? blocks_[block].get() : nullptr;
}

std::uint64_t LabelMarks::groups_with(std::size_t block, const WantedMarks& wanted) const {
  std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
  const Block* found = find(block);
  if (found == nullptr) return all;
  for (const auto& any_of : wanted) {
    std::uint64_t any = 0;
    for (const LabelMark& mark : any_of) any |= groups_of(found->groups, mark);
    all &= any;
  }
  return all | ~found->read;
}

bool LabelMarks::is_read(std::size_t alarm) const {
  const Block* found = find(alarm / block_size);
  return found != nullptr && (found->read >> group(alarm) & 1) != 0;
}

void LabelMarks::read(std::size_t alarm, std::span<const AlarmText> texts) {
  const std::size_t number = alarm / block_size;
  if (number >= blocks_.size()) blocks_.resize(number + 1);
  if (blocks_[number] == nullptr) blocks_[number] = std::make_unique<Block>();
  Block& block = *blocks_[number];
  const std::uint64_t own = std::uint64_t{1} << group(alarm);
  for (std::uint64_t& groups : block.groups) groups &= ~own;
  for (const AlarmText& text : texts) set(block, group(alarm), text);
  block.read |= own;
  block.added[group(alarm)] = 0;
}

void LabelMarks::add(std::size_t alarm, const AlarmText& text) {
  if (!is_read(alarm)) return;
  Block& block = *blocks_[alarm / block_size];
  const std::size_t added = block.added[group(alarm)] + set(block, group(alarm), text);
  if (added > renewed_after) block.read &= ~(std::uint64_t{1} << group(alarm));
  block.added[group(alarm)] = static_cast<std::uint8_t>(std::min(added, renewed_after));
}

std::size_t LabelMarks::set(Block& block, std::size_t group, const AlarmText& text) {
  const std::uint64_t own = std::uint64_t{1} << group;
  std::size_t added = 0;
  const auto set_mark = [&](const LabelMark& mark) {
    if ((groups_of(block.groups, mark) & own) != 0) return;
    for (const std::size_t bit : mark) block.groups[bit] |= own;
    ++added;
  };
  const AlarmTextView view = text.view();
  set_mark(label_mark(Field::type, {}, view.type));
  set_mark(label_mark(Field::resource, {}, view.resource));
  for (const Label& label : view.labels) {
    set_mark(label_mark(Field::label, label.name, label.value));
  }
  return added;
}

}  // namespace deskd::rules

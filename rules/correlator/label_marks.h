#pragma once
// Tells most alarms that lack a label from those that have it, without reading their texts.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "rules/alarm.h"
#include "rules/label_mark.h"

namespace deskd::rules {

/// A group of 16 alarms whose ids follow each other has 1,024 bits for all their labels, of which
/// neighbours have many in common. Those of 64 groups stand side by side, so that one word answers
/// for 1,024 alarms. A group's texts are read when somebody asks for the first time: until then it
/// has no marks, and who never asks pays nothing; then they take 8 bytes an alarm. An alarm that
/// has a label is never missed; one that lacks it may be taken for one that has it, for instance
/// because it had it: marks stay until much has changed and the group is read anew.
///
/// Owned by the correlator; core thread only. Alarms count from 0 here.
class LabelMarks {
 public:
  static constexpr std::size_t group_size = 16;
  static constexpr std::size_t groups_in_block = 64;
  static constexpr std::size_t block_size = group_size * groups_in_block;
  static constexpr std::size_t bits = 1024;

  /// Of a block, by group: which may have alarms that have all of these. Those that are not read
  /// may have any.
  std::uint64_t groups_with(std::size_t block, const WantedMarks& wanted) const;
  bool is_read(std::size_t alarm) const;
  /// What all alarms of the group of `alarm` say now.
  void read(std::size_t alarm, std::span<const AlarmText> texts);
  /// What one alarm says now; of no account where its group was not read.
  void add(std::size_t alarm, const AlarmText& text);

 private:
  struct Block {
    std::array<std::uint64_t, bits> groups{};           // by bit: which groups have it
    std::uint64_t read = 0;                             // which groups' texts were read
    std::array<std::uint8_t, groups_in_block> added{};  // marks since
  };
  static constexpr std::size_t renewed_after = 64;  // marks more

  static std::size_t group(std::size_t alarm) { return alarm / group_size % groups_in_block; }
  const Block* find(std::size_t block) const;
  static std::size_t set(Block& block, std::size_t group, const AlarmText& text);  // new marks

  std::vector<std::unique_ptr<Block>> blocks_;  // nullptr: nobody asked
};

}  // namespace deskd::rules

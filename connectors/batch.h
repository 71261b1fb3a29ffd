#pragma once
// The alerts of one message from outside, on their way from a source to the core.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "connectors/judging.h"
#include "connectors/receipt.h"
#include "rules/alert.h"
#include "rules/verdict.h"

namespace deskd::connectors {

/// A transport's mark on a message, by which its repeats are known.
struct RepeatMark {
  std::string key;              // scope and key: "in/hooks\0KEY"
  std::uint64_t body_hash = 0;  // xxh3 of the body; another body under the same key is refused
  std::uint16_t status = 0;     // the answer that a repeat gets again
  std::string answer;
};

/// Where in the received bytes the element stands that an alert was made of.
struct ElementPlace {
  static constexpr std::uint32_t unknown = ~std::uint32_t{0};
  std::uint32_t offset = unknown;
  std::uint32_t index = 0;  // in the body's list of alerts

  /// Tells the alerts of a message apart that begins at `begin` of the received bytes, whenever it
  /// is read: where the element begins in it, or else its index with the highest bit set.
  std::uint32_t mark(std::uint32_t begin = 0) const {
    return offset == unknown ? index | (std::uint32_t{1} << 31) : offset - begin;
  }
};

/// The reserved source of what deskd itself reports; its alerts are made by the core.
inline constexpr std::string_view own_source = "deskd";

/// Up to where a Kafka source has read a partition: goes into the same record as the alerts before
/// it.
struct KafkaPosition {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t next = 0;
  bool restarted = false;  // its offsets began anew, so `next` may be lower than what is known
};

/// Records that are gone before they were read: retention was faster, or the topic began anew. Or
/// they are there, and the broker itself hands them out damaged.
struct KafkaGap {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t expected = 0;  // the offset that was to be read next
  std::int64_t resumed = 0;   // the one that is read instead
  std::uint64_t lost = 0;     // records at most; compaction and transactions leave holes too
  bool is_damaged = false;
};

/// A message that can't become an alert; kept durably until a person deals with it.
struct DeadLetter {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  rules::Time at;
  std::string reason;
  std::string key;
  std::string value;  // cut at limits::dead_letter_bytes_max
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::uint64_t value_bytes = 0;  // of the whole value
  bool is_cut = false;            // of key, headers or value something is missing
  /// The alerts that could be read, and were taken: see `ElementPlace::mark`.
  std::vector<std::uint32_t> taken = {};
};

/// What a dead letter takes of memory, before and behind the core's door.
template <class Letter>
std::size_t letter_weight(const Letter& letter) {
  std::size_t bytes = sizeof(letter) + letter.topic.size() + letter.reason.size() +
                      letter.key.size() + letter.value.size() +
                      letter.taken.size() * sizeof(letter.taken[0]);
  for (const auto& header : letter.headers) {
    bytes += sizeof(header) + header.first.size() + header.second.size();
  }
  return bytes;
}

/// What the texts of an alert take in a record, each written whole, however many alerts share one:
/// the key twice, as it names the origin too. The judge adds the identity and what rules state.
std::size_t text_weight(const rules::Alert& alert);
/// What is wrong with a body whose alerts weigh more than limits::batch_text_bytes_max.
std::string_view states_too_much();

/// Owns the memory of its alerts: the received bytes, an arena, and the setup that judged it. Made
/// by one source thread, then handed to the core; never used by two threads at once. Not movable:
/// alerts are views into it.
class Batch {
 public:
  explicit Batch(std::string received)
      : received_(std::make_shared<std::string>(std::move(received))), arena_(received_->size()) {}
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  /// The body. Its capacity may be grown for padding before the first view into it is made.
  std::string& received() { return *received_; }
  /// The same, which may then outlive the batch; it must not be changed any more.
  std::shared_ptr<const std::string> share_received() const { return received_; }
  std::pmr::memory_resource& arena() { return arena_; }
  /// A copy of `text` that lives as long as the batch.
  std::string_view keep(std::string_view text);
  /// A copy of both, one behind the other.
  std::string_view keep(std::string_view first, std::string_view second);
  /// Keeps what its alerts are views into beside its own memory: the mapping of its source.
  void hold(const std::shared_ptr<const void>& owner) {
    if (owner_ != owner) owner_ = owner;
  }

  std::string source;                    // the configured name
  std::string peer;                      // the address of who sent it; may be empty
  std::vector<rules::Alert> alerts;      // as decoded, in the sender's order
  std::vector<ElementPlace> elements;    // one for each alert, or none where the format knows none
  std::vector<rules::Verdict> verdicts;  // one for each alert
  std::shared_ptr<const Judging> setup;  // that judged them
  rules::Time received_at;
  std::size_t written = 0;  // bytes that its alerts take in a record: see `text_weight`
  std::optional<RepeatMark> mark;
  Receipt receipt;

  /// Of a Kafka source; may stand in a batch without alerts. Where there are some, each alert's
  /// `received_at` is its record's time, and the source's time goes on from alert to alert: those
  /// of several partitions should stand in the order of their times.
  std::vector<KafkaPosition> positions;
  std::vector<DeadLetter> dead_letters;
  std::vector<KafkaGap> gaps;  // before the positions
  /// Set once an earlier batch of these positions was turned away: this one must be too, else its
  /// positions would pass over what was in that. May be null.
  std::shared_ptr<const std::atomic<bool>> is_broken;
  bool must_be_turned_away() const { return is_broken != nullptr && *is_broken; }
  /// How far the source's time has come with this batch; unknown: it is live, its time is now.
  rules::Time watermark;

  /// What it weighs in its lane: the alerts, and the greater of what it holds (the body, what the
  /// arena gave out) and what a record holds of it, where texts that its alerts share stand for
  /// each.
  std::size_t bytes() const;
  /// What the arena gave out.
  std::size_t kept_bytes() const { return arena_.given(); }

 private:
  class CountingArena : public std::pmr::memory_resource {
   public:
    explicit CountingArena(std::size_t first_bytes) : next_block_(first_bytes + 1024) {}
    std::size_t given() const { return given_; }

   private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override;
    void do_deallocate(void*, std::size_t, std::size_t) override {}
    bool do_is_equal(const memory_resource& other) const noexcept override {
      return this == &other;
    }
    void add_block(std::size_t bytes);

    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::byte* free_ = nullptr;  // of the last block
    std::size_t free_bytes_ = 0;
    std::size_t next_block_;
    std::size_t given_ = 0;
  };

  std::shared_ptr<const void> owner_;
  std::shared_ptr<std::string> received_;  // never null
  CountingArena arena_;
};

}  // namespace deskd::connectors

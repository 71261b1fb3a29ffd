#pragma once
// Where records begin again behind some that the broker itself hands out damaged.

#include <cstdint>

namespace deskd::connectors {

/// The library names only where such a batch of records begins, and would ask for it for ever. Its
/// end is found by starting the partition elsewhere: inside the batch the same one comes again,
/// behind it something else. First a few tries where reading stopped, since damage on the way
/// mends itself; then in steps that double, then by halves. So no readable record is passed over.
/// Pure; the reader's thread.
class DamageSearch {
 public:
  /// Reading stopped before `next`; the batch that can't be read begins at `base`, which may be
  /// before it.
  DamageSearch(std::int64_t next, std::int64_t base)
      : base_(base), inside_(next < base ? base : next), start_(next) {}

  /// Where to start: the same until something came. `end` of the partition is behind all damage.
  std::int64_t next_start(std::int64_t end);

  /// From the last start on, the batch that begins at `base` came, and could not be read.
  void came_damaged(std::int64_t base);
  /// From the last start on, something could be read, or there was nothing more.
  void came_readable();

  /// Reading goes on at `readable_at`, which is the last start.
  bool is_over() const { return is_over_; }
  std::int64_t readable_at() const { return start_; }
  /// Of the records between, as far as offsets tell.
  std::uint64_t lost() const;

 private:
  static constexpr std::int64_t unknown = -1;
  static constexpr int tries_max = 3;

  std::int64_t base_;
  std::int64_t inside_;            // the last offset that is known to be damaged
  std::int64_t behind_ = unknown;  // the first that is known not to be
  std::int64_t step_ = 1;
  std::int64_t start_;
  std::int64_t first_inside_ = inside_;
  int tries_ = 1;
  bool is_over_ = false;
};

}  // namespace deskd::connectors

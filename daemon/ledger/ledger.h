#pragma once
// The durable journal of commit records, as rows of an SQLite database that this process alone has
// open.

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "daemon/ledger/record.h"
#include "daemon/ledger/record_reader.h"
#include "rules/restoring.h"

namespace deskd::ledger {

enum class CommitResult : std::uint8_t {
  synced,   // durable
  no_room,  // disk or size_max: rolled back; the same records may be tried again
  broken,   // an I/O error, a failed sync or an unknown outcome: the process must end and recover
};

/// WAL, synchronous=FULL, exclusive lock. One thread at a time: the ledger thread, or who recovers
/// before it starts.
class Ledger {
 public:
  /// Opens or makes `folder`/ledger.db. Fails, with a sentence that names the file and the remedy:
  /// locked by another deskd, no permission, not a ledger, written by a newer version, damaged.
  static std::expected<std::unique_ptr<Ledger>, std::string> open(const std::string& folder,
                                                                  std::uint64_t size_max);
  ~Ledger();

  /// False: it can't be applied.
  using Apply = std::function<bool(const Record&)>;
  /// Every record in order. Fails with a sentence that names the record: damaged (checksum, gap),
  /// of an unknown version, or refused by `each`, which gets no more once it returned false.
  std::expected<void, std::string> replay(const Apply& each);
  /// The same for several who have nothing in common: the first runs on the calling thread, each
  /// other one on a thread of its own. Another thread reads ahead of them.
  std::expected<void, std::string> replay(std::span<const Apply> all, const AlertsWanted& alerts);
  /// For states that were replayed and can't all be true: a sentence that names the last record
  /// that tells of this entity.
  std::string problem_with(const rules::Contradiction& contradiction);
  std::uint64_t last_number() const;
  rules::Time last_at() const;

  /// All of `records` in one transaction, synced when it returns. They continue the numbers without
  /// a gap. After `broken` every further commit is broken too.
  CommitResult commit(std::span<const Record> records);
  /// Why the last commit failed, in words.
  const std::string& last_error() const;

  /// For a moment in which no commit waits: moves what has gathered in the WAL into the database,
  /// when it is enough to be worth the syncs; until the WAL's file is as long as it gets, makes
  /// room in it for the next commits. A commit that finds too much in the WAL empties it itself.
  /// What was committed is safe whatever happens here: a fault shows at the next commit.
  void tidy();

  std::uint64_t bytes() const;  // on disk, WAL included; any thread may ask
  double fullness() const;      // share of size_max that is taken, 0 to 1
  /// Whether `fullness` may have come to limits::ledger_slow_from; costs nothing, which `fullness`
  /// does.
  bool may_be_nearly_full() const;

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace deskd::ledger

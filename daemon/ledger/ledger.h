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

  /// Every record in order. Fails with a sentence: damaged record (checksum, gap, unknown version).
  std::expected<void, std::string> replay(const std::function<bool(Record)>& each);
  std::uint64_t last_number() const;
  rules::Time last_at() const;

  /// All of `records` in one transaction, synced when it returns.
  CommitResult commit(std::span<const Record> records);
  /// Why the last commit failed, in words.
  const std::string& last_error() const;

  std::uint64_t bytes() const;  // on disk, WAL included

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace deskd::ledger

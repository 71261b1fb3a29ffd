#pragma once
// Finds or makes ledger.db in its folder, takes its lock, and makes sure that it is one of ours.

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "daemon/ledger/sqlite.h"

namespace deskd::ledger {

/// Counts up when the tables change.
constexpr std::int64_t schema_version = 1;
/// Of a ledger made by this version; one made by an older deskd keeps its own. A commit writes
/// three pages at least, so small ones suit a single alert; a batch of 1,000 costs the same with
/// any.
constexpr std::int64_t page_bytes = 4 * 1024;

/// How `size_max` is shared out, in pages.
struct PageBudget {
  std::int64_t page_bytes = 0;
  std::int64_t database = 0;  // the file may grow to this
  std::int64_t wal = 0;       // when so many wait in the WAL they are moved into the database
  std::int64_t wal_idle = 0;  // the same when no commit waits meanwhile

  /// What these pages take in the WAL's file: a header, and one before each page.
  std::int64_t wal_bytes() const { return 32 + wal * (page_bytes + 24); }
};

struct LedgerFile {
  std::unique_ptr<Database> database;
  PageBudget budget;
};

/// Makes the folder (0700; its parent must exist) and the file (0600) where they are missing, and
/// opens it locked: WAL, synchronous=FULL, within `size_max` bytes. Fails with a sentence that
/// names the file and the remedy.
std::expected<LedgerFile, std::string> open_ledger_file(const std::string& folder,
                                                        std::uint64_t size_max);
/// "FOLDER/ledger.db".
std::string ledger_file_path(const std::string& folder);

/// xxh3-64 of a blob as it stands on disk. Seeded by the rest of its row, so that a blob in a wrong
/// row, or a row with a wrong time, does not match either.
std::int64_t blob_sum(std::string_view blob, std::int64_t number, std::int64_t at);

}  // namespace deskd::ledger

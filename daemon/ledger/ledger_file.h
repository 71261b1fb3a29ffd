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
/// Large pages: a record is one blob of 10 to 1,000 KiB.
constexpr std::int64_t page_bytes = 16 * 1024;

/// How `size_max` is shared out, in pages.
struct PageBudget {
  std::int64_t database = 0;  // the file may grow to this
  std::int64_t wal = 0;       // when so many wait in the WAL they are moved into the database
};
PageBudget page_budget(std::uint64_t size_max);

/// Makes the folder (0700; its parent must exist) and the file (0600) where they are missing, and
/// opens it locked: WAL, synchronous=FULL, within `budget`. Fails with a sentence that names the
/// file and the remedy.
std::expected<std::unique_ptr<Database>, std::string> open_ledger_file(const std::string& folder,
                                                                       const PageBudget& budget);
/// "FOLDER/ledger.db".
std::string ledger_file_path(const std::string& folder);

/// xxh3-64 of a blob as it stands on disk. Seeded by the rest of its row, so that a blob in a wrong
/// row, or a row with a wrong time, does not match either.
std::int64_t blob_sum(std::string_view blob, std::int64_t number, std::int64_t at);

}  // namespace deskd::ledger

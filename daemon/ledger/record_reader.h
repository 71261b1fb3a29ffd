#pragma once
// The rows of a ledger as records, each checked.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>

#include "daemon/ledger/compression.h"
#include "daemon/ledger/record.h"
#include "daemon/ledger/sqlite.h"

namespace deskd::ledger {

/// Of which records a replay gives the alerts: the last so many that hold some, or as many as come
/// to so many bytes unpacked; at least one. Recovery needs none, and they are most of a ledger.
struct AlertsWanted {
  std::size_t records = std::numeric_limits<std::size_t>::max();
  std::size_t bytes = std::numeric_limits<std::size_t>::max();
};

/// Reads every record of a ledger in order. One thread at a time, and nobody else uses the database
/// meanwhile.
///
/// All that is on the disk is held against its sums. Alerts that are not wanted are not unpacked,
/// so that such of them as a newer deskd wrote are not seen; the last ones it wrote are.
class RecordReader {
 public:
  /// `path` names the file in errors; `last`: the number of its last record.
  RecordReader(Database& database, std::string path, std::uint64_t last,
               const AlertsWanted& wanted);

  /// The next record; nothing after the last one. Fails with a sentence that names the record:
  /// missing, damaged or of an unknown version. Not to be called again then.
  std::expected<std::optional<Record>, std::string> next();

 private:
  bool begin();
  void find_wanted_alerts();
  std::expected<Record, std::string> read_row();
  std::string read_states(Record& record);
  std::string read_alerts(Record& record);
  bool has_sum(int blob_column, int sum_column) const;

  // Fixed after construction.
  Database& database_;
  const std::string path_;
  const std::uint64_t last_;
  const AlertsWanted wanted_;

  Compression compression_;
  Statement rows_;
  std::uint64_t expected_ = 0;     // the number of the next record; 0: not begun
  std::uint64_t alerts_from_ = 1;  // the first record whose alerts are wanted
};

}  // namespace deskd::ledger

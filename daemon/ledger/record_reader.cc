#include "daemon/ledger/record_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "config/limits.h"
#include "daemon/ledger/alert_log.h"
#include "daemon/ledger/ledger_file.h"
#include "daemon/ledger/states.h"

namespace deskd::ledger {
namespace {

using Failure = std::unexpected<std::string>;

/// The columns of a row, in the order of `select_sql`.
enum Column : int { number, at, states_sum, alerts_sum, states, alerts };

constexpr const char* select_sql =
    "SELECT number, at, states_sum, alerts_sum, states, alerts FROM record ORDER BY number";
constexpr const char* newest_first_sql = "SELECT number, alerts FROM record ORDER BY number DESC";

constexpr const char* bad_sum =
    "its checksum does not match, so it is damaged; restore a copy of the ledger";
constexpr const char* not_packed = "it does not unpack; restore a copy of the ledger";

}  // namespace

RecordReader::RecordReader(Database& database, std::string path, std::uint64_t last,
                           const AlertsWanted& wanted)
    : database_(database), path_(std::move(path)), last_(last), wanted_(wanted) {}

std::expected<std::optional<Record>, std::string> RecordReader::next() {
  if (expected_ == 0 && !begin()) {
    return Failure(fmt::format("{} is damaged: {}", path_, database_.error()));
  }
  const SqlResult result = rows_.step();
  if (result == SqlResult::row) {
    auto record = read_row();
    if (!record) return Failure(std::move(record.error()));
    ++expected_;
    return std::move(*record);
  }
  if (result != SqlResult::done || expected_ != last_ + 1) {
    return Failure(fmt::format("{} is damaged at record {}: {}", path_, expected_,
                               result == SqlResult::done ? "it is missing" : database_.error()));
  }
  return std::nullopt;
}

bool RecordReader::begin() {
  find_wanted_alerts();
  auto rows = database_.prepare(select_sql);
  if (!rows) return false;
  rows_ = std::move(*rows);
  expected_ = 1;
  return true;
}

// From the end back, as far as sizes go. What can't be read here is met again in its turn, and
// named then.
void RecordReader::find_wanted_alerts() {
  const AlertsWanted all;
  if (wanted_.records == all.records && wanted_.bytes == all.bytes) return;
  auto newest_first = database_.prepare(newest_first_sql);
  if (!newest_first) return;
  AlertsWanted left = wanted_;
  alerts_from_ = last_ + 1;
  while (left.records > 0 && left.bytes > 0 && newest_first->step() == SqlResult::row) {
    const std::string_view packed = newest_first->bytes(1);
    if (packed.empty()) continue;
    alerts_from_ = static_cast<std::uint64_t>(newest_first->number(0));
    --left.records;
    left.bytes -= std::min(left.bytes, Compression::unpacked_size(packed));
  }
}

std::expected<Record, std::string> RecordReader::read_row() {
  Record record;
  record.number = static_cast<std::uint64_t>(rows_.number(Column::number));
  record.at = rules::Time{rules::Duration{rows_.number(Column::at)}};
  if (record.number != expected_) {
    return Failure(
        fmt::format("record {} of {} is missing; the next one is {}: restore a copy of the ledger",
                    expected_, path_, record.number));
  }
  std::string problem = read_states(record);
  if (problem.empty()) problem = read_alerts(record);
  if (!problem.empty()) {
    return Failure(fmt::format("record {} of {} cannot be read: {}", expected_, path_, problem));
  }
  return record;
}

std::string RecordReader::read_states(Record& record) {
  if (!has_sum(Column::states, Column::states_sum)) return bad_sum;
  auto raw = compression_.unpack(rows_.bytes(Column::states), limits::record_bytes_max);
  if (!raw) return not_packed;
  record.states = std::move(*raw);
  return states_problem(record.states);
}

std::string RecordReader::read_alerts(Record& record) {
  if (!has_sum(Column::alerts, Column::alerts_sum)) return bad_sum;
  if (record.number < alerts_from_) return {};
  auto raw = compression_.unpack(rows_.bytes(Column::alerts), limits::record_bytes_max);
  if (!raw) return not_packed;
  record.alerts = std::move(*raw);
  return alerts_problem(record.alerts);
}

bool RecordReader::has_sum(int blob_column, int sum_column) const {
  return blob_sum(rows_.bytes(blob_column), rows_.number(Column::number),
                  rows_.number(Column::at)) == rows_.number(sum_column);
}

}  // namespace deskd::ledger

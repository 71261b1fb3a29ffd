#pragma once
// Traps for tests: what a receiver would fill in, with the memory that it would own.

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"
#include "config/yaml.h"
#include "connectors/batch.h"
#include "connectors/snmp/notification.h"
#include "connectors/snmp/oid_csv.h"
#include "connectors/snmp/oid_table.h"
#include "connectors/snmp/trap_labels.h"

namespace deskd::connectors {

inline std::shared_ptr<const config::SourceFile> file_of(std::string text,
                                                         std::string name = "oids.csv") {
  return std::make_shared<config::SourceFile>(std::move(name), std::move(text));
}

constexpr std::string_view csv_header = "oid,module,name,kind,syntax,hint,refers,values\n";

/// The table that ships; read once.
inline const OidTable& shipped_table() {
  static const std::shared_ptr<const OidTable> table = [] {
    config::Problems problems;
    const auto file =
        config::read_file(DESKD_ROOT "/config/snmp/oids.csv", "config/snmp/oids.csv", problems);
    auto compiled = OidTable::compile(read_oid_csv(file, problems));
    return problems.empty() && compiled ? *compiled : nullptr;
  }();
  return *table;
}

/// A table of these lines, which have no mistake.
inline std::shared_ptr<const OidTable> table_of(const std::string& lines) {
  config::Problems problems;
  auto table = OidTable::compile(read_oid_csv(file_of(std::string(csv_header) + lines), problems));
  return problems.empty() && table ? *table : nullptr;
}

inline Value text(std::string_view bytes) { return Octets{bytes}; }

/// One trap, and its alert when it is read by the shipped table. Texts given to it are literals.
class SentTrap {
 public:
  SentTrap() { trap.sender_address = "192.0.2.1"; }
  explicit SentTrap(std::string_view trap_oid) : SentTrap() {
    add("1.3.6.1.2.1.1.3.0", TimeTicks{12345});
    add("1.3.6.1.6.3.1.1.4.1.0", oid(trap_oid));
  }

  OidView oid(std::string_view dotted) {
    return oids_.emplace_back(Oid::parse(dotted).value_or(Oid()));
  }
  SentTrap& add(std::string_view dotted, Value value) {
    varbinds.push_back({oid(dotted), value});
    return *this;
  }

  const rules::Alert& read_v1(V1Head head) {
    trap.version = SnmpVersion::v1;
    taken = map_v1(head, varbinds, trap).has_value();
    return read_labels();
  }
  const rules::Alert& read(const OidTable& table = shipped_table()) {
    taken = take_head(varbinds, trap).has_value();
    return read_labels(table);
  }
  const rules::Alert& read_labels(const OidTable& table = shipped_table()) {
    TrapLabels labels;
    result = labels.read(trap, table, batch);
    return result.alert;
  }
  /// `name=value`, one a line, in the order in which the alert has them.
  std::string lines() const {
    std::string all;
    for (const auto& [name, value] : result.alert.labels) {
      all.append(name).append("=").append(value).append("\n");
    }
    return all;
  }
  std::string_view label(std::string_view name) const {
    return rules::find_label(result.alert.labels, name);
  }

  Trap trap;
  std::vector<Varbind> varbinds;
  bool taken = false;
  Batch batch{std::string()};
  TrapAlert result;

 private:
  std::deque<Oid> oids_;
};

}  // namespace deskd::connectors

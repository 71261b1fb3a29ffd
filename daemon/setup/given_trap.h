#pragma once
// A trap that a rule's test writes down, as the receiver would hand it on.

#include <deque>
#include <expected>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/batch.h"
#include "connectors/snmp/oid_table.h"
#include "connectors/snmp/trap.h"
#include "rules/rule_test.h"

namespace deskd::daemon {

/// Lives while tests run, on one thread; what it makes lives as long as it does and as the batch.
class GivenTraps {
 public:
  /// `table` gives the names that tests write, and outlives this.
  explicit GivenTraps(const connectors::OidTable& table);

  /// The trap as version 2c sends it. All mistakes are in what the test says.
  std::expected<connectors::Trap, rules::Undecoded> make(const rules::GivenTrap& given,
                                                         connectors::Batch& batch);

 private:
  using Undecoded = rules::Undecoded;
  /// An OID and what the table knows of it.
  struct Named {
    connectors::OidView oid;
    const connectors::OidEntry* entry = nullptr;
  };

  std::expected<Named, Undecoded> read_oid(const rules::Text& text);
  std::expected<connectors::Value, Undecoded> read_value(const rules::GivenTrap::Varbind& varbind,
                                                         const connectors::OidEntry* entry,
                                                         connectors::Batch& batch);
  std::expected<connectors::Value, Undecoded> read_number(const rules::GivenTrap::Varbind& varbind,
                                                          connectors::Syntax syntax,
                                                          const connectors::OidEntry* entry) const;
  connectors::OidView keep(const connectors::Oid& oid) { return oids_.emplace_back(oid); }

  const connectors::OidTable& table_;
  std::unordered_map<std::string_view, const connectors::OidEntry*> by_name_;
  std::deque<connectors::Oid> oids_;
  std::deque<std::vector<connectors::Varbind>> varbinds_;
};

}  // namespace deskd::daemon

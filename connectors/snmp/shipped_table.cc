#include "connectors/snmp/shipped_table.h"

#include <string>

#include "config/check.h"
#include "connectors/snmp/oid_csv.h"

namespace deskd::connectors {
namespace {

std::shared_ptr<const OidTable> make() {
  config::Problems problems;
  const auto file = std::make_shared<const config::SourceFile>(
      config::SourceFile{"oids.csv", std::string(shipped_oids())});
  auto table = OidTable::compile(read_oid_csv(file, problems));
  DESKD_CHECK(!problems.has_errors() && table.has_value());
  return *std::move(table);
}

}  // namespace

std::shared_ptr<const OidTable> shipped_oid_table() {
  static const auto table = make();
  return table;
}

}  // namespace deskd::connectors

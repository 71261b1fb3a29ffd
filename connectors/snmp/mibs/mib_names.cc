#include "connectors/snmp/mibs/mib_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <expected>
#include <iterator>
#include <set>
#include <utility>

#include "config/limits.h"
#include "connectors/snmp/mibs/mib_cache.h"
#include "connectors/snmp/mibs/mib_process.h"
#include "connectors/snmp/oid_csv.h"
#include "connectors/snmp/shipped_table.h"

namespace deskd::connectors {
namespace {

/// What is left out may be what others refer to, which then are left out too.
constexpr int rounds_max = 8;

using File = std::shared_ptr<const config::SourceFile>;

File file_of(std::string name, std::string text) {
  return std::make_shared<const config::SourceFile>(
      config::SourceFile{std::move(name), std::move(text)});
}

/// As oids.csv has them, but each reference with its module: by name alone another one could be
/// meant as soon as more modules are known.
std::vector<OidDefinition> shipped_definitions() {
  config::Problems problems;
  auto definitions = read_oid_csv(file_of("oids.csv", std::string(shipped_oids())), problems);
  const std::shared_ptr<const OidTable> table = shipped_oid_table();
  for (OidDefinition& definition : definitions) {
    const OidEntry* const entry = table->find(OidView(definition.oid));
    const bool is_row = definition.kind == OidKind::row;
    for (std::size_t i = 0; i < definition.refers.size(); ++i) {
      definition.refers[i].module = (is_row ? entry->index[i].object : entry->objects[i])->module;
    }
  }
  return definitions;
}

/// What a table of the shipped names and those of `added` would be.
std::expected<std::shared_ptr<const OidTable>, config::Problems> compile(
    const std::vector<OidDefinition>& added) {
  std::vector<OidDefinition> all = added;
  // Of one OID the later stands, and rules are written in the shipped names.
  std::ranges::move(shipped_definitions(), std::back_inserter(all));
  return OidTable::compile(std::move(all));
}

/// Adds what `names` defines, as far as a table takes it. The process that wrote it has been in the
/// hands of files from anywhere, so it is not believed.
void add_names(std::string names, MibNames& into) {
  const File file = file_of("MIB folders", std::move(names));
  config::Problems mistakes;
  std::vector<OidDefinition> added = read_oid_csv(file, mistakes);
  for (int round = 0; round < rounds_max && !added.empty(); ++round) {
    auto table = compile(added);
    if (table) into.table = *std::move(table);
    if (table) break;
    std::set<std::uint32_t> lines;
    for (const config::Problem& each : table.error().all()) lines.insert(each.place.line);
    std::erase_if(added,
                  [&](const OidDefinition& each) { return lines.contains(each.place.line); });
    mistakes.append(std::move(table.error()));
  }
  if (mistakes.empty()) return;
  into.problems.push_back({"", 0,
                           fmt::format("{} definitions could not be used, the first for: {}",
                                       mistakes.all().size(), mistakes.all().front().message)});
}

std::expected<MibOutput, std::string> run(const std::vector<std::string>& folders,
                                          const MibReading& reading) {
  if (reading.program.empty()) return std::unexpected("MIB folders are not read by this program");
  auto output = run_mib_process(reading.program, folders);
  if (output) return output;
  return std::unexpected(fmt::format("the process that reads MIB folders {}", output.error()));
}

}  // namespace

MibNames read_mib_names(const std::vector<std::string>& folders, const MibReading& reading) {
  MibNames names{.table = shipped_oid_table()};
  MibFiles files = list_mib_files(folders);
  if (files.paths.empty()) {
    names.problems = std::move(files.problems);
    return names;
  }
  const MibCache cache(reading.kept_in, folders);
  const std::string key = mib_key(files);
  std::optional<MibOutput> output = cache.find(key);
  if (!output) {
    auto read = run(folders, reading);
    if (!read) {
      names.fault = std::move(read.error());
      return names;
    }
    if (reading.may_keep) {
      if (const auto kept = cache.keep(key, *read); !kept) names.keep_fault = kept.error();
    }
    output = *std::move(read);
  }
  names.problems = parse_mib_problems(output->problems);
  add_names(std::move(output->names), names);
  return names;
}

}  // namespace deskd::connectors

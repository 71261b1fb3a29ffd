#include "connectors/snmp/mibs/mib_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <expected>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "config/limits.h"
#include "connectors/snmp/mibs/mib_cache.h"
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

/// Those of `lines` that define something of their own. A shipped object stays the only one of its
/// name in its module: by that name the shipped rows and traps refer to it.
std::vector<OidDefinition> added_by(const File& lines, config::Problems& mistakes) {
  std::set<std::pair<std::string_view, std::string_view>> shipped;
  for (const OidEntry& entry : shipped_oid_table()->entries()) {
    shipped.emplace(entry.module, entry.name);
  }
  std::vector<OidDefinition> added = read_oid_csv(lines, mistakes);
  std::erase_if(added, [&](const OidDefinition& each) {
    return shipped.contains({std::string_view(each.module), std::string_view(each.name)});
  });
  return added;
}

/// Leaves out those of `added` that `faults` are about; false when that is none.
bool leave_out(std::vector<OidDefinition>& added, const config::Problems& faults,
               const File& lines) {
  std::set<std::uint32_t> bad;
  for (const config::Problem& each : faults.all()) {
    if (each.place.file == lines) bad.insert(each.place.line);
  }
  return std::erase_if(
             added, [&](const OidDefinition& each) { return bad.contains(each.place.line); }) > 0;
}

/// Adds what `names` defines, as far as a table takes it. The process that wrote it has been in the
/// hands of files from anywhere, so it is not believed.
void add_names(std::string names, MibNames& into) {
  const File lines = file_of("MIB folders", std::move(names));
  config::Problems mistakes;
  std::vector<OidDefinition> added = added_by(lines, mistakes);
  bool is_made = added.empty();
  for (int round = 0; round < rounds_max && !is_made; ++round) {
    auto table = compile(added);
    is_made = table.has_value();
    if (is_made) {
      into.table = *std::move(table);
      break;
    }
    const bool is_less = leave_out(added, table.error(), lines);
    mistakes.append(std::move(table.error()));
    if (!is_less) break;
  }
  if (mistakes.empty()) return;
  const std::string& first = mistakes.all().front().message;
  into.problems.push_back(
      {"", 0,
       is_made ? fmt::format("{} definitions could not be used, the first for: {}",
                             mistakes.all().size(), first)
               : fmt::format("none of the definitions could be used, the first for: {}", first)});
}

}  // namespace

const MibNames& MibReader::read(const std::vector<std::string>& folders) {
  const auto [found, is_new] = read_.try_emplace(folders);
  if (!is_new) return found->second;
  const auto begin = std::chrono::steady_clock::now();
  found->second = read_now(folders);
  const auto taken = std::chrono::steady_clock::now() - begin;
  left_ -= std::min(left_, std::chrono::ceil<std::chrono::milliseconds>(taken));
  return found->second;
}

void MibReader::forget_others() const {
  if (!reading_.may_keep) return;
  std::set<std::string> paths;
  for (const auto& [folders, names] : read_) {
    paths.insert(MibCache(reading_.kept_in, folders).path());
  }
  remove_kept_mibs_but(reading_.kept_in, paths);
}

MibNames MibReader::read_now(const std::vector<std::string>& folders) {
  MibNames names{.table = shipped_oid_table()};
  MibFiles files = list_mib_files(folders);
  if (files.paths.empty()) {
    names.problems = std::move(files.problems);
    return names;
  }
  const MibCache cache(reading_.kept_in, folders);
  const std::string key = mib_key(files);
  names.files = std::move(files.paths);
  std::optional<MibOutput> output = cache.find(key);
  if (!output) {
    auto read = run(folders);
    if (!read) {
      names.fault = std::move(read.error());
      return names;
    }
    if (reading_.may_keep) {
      if (const auto kept = cache.keep(key, *read); !kept) {
        names.keep_fault = fmt::format("{} {}", reading_.kept_in, kept.error());
      }
    }
    output = *std::move(read);
  }
  names.problems = parse_mib_problems(output->problems);
  add_names(std::move(output->names), names);
  return names;
}

std::expected<MibOutput, std::string> MibReader::run(const std::vector<std::string>& folders) {
  if (reading_.program.empty()) return std::unexpected("MIB folders are not read by this program");
  if (left_ == std::chrono::milliseconds{0}) {
    return std::unexpected(fmt::format("the {:.3g} s that all MIB folders have together are over",
                                       std::chrono::duration<double>(patience_).count()));
  }
  auto output = run_mib_process(reading_.program, folders, left_);
  if (output) return output;
  return std::unexpected(fmt::format("the process that reads MIB folders {}", output.error()));
}

}  // namespace deskd::connectors

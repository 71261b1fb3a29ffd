#include "connectors/snmp/mibs/reading/base_modules.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "connectors/snmp/oid.h"

namespace deskd::connectors {
namespace {

constexpr std::string_view begin_mark = " DEFINITIONS ::= BEGIN\n";
constexpr std::string_view end_mark = "\nEND\n";

/// What stands between the first and the last line of each.
std::map<std::string, std::string> written_modules() {
  std::map<std::string, std::string> modules;
  std::string_view rest = base_modules_text();
  for (std::size_t at; (at = rest.find(begin_mark)) != std::string_view::npos;) {
    const std::size_t line = rest.rfind('\n', at) + 1;
    const std::string name(rest.substr(line, at - line));
    rest.remove_prefix(at + begin_mark.size());
    const std::size_t end = rest.find(end_mark) + 1;
    modules.emplace(name, rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return modules;
}

void append_object(const OidEntry& entry, std::string& text) {
  // Only its first number may have a name that every module knows.
  fmt::format_to(std::back_inserter(text), "{} OBJECT IDENTIFIER ::= {{ iso {} }}\n", entry.name,
                 fmt::join(entry.sub_ids.begin() + 1, entry.sub_ids.end(), " "));
}

/// RFC 1213 has the objects of these two modules as well.
bool is_in_mib_2(const OidEntry& entry) {
  constexpr std::uint32_t system[] = {1, 3, 6, 1, 2, 1, 1};
  constexpr std::uint32_t interfaces[] = {1, 3, 6, 1, 2, 1, 2};
  return entry.oid().is_under(OidView(system)) || entry.oid().is_under(OidView(interfaces));
}

/// IANAifType-MIB has one thing: the names that ifType's numbers have.
std::string if_type_module(const OidEntry& if_type) {
  std::string names;
  for (const NamedNumber& value : if_type.values) {
    if (!names.empty()) names += ", ";
    fmt::format_to(std::back_inserter(names), "{}({})", value.name, value.number);
  }
  return fmt::format("IANAifType ::= TEXTUAL-CONVENTION SYNTAX INTEGER {{ {} }}\n", names);
}

}  // namespace

std::vector<BaseModule> base_modules(const OidTable& shipped) {
  std::map<std::string, std::string> texts = written_modules();
  for (const OidEntry& entry : shipped.entries()) {
    append_object(entry, texts[entry.module]);
    if (is_in_mib_2(entry)) append_object(entry, texts["RFC1213-MIB"]);
    if (entry.name == "ifType") texts.emplace("IANAifType-MIB", if_type_module(entry));
  }
  std::vector<BaseModule> modules;
  for (auto& [name, text] : texts) {
    modules.push_back({name, fmt::format("{}{}{}END\n", name, begin_mark, text)});
  }
  return modules;
}

}  // namespace deskd::connectors

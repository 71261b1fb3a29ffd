#include "connectors/snmp/mibs/reading/mib_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

// The library's own order: its configuration before everything else.
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <set>
#include <string_view>

#include "config/limits.h"
#include "connectors/snmp/mibs/reading/base_modules.h"
#include "connectors/snmp/mibs/reading/module_names.h"
#include "connectors/snmp/mibs/reading/parser_log.h"
#include "connectors/snmp/mibs/reading/word_lines.h"
#include "connectors/snmp/shipped_table.h"

namespace deskd::connectors {
namespace {

int take_log(int /*major*/, int /*minor*/, void* message, void* log) {
  static_cast<ParserLog*>(log)->take(static_cast<const snmp_log_message*>(message)->msg);
  return 0;
}

/// Neither its configuration files nor the variables that name MIB folders are looked at: that
/// happens in init_snmp and netsnmp_init_mib, which are not called.
void prepare_library(ParserLog& log) {
  snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, take_log, &log);
  snmp_enable_calllog();
  netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIB_ERRORS, 1);
  netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIB_WARNINGS, 1);
  // Underscores in names: RFC 2578 knows none, many vendors do.
  netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIB_PARSE_LABEL, 1);
  // Without a search path nothing is looked for in the machine's own folders.
  netsnmp_set_mib_directory("/proc/self/fd");
  netsnmp_init_mib_internals();
}

/// The library reads modules from files only: one that lives in memory, until the process ends.
/// Empty when there is no memory.
std::string file_of(const BaseModule& module) {
  const int file = ::memfd_create(module.name.c_str(), 0);
  if (file < 0) return {};
  const auto size = static_cast<ssize_t>(module.text.size());
  if (::write(file, module.text.data(), module.text.size()) != size) return {};
  return "/proc/self/fd/" + std::to_string(file);
}

Syntax syntax_of(const tree& node) {
  const char* const convention = get_tc_descriptor(node.tc_index);
  if (convention != nullptr && std::string_view(convention) == "InetAddress") {
    return Syntax::inet_address;
  }
  switch (node.type) {
    case TYPE_INTEGER:
    case TYPE_INTEGER32:
      return Syntax::integer;
    case TYPE_COUNTER:
    case TYPE_GAUGE:
    case TYPE_UINTEGER:
    case TYPE_UNSIGNED32:
      return Syntax::unsigned_32;
    case TYPE_COUNTER64:
      return Syntax::counter_64;
    case TYPE_TIMETICKS:
      return Syntax::time_ticks;
    case TYPE_OCTETSTR:
    case TYPE_NSAPADDRESS:
      return Syntax::octets;
    case TYPE_BITSTRING:
      return Syntax::bits;
    case TYPE_OBJID:
      return Syntax::oid;
    case TYPE_IPADDR:
    case TYPE_NETADDR:
      return Syntax::ip_address;
    case TYPE_OPAQUE:
      return Syntax::opaque;
    default:
      return Syntax::none;
  }
}

std::string text_of(const char* text) { return text == nullptr ? "" : text; }

bool has_index(const tree& node) { return node.indexes != nullptr || node.augments != nullptr; }

/// Copies the library's tree.
class Walk {
 public:
  explicit Walk(MibTree& into) : into_(into) {}

  void run(const tree* first) {
    for (const tree* node = first; node != nullptr; node = node->next_peer) {
      if (node->subid > std::numeric_limits<std::uint32_t>::max()) continue;
      if (path_.size() == limits::oid_sub_ids_max) return;
      if (into_.nodes.size() == limits::oid_definitions_max) return;
      path_.push_back(static_cast<std::uint32_t>(node->subid));
      copy(*node);
      run(node->child_list);
      path_.pop_back();
    }
  }

 private:
  struct Module {
    std::string name;
    std::string file;
  };

  void copy(const tree& node) {
    const std::optional<OidKind> kind = kind_of(node);
    const Module& module = module_of(node.modid);
    if (!kind || module.name.empty() || node.label == nullptr) return;
    MibNode copied{.oid = path_, .module = module.name, .file = module.file, .name = node.label};
    copied.is_carried = is_carried_path(module.file);
    copied.kind = *kind;
    if (kind == OidKind::object) copy_syntax(node, copied);
    copy_references(node, copied);
    into_.nodes.push_back(std::move(copied));
  }

  static std::optional<OidKind> kind_of(const tree& node) {
    const std::string above = text_of(node.parent == nullptr ? nullptr : node.parent->label);
    // A trap of SMIv1 stands below a node that the library makes for it: ENTERPRISE#.
    if (node.type == TYPE_NOTIFTYPE || above.ends_with('#')) return OidKind::notification;
    if (has_index(node)) return OidKind::row;
    if (syntax_of(node) != Syntax::none) return OidKind::object;
    const bool is_read = node.access != 0 && node.access != MIB_ACCESS_NOACCESS;
    // With a syntax that nobody defines.
    if (is_read || (node.parent != nullptr && has_index(*node.parent))) return OidKind::object;
    const bool is_of_conformance =
        node.type == TYPE_OBJGROUP || node.type == TYPE_NOTIFGROUP || node.type == TYPE_MODCOMP;
    if (is_of_conformance) return std::nullopt;
    return OidKind::node;
  }

  static void copy_syntax(const tree& node, MibNode& into) {
    into.syntax = syntax_of(node);
    into.hint = text_of(node.hint);
    const range_list* const sizes = node.ranges;
    const bool is_of_one_size = into.syntax == Syntax::octets && sizes != nullptr &&
                                sizes->next == nullptr && sizes->low == sizes->high;
    if (is_of_one_size && sizes->low > 0 &&
        sizes->low <= std::numeric_limits<std::uint16_t>::max()) {
      into.fixed_size = static_cast<std::uint16_t>(sizes->low);
    }
    for (const enum_list* each = node.enums; each != nullptr; each = each->next) {
      into.values.push_back({text_of(each->label), each->value});
    }
  }

  static void copy_references(const tree& node, MibNode& into) {
    into.augments = text_of(node.augments);
    for (const index_list* each = node.indexes; each != nullptr; each = each->next) {
      into.refers.push_back({.name = text_of(each->ilabel), .implied = each->isimplied != 0});
    }
    if (into.kind != OidKind::notification) return;
    for (const varbind_list* each = node.varbinds; each != nullptr; each = each->next) {
      into.refers.push_back({.name = text_of(each->vblabel)});
    }
  }

  const Module& module_of(int id) {
    const auto [found, is_new] = modules_.try_emplace(id);
    const module* const source = is_new ? find_module(id) : nullptr;
    if (source == nullptr) return found->second;
    found->second = {text_of(source->name), text_of(source->file)};
    copy_imports(*source, into_.imports[found->second.name]);
    return found->second;
  }

  static void copy_imports(const module& source,
                           std::unordered_map<std::string, std::string>& into) {
    for (int i = 0; source.imports != nullptr && i < source.no_imports; ++i) {
      const module* const from = find_module(source.imports[i].modid);
      if (from != nullptr && from->name != nullptr && source.imports[i].label != nullptr) {
        into.emplace(source.imports[i].label, from->name);
      }
    }
  }

  MibTree& into_;
  std::vector<std::uint32_t> path_;
  std::unordered_map<int, Module> modules_;
};

/// Adds those of which no line has been written: a circle of definitions, say.
void add_orphans(const ParserLog& log, std::vector<MibProblem>& problems) {
  WordLines words;
  for (const ParserLog::Orphan& orphan : log.orphans()) {
    if (problems.size() == limits::mib_problems_max) return;
    const module* const source = find_module(which_module(orphan.module.c_str()));
    const std::string file = source == nullptr ? orphan.module : text_of(source->file);
    const bool is_said = std::ranges::any_of(problems, [&](const MibProblem& problem) {
      return problem.file == file && problem.text == undefined(orphan.parent);
    });
    if (is_said) continue;
    problems.push_back(
        {file, words.find(file, orphan.name),
         fmt::format("'{}' hangs on '{}', which hangs on nothing", orphan.name, orphan.parent)});
  }
}

}  // namespace

MibTree parse_mibs(const std::vector<std::string>& files, std::vector<MibProblem>& problems) {
  ParserLog log(problems);
  prepare_library(log);
  std::set<std::string> present;
  std::vector<std::string> of_many;
  for (const std::string& file : files) {
    if (add_mibfile(file.c_str(), file.c_str()) != 0) {
      problems.push_back({file, 0, "does not begin with 'NAME DEFINITIONS': not read"});
      continue;
    }
    const std::vector<std::string> names = module_names(file);
    present.insert(names.begin(), names.end());
    if (names.size() > 1) of_many.push_back(names.front());
  }
  std::deque<std::string> carried;  // the library keeps the pointers
  for (const BaseModule& module : base_modules(*shipped_oid_table())) {
    if (present.contains(module.name)) continue;
    const std::string& path = carried.emplace_back(file_of(module));
    if (!path.empty()) add_mibfile(path.c_str(), path.c_str());
  }
  // The library finds a file by its first module. What the others in it are imported for is there
  // in time if such files come first.
  for (const std::string& name : of_many) netsnmp_read_module(name.c_str());
  MibTree found;
  Walk(found).run(read_all_mibs());
  snmp_disable_calllog();
  add_orphans(log, problems);
  return found;
}

}  // namespace deskd::connectors

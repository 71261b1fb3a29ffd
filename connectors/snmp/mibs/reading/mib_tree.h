#pragma once
// What the modules of MIB folders define, as it was written: the tree of the library that parses
// them, in plain structs.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/snmp/mibs/mib_files.h"
#include "connectors/snmp/oid_definition.h"

namespace deskd::connectors {

/// One definition of an OID by one module. Names may have any form, and what a node refers to need
/// not be there.
struct MibNode {
  std::vector<std::uint32_t> oid;
  std::string module;
  std::string file;
  std::string name;
  bool is_carried = false;  // by a module of deskd's own, only for others to import
  OidKind kind = OidKind::node;
  Syntax syntax = Syntax::none;  // of an object: none when nobody defines its syntax
  std::uint16_t fixed_size = 0;
  std::string hint;
  std::vector<OidReference> refers;  // names alone
  std::string augments;              // of a row: the one whose index it has
  std::vector<NamedNumber> values;
};

struct MibTree {
  std::vector<MibNode> nodes;
  /// Of each module: from which other one it has a name.
  std::unordered_map<std::string, std::unordered_map<std::string, std::string>> imports;
};

/// Parses `files`, and gives their imports what deskd carries of modules that none of them is.
/// The library's state is global and never undone: once for each process, on one thread.
/// A hostile file can end the process, so it is one that can be missed.
MibTree parse_mibs(const std::vector<std::string>& files, std::vector<MibProblem>& problems);

}  // namespace deskd::connectors

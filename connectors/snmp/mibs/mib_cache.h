#pragma once
// What reading MIB folders gave, kept in a file until the folders change.

#include <expected>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "connectors/snmp/mibs/mib_files.h"
#include "connectors/snmp/mibs/mib_process.h"

namespace deskd::connectors {

/// 16 hex digits over the paths and bytes of `files`, and all that deskd itself puts in.
std::string mib_key(const MibFiles& files);

/// A file for each list of folders, in a folder of its own. Whoever may not write reads all the
/// same. Any thread; two at once write the same.
class MibCache {
 public:
  /// `folder` is empty for none; it need not be there.
  MibCache(const std::string& folder, const std::vector<std::string>& mib_folders);

  /// Nothing when there is none of that key, or when the file is damaged.
  std::optional<MibOutput> find(const std::string& key) const;
  /// Takes the place of what was kept of these folders. Makes `folder`, but not the one it is in.
  /// Fails with the end of a sentence.
  std::expected<void, std::string> keep(const std::string& key, const MibOutput& output) const;
  const std::string& path() const { return path_; }

 private:
  std::string folder_;
  std::string path_;
};

/// Removes what was kept in `folder` and stands at none of `paths`: of folders that no source has
/// any more, or half written by a process that ended.
void remove_kept_mibs_but(const std::string& folder, const std::set<std::string>& paths);

}  // namespace deskd::connectors

#pragma once
// A folder with a small good configuration, of which a test changes what it is about.

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "daemon/setup/setup.h"

namespace deskd::test {

class ConfigFolder {
 public:
  ConfigFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "deskd-setup-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    write("deskd.yaml", good_deskd);
    write("desk.yaml", "queues: [{name: noc, team: NOC}, {name: triage, catch_all: true}]\n");
    write("rules.d/10-a.yaml",
          "rules:\n"
          "  - {name: a, why: w, owner: o, when: {type: linkDown}, then: {queue: noc}}\n");
  }
  ~ConfigFolder() { std::filesystem::remove_all(path_); }
  ConfigFolder(const ConfigFolder&) = delete;
  ConfigFolder& operator=(const ConfigFolder&) = delete;

  static constexpr const char* good_deskd =
      "ledger: {path: data}\nrules: rules.d\ndesk: desk.yaml\n"
      "sources: [{name: hooks, kind: webhook, format: generic}]\n";

  void write(const std::string& name, const std::string& text, ::mode_t mode = 0600) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    REQUIRE(::chmod(file.c_str(), mode) == 0);
  }
  const std::string& path() const { return path_; }

  /// Loads it; `said` gets the problems, with this folder's path left out.
  std::unique_ptr<daemon::Setup> load(const daemon::Loading& loading = {}) {
    config::Problems problems;
    auto setup = daemon::load_setup(path_ + "/deskd.yaml", problems, loading);
    CHECK((setup != nullptr) != problems.has_errors());
    said = problems.text();
    for (std::size_t at; (at = said.find(path_ + "/")) != std::string::npos;) {
      said.erase(at, path_.size() + 1);
    }
    return setup;
  }

  std::string said;

 private:
  std::string path_;
};

}  // namespace deskd::test

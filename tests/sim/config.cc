#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "tests/sim/world.h"

namespace deskd::sim {

namespace {

constexpr const char* deskd_yaml = R"(
ledger: {path: ./data}
rules: rules.d
desk: desk.yaml
times: {reorder: 2m, restart_grace: 3m, repeat_window: 30d, resolve_timeout: 4m, close_after: 30m, stall_max: 20m}
sources:
  - {name: prometheus, kind: alertmanager_api}
  - {name: alertmanager, kind: webhook, format: alertmanager}
  - name: hooks
    kind: webhook
    format: generic
    mapping:
      each: /checks
      resource: /host
      type: /check
      key: /key
      status: {at: /state, firing: [bad], resolved: [ok]}
      severity: /severity
      time: /at
      sender: ^/agent
      labels: {id: /id, site: /site}
  - name: bus
    kind: kafka
    brokers: "127.0.0.1:9"
    topics: [alerts]
    format: generic
    mapping:
      each: /checks
      resource: /host
      type: /check
      key: /key
      status: {at: /state, firing: [bad], resolved: [ok]}
      severity: /severity
      time: /at
      sender: ^/agent
      labels: {id: /id}
  - name: traps
    kind: webhook
    format: generic
    lane: 32KiB
    mapping:
      each: /checks
      resource: /host
      type: /check
      qualifier: /site
      status: {at: /state, firing: [bad], resolved: [ok]}
      severity: /severity
      sender: ^/agent
      labels: {id: /id}
)";

constexpr const char* desk_yaml = R"(
queues:
  - {name: network, team: NOC, tier: 1}
  - {name: servers, team: OPS, tier: 2, auto_resolve: all}
  - {name: triage, team: NOC, tier: 1, catch_all: true}
)";

constexpr const char* common_rules = R"(
  - name: power
    when: {type: power-ok}
    then: {set: {status: resolved}, clears: {type: [battery, mains], by: [resource]}}
  - name: network
    when: {type: {prefix: link}}
    then: {queue: network, class: network.link}
  - name: urgent
    when: {severity: {ge: major}}
    then: {impact: high, urgency: high}
  - name: calm
    then: {impact: low, urgency: low}
)";

constexpr const char* version_rules[rules_versions] = {
    "",
    "  - {name: quiet, when: {labels.site: lab}, then: {drop: a laboratory}}\n"
    "  - {name: disks, when: {type: disk}, then: {queue: servers}}\n",
    "  - {name: one-per-site, when: {type: link, labels.site: {exists: true}}, then: {identity: "
    "[labels.site, type]}}\n"
    "  - {name: disks, when: {type: {prefix: d}}, then: {queue: triage, priority: P2}}\n",
};

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

/// Made once for the process, removed at its end.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() / fmt::format("deskd-sim-{}", ::getpid())) {
    for (unsigned version = 0; version < rules_versions; ++version) {
      const auto folder = path_ / std::to_string(version);
      std::filesystem::create_directories(folder / "rules.d");
      write(folder / "deskd.yaml", deskd_yaml);
      write(folder / "desk.yaml", desk_yaml);
      write(folder / "rules.d" / "10.yaml",
            fmt::format("rules:\n{}{}", version_rules[version], common_rules));
    }
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

std::string config_of_version(unsigned version) {
  static const Folder folder;
  return folder.path() / std::to_string(version) / "deskd.yaml";
}

}  // namespace deskd::sim

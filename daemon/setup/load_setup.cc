#include <algorithm>
#include <filesystem>
#include <optional>

#include "config/raw_file.h"
#include "config/reader.h"
#include "daemon/setup/config_files.h"
#include "daemon/setup/daemon_settings.h"
#include "daemon/setup/desk_file.h"
#include "daemon/setup/rule_tests.h"
#include "daemon/setup/rules_folder.h"
#include "daemon/setup/setup.h"
#include "daemon/setup/sources_list.h"
#include "rules/rule_reader.h"

namespace deskd::daemon {

namespace {

using config::Node;

/// Reads one setup; what could not be read is left out, and a problem.
class SetupLoader {
 public:
  SetupLoader(const std::string& config_path, config::Problems& problems, const Loading& loading)
      : problems_(problems),
        loading_(loading),
        files_(problems),
        folder_(std::filesystem::path(config_path).parent_path().string()) {
    setup_->config_path = config_path;
  }

  std::unique_ptr<Setup> load() {
    const auto document = files_.read(setup_->config_path, nullptr);
    if (document) read_deskd(*document);
    if (problems_.has_errors()) return nullptr;
    setup_->rule_tests = run_rule_tests(setup_->judging, rules_, problems_).run;
    if (problems_.has_errors()) return nullptr;
    if (mibs_) mibs_->forget_others();
    setup_->files = files_.names();
    setup_->hash = files_.hash();
    return std::move(setup_);
  }

 private:
  void read_deskd(const Node& document) {
    config::MapReader deskd(document, problems_, "deskd.yaml");
    read_http(deskd, folder_, *setup_, problems_);
    read_ledger(deskd, folder_, setup_->settings, problems_);
    read_times(deskd, setup_->settings, setup_->judging, problems_);
    read_all_sources(deskd);
    const Node* desk = deskd.required("desk");
    const Node* rules = deskd.required("rules");
    deskd.not_yet("inventory");
    deskd.not_yet("calendars");
    deskd.finish();
    const bool has_desk = desk && read_desk_named(*desk);
    if (rules) read_all_rules(*rules, has_desk);
  }

  void read_all_sources(config::MapReader& deskd) {
    const Node* sources = deskd.optional("sources");
    if (!sources) {
      problems_.warning(deskd.node().place(), "without 'sources' no alert can come in");
      return;
    }
    const std::filesystem::path ledger(setup_->settings.ledger_path);
    mibs_.emplace(connectors::MibReading{.program = loading_.mib_program,
                                         .kept_in = (ledger / "mibs").string(),
                                         .may_keep = loading_.may_keep});
    setup_->judging.sources = read_sources(
        *sources,
        {.folder = folder_, .must_have_auth = !setup_->settings.is_loopback, .mibs = *mibs_},
        problems_);
  }

  bool read_desk_named(const Node& setting) {
    const auto path = config::read_text(setting, problems_);
    if (!path) return false;
    const auto document = files_.read(config::path_in(folder_, *path), &setting);
    if (document) setup_->plan = read_desk(*document, problems_);
    return !setup_->plan.queues.empty();
  }

  /// Without the desk's words every queue a rule names would be one more mistake.
  void read_all_rules(const Node& setting, bool has_desk) {
    rules_ = read_rules_of(setting, folder_, files_, problems_);
    rules::lint(rules_, problems_);
    if (!has_desk) return;
    setup_->judging.rules = rules::RuleSet::compile(rules_, setup_->plan.words(), problems_);
  }

  config::Problems& problems_;
  const Loading& loading_;
  ConfigFiles files_;
  std::string folder_;
  std::unique_ptr<Setup> setup_ = std::make_unique<Setup>();
  std::vector<rules::Rule> rules_;
  std::optional<connectors::MibReader> mibs_;
};

}  // namespace

std::unique_ptr<Setup> load_setup(const std::string& config_path, config::Problems& problems,
                                  const Loading& loading) {
  return SetupLoader(config_path, problems, loading).load();
}

desk::DeskSetup Setup::desk_setup() const {
  return {.number = judging.number,
          .plan = &plan,
          .rules = judging.rules.get(),
          .close_after = settings.close_after};
}

bool Setup::is_guarded() const {
  return people.are_known() && std::ranges::all_of(judging.sources, [](const auto& source) {
           return source.auth.has_value() || !connectors::comes_by_http(source.kind);
         });
}

std::vector<std::string> needs_restart(const Settings& running, const Settings& wanted) {
  std::vector<std::string> keys;
  if (running.listen_host != wanted.listen_host || running.listen_port != wanted.listen_port) {
    keys.emplace_back("http.listen");
  }
  if (running.ledger_path != wanted.ledger_path) keys.emplace_back("ledger.path");
  if (running.ledger_size_max != wanted.ledger_size_max) keys.emplace_back("ledger.size_max");
  return keys;
}

}  // namespace deskd::daemon

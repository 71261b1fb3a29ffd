#include "daemon/setup/setup.h"

#include <chrono>

#include <doctest/doctest.h>

#include "tests/daemon/setup/config_folder.h"

using namespace deskd;
using namespace std::chrono_literals;
using test::ConfigFolder;

TEST_CASE("a small configuration loads, and what it leaves out has its default") {
  ConfigFolder folder;
  const auto setup = folder.load();
  CHECK(folder.said == "");
  REQUIRE(setup);
  CHECK(setup->settings.listen_host == "127.0.0.1");
  CHECK(setup->settings.listen_port == 9480);
  CHECK(setup->settings.ledger_path == folder.path() + "/data");
  CHECK(setup->settings.ledger_size_max == std::uint64_t{20} << 30);
  CHECK(setup->settings.close_after == 7 * 24h);
  CHECK(setup->judging.max_skew == 10min);
  CHECK(setup->judging.number == 0);
  CHECK(setup->judging.rules->names().size() == 1);
  CHECK(setup->judging.sources.size() == 1);
  CHECK(setup->judging.find("hooks")->reader != nullptr);
  CHECK(setup->plan.queues.size() == 2);
  CHECK(setup->plan.queues[setup->plan.catch_all].name == "triage");
  CHECK(setup->files == std::vector<std::string>{folder.path() + "/deskd.yaml",
                                                 folder.path() + "/desk.yaml",
                                                 folder.path() + "/rules.d/10-a.yaml"});
}

TEST_CASE("everything that deskd.yaml can say arrives") {
  ConfigFolder folder;
  folder.write("am.token", "t0ken\n");
  folder.write("deskd.yaml",
               "http: {listen: \"[::1]:9999\"}\n"
               "ledger: {path: /var/lib/deskd, alerts: 3d, incidents: 30d, size_max: 1GiB}\n"
               "rules: rules.d/10-a.yaml\n"
               "desk: desk.yaml\n"
               "times: {reorder: 1m, max_skew: 2m, restart_grace: 3m, repeat_window: 4m,\n"
               "        resolve_timeout: 5m, close_after: 6m, stall_max: 7m}\n"
               "sources:\n"
               "  - {name: prom, kind: alertmanager_api, ignore_labels: [replica]}\n"
               "  - name: am\n"
               "    kind: webhook\n"
               "    format: alertmanager\n"
               "    auth: {token_file: am.token}\n"
               "    lane: 2MiB\n"
               "    severity: {page: critical}\n"
               "  - {name: h, kind: webhook, format: generic, auth: {user: u, password: p}}\n");
  const auto setup = folder.load();
  CHECK(folder.said == "");
  REQUIRE(setup);
  const auto& settings = setup->settings;
  CHECK(settings.listen_host == "::1");
  CHECK(settings.listen_port == 9999);
  CHECK(settings.ledger_path == "/var/lib/deskd");
  CHECK(settings.alerts_kept == 72h);
  CHECK(settings.incidents_kept == 720h);
  CHECK(settings.ledger_size_max == std::uint64_t{1} << 30);
  CHECK(settings.reorder == 1min);
  CHECK(setup->judging.max_skew == 2min);
  CHECK(settings.restart_grace == 3min);
  CHECK(settings.repeat_window == 4min);
  CHECK(setup->judging.resolve_timeout == 5min);
  CHECK(settings.close_after == 6min);
  CHECK(settings.stall_max == 7min);
  CHECK(setup->desk_setup().close_after == 6min);
  CHECK(setup->judging.alertmanager_api()->name == "prom");
  const auto* am = setup->judging.find("am");
  CHECK(am->auth->user == "");
  CHECK(am->auth->secret.equals("t0ken"));
  CHECK(am->lane_bytes == 2 * 1024 * 1024);
  CHECK(am->severity.meaning("page") == rules::Severity::critical);
  CHECK(setup->judging.find("h")->auth->user == "u");
}

TEST_CASE("an address to listen on is a loopback address") {
  struct Row {
    std::string listen;
    std::string host;  // empty: refused
    std::string why;
  };
  const Row rows[] = {
      {"127.0.0.1:9480", "127.0.0.1", ""},
      {"127.9.9.9:1", "127.9.9.9", ""},
      {"localhost:9480", "127.0.0.1", ""},
      {"'[::1]:9480'", "::1", ""},
      {"127.0.0.1:0", "127.0.0.1", ""},
      {"0.0.0.0:9480", "", "needs http.tokens"},
      {"10.0.0.1:9480", "", "needs http.tokens"},
      {"'[::]:9480'", "", "needs http.tokens"},
      {"'[::ffff:127.0.0.1]:9480'", "", "needs http.tokens"},
      {"'::1:9480'", "", "no address to listen on"},
      {"127.0.0.1", "", "no address to listen on"},
      {"127.0.0.1:65536", "", "no address to listen on"},
      {"127.0.0.1:http", "", "no address to listen on"},
      {"'127.0.0.1:'", "", "no address to listen on"},
      {"example.com:80", "", "no address to listen on"},
      {"9480", "", "no address to listen on"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.listen);
    ConfigFolder folder;
    folder.write("deskd.yaml", "http: {listen: " + row.listen + "}\n" + ConfigFolder::good_deskd);
    const auto setup = folder.load();
    CHECK((setup != nullptr) == !row.host.empty());
    if (setup) CHECK(setup->settings.listen_host == row.host);
    if (!setup) CHECK(folder.said.find(row.why) != std::string::npos);
  }
}

TEST_CASE("the hash changes with every text, and with nothing else") {
  ConfigFolder folder;
  const std::string hash = folder.load()->hash;
  CHECK(hash.size() == 16);
  CHECK(hash.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(folder.load()->hash == hash);
  folder.write("rules.d/.hidden.yaml", "nonsense: [");
  folder.write("rules.d/readme.txt", "nonsense: [");
  CHECK(folder.load()->hash == hash);
  folder.write("desk.yaml", "queues: [{name: noc}, {name: triage, catch_all: true}] # smaller\n");
  CHECK(folder.load()->hash != hash);
}

TEST_CASE("rules are read in name order of their files") {
  ConfigFolder folder;
  const auto rule = [](const std::string& name) {
    return "rules: [{name: " + name + ", why: w, owner: o, then: {class: c}}]\n";
  };
  folder.write("rules.d/9.yaml", rule("last"));
  folder.write("rules.d/05.yml", rule("first"));
  const auto setup = folder.load();
  CHECK(folder.said == "");
  REQUIRE(setup);
  std::string order;
  for (const auto& name : setup->judging.rules->names()) order += name.name + " ";
  CHECK(order == "first a last ");
  CHECK(setup->judging.rules->names()[0].file == folder.path() + "/rules.d/05.yml");
}

TEST_CASE("rule tests run at load, and one that fails is an error") {
  ConfigFolder folder;
  const auto with_test = [&](const std::string& test) {
    folder.write("rules.d/10-a.yaml",
                 "rules:\n"
                 "  - name: a\n    why: w\n    owner: o\n"
                 "    when: {type: linkDown}\n    then: {queue: noc}\n"
                 "    tests:\n      - " +
                     test + "\n");
  };
  SUBCASE("of fields") {
    with_test("{given: {type: linkDown}, expect: {queue: noc}}");
    const auto setup = folder.load();
    REQUIRE(setup);
    CHECK(setup->rule_tests == 1);
  }
  SUBCASE("through the real decoder") {
    with_test("{given: {source: hooks, body: {type: linkDown}}, expect: {queue: noc}}");
    CHECK(folder.load() != nullptr);
    CHECK(folder.said == "");
  }
  SUBCASE("one that fails") {
    with_test("{given: {type: linkDown}, expect: {queue: triage}}");
    CHECK(folder.load() == nullptr);
    CHECK(folder.said.starts_with("rules.d/10-a.yaml:8:51: error: "));
  }
  SUBCASE("a body that its source can't read") {
    with_test("{given: {source: hooks, body: 'no json'}, expect: {queue: noc}}");
    CHECK(folder.load() == nullptr);
    CHECK(folder.said.find("10-a.yaml:8:") != std::string::npos);
  }
  SUBCASE("a source that is not there") {
    with_test("{given: {source: nobody, body: {a: b}}, expect: {queue: noc}}");
    CHECK(folder.load() == nullptr);
    CHECK(folder.said.find("there is no source 'nobody'") != std::string::npos);
  }
}

TEST_CASE("mistakes of all files are told at once") {
  ConfigFolder folder;
  folder.write("deskd.yaml", std::string(ConfigFolder::good_deskd) + "colour: blue\n");
  folder.write("desk.yaml", "queues: [{name: triage, catch_all: true, teir: 1}]\n");
  folder.write("rules.d/20-b.yaml", "rules: [\n");
  CHECK(folder.load() == nullptr);
  for (const std::string where :
       {"deskd.yaml:5:1:", "desk.yaml:1:42:", "rules.d/20-b.yaml:1:9:", "rules.d/10-a.yaml:2:"}) {
    CAPTURE(where);
    CAPTURE(folder.said);
    CHECK(folder.said.find(where) != std::string::npos);
  }
}

TEST_CASE("a file that is not there is told where it is named") {
  ConfigFolder folder;
  folder.write("deskd.yaml", "rules: nowhere.d\ndesk: nowhere.yaml\nsources: []\n");
  CHECK(folder.load() == nullptr);
  CHECK(folder.said.find("deskd.yaml:1:8: error: nowhere.d does not exist") != std::string::npos);
  CHECK(folder.said.find("deskd.yaml:2:7: error: nowhere.yaml does not exist") !=
        std::string::npos);
}

TEST_CASE("the first file may be missing too") {
  config::Problems problems;
  CHECK(daemon::load_setup("/nowhere/deskd.yaml", problems) == nullptr);
  CHECK(problems.text() == "/nowhere/deskd.yaml: error: this file does not exist\n");
}

TEST_CASE("a folder without rules files is a mistake") {
  ConfigFolder folder;
  std::filesystem::remove(folder.path() + "/rules.d/10-a.yaml");
  CHECK(folder.load() == nullptr);
  CHECK(folder.said.find("rules.d has no file that ends in .yaml") != std::string::npos);
}

TEST_CASE("without sources there is a warning") {
  ConfigFolder folder;
  folder.write("deskd.yaml", "rules: rules.d\ndesk: desk.yaml\n");
  CHECK(folder.load() != nullptr);
  CHECK(folder.said.starts_with("deskd.yaml:1:1: warning: without 'sources' no alert"));
}

TEST_CASE("what needs a restart is named") {
  const daemon::Settings running;
  daemon::Settings wanted = running;
  CHECK(daemon::needs_restart(running, wanted).empty());
  wanted.reorder = 1min;
  CHECK(daemon::needs_restart(running, wanted).empty());
  wanted.listen_port = 1;
  wanted.ledger_path = "/elsewhere";
  wanted.ledger_size_max = 1;
  CHECK(daemon::needs_restart(running, wanted) ==
        std::vector<std::string>{"http.listen", "ledger.path", "ledger.size_max"});
}

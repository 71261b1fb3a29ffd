// deskd: reads its command line, then lives until it is told to stop.

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "connectors/snmp/mibs/reading/read_mibs.h"
#include "daemon/app.h"
#include "daemon/log.h"
#include "daemon/setup/setup.h"

namespace {

constexpr int bad_configuration = 78;  // EX_CONFIG of sysexits.h

constexpr const char* examples =
    "Examples:\n"
    "  deskd --config config/deskd.yaml           start, with everything the file names\n"
    "  deskd --config config/deskd.yaml --check   only say what is wrong with the files\n"
    "  deskd --read-mibs mibs                     what a folder of MIB modules gives names to\n"
    "\n"
    "Exit codes: 0 stopped as told, 1 a fault, 2 a mistake on the command line, 78 a mistake in a "
    "file.\n"
    "While it runs: SIGHUP reads all files again, SIGTERM stops without losing anything.";

int check(const std::string& config_path) {
  deskd::config::Problems problems;
  const auto setup = deskd::daemon::load_setup(config_path, problems,
                                               {.mib_program = deskd::daemon::this_program});
  std::fputs(problems.text().c_str(), stderr);
  if (!setup) return bad_configuration;
  fmt::print("{}: good ({} files, {} rules, {} sources, {} queues)\n", config_path,
             setup->files.size(), setup->judging.rules->names().size(),
             setup->judging.sources.size(), setup->plan.queues.size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli{"deskd turns alerts from monitoring tools into incidents in queues.", "deskd"};
  deskd::daemon::AppOptions options;
  bool only_check = false;
  std::string log_form;
  std::vector<std::string> mib_folders;
  const bool reads_mibs = argc > 1 && std::string_view(argv[1]) == "--read-mibs";
  cli.add_option("--config", options.config_path, "the daemon's configuration file")
      ->required(!reads_mibs)
      ->type_name("FILE");
  cli.add_flag("--check", only_check, "read all files, say every mistake with its line, and exit");
  cli.add_flag("--accept-clock", options.accept_clock,
               "start although the ledger's clock is ahead of this machine's");
  cli.add_option("--log", log_form, "text or json (default: json under systemd, else text)")
      ->check(CLI::IsMember({"text", "json"}));
  cli.add_option(
         "--read-mibs", mib_folders,
         "print what the MIB modules of folders define, as CSV, and what is wrong with them")
      ->check(CLI::ExistingDirectory)
      ->type_name("FOLDER")
      ->excludes("--config");
  cli.set_version_flag("--version", std::string("deskd ") + DESKD_VERSION);
  cli.footer(examples);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }

  if (reads_mibs) deskd::connectors::read_mibs(mib_folders);
  if (only_check) return check(options.config_path);
  using deskd::daemon::log::Form;
  deskd::daemon::log::open(log_form.empty()     ? deskd::daemon::log::form_of_surroundings()
                           : log_form == "json" ? Form::json
                                                : Form::text);
  return deskd::daemon::run(options);
}

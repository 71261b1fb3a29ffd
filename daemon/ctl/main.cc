// deskctl: shows what deskd knows, and does what people decide.

#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <string>
#include <string_view>

#include "connectors/snmp/mibs/reading/read_mibs.h"
#include "daemon/ctl/commands.h"

namespace {

using deskd::ctl::ExitCode;
using deskd::ctl::Options;

constexpr const char* exit_codes =
    "Exit codes:\n"
    "  0   done\n"
    "  1   deskd has a fault\n"
    "  2   the command line is wrong\n"
    "  3   not found; of next: nothing waits\n"
    "  4   refused: the state, the version, the rights or the contents do not allow it\n"
    "  5   no answer\n"
    "  78  a mistake in deskd's files\n"
    "\n"
    "Example:\n"
    "  deskctl incidents --queue noc-network\n"
    "Every command has its own --help.";

std::string user_name() {
  const char* user = std::getenv("USER");
  if (user && *user) return user;
  const passwd* entry = ::getpwuid(::getuid());
  return entry ? entry->pw_name : "";
}

void add_options(CLI::App& cli, Options& options) {
  options.actor = user_name();
  cli.add_option("--url", options.url, "where deskd listens")
      ->envname("DESKCTL_URL")
      ->capture_default_str();
  cli.add_option("--token-file", options.token_file, "a file with the token to send")
      ->envname("DESKCTL_TOKEN_FILE")
      ->type_name("FILE");
  cli.add_option("--ca-file", options.ca_file, "certificates to trust, for a deskd with its own CA")
      ->envname("DESKCTL_CA_FILE")
      ->type_name("FILE");
  cli.add_option("--as", options.actor, "your name in timelines (default: the user's)")
      ->envname("DESKCTL_AS")
      ->type_name("NAME");
  cli.add_option("--timeout", options.timeout_s, "how long to wait for an answer, in seconds")
      ->envname("DESKCTL_TIMEOUT")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  cli.add_flag("--json", options.json, "print the server's JSON")->envname("DESKCTL_JSON");
  cli.add_flag("--utc", options.utc, "print times as RFC 3339 instead of how long ago");
}

}  // namespace

int main(int argc, char** argv) {
  // `rules check` runs this very program to read MIB folders; people have deskd's option.
  if (argc > 1 && std::string_view(argv[1]) == "--read-mibs") {
    deskd::connectors::read_mibs({argv + 2, argv + argc});
  }
  deskd::ctl::Session session;
  CLI::App cli{"deskctl shows what deskd knows, and tells it what people decided.", "deskctl"};
  cli.fallthrough();
  cli.require_subcommand(1);
  cli.set_version_flag("--version", std::string{"deskctl "} + DESKD_VERSION);
  cli.footer(exit_codes);
  add_options(cli, session.options);
  deskd::ctl::add_incident_commands(cli, session);
  deskd::ctl::add_queue_commands(cli, session);
  deskd::ctl::add_alarm_commands(cli, session);
  deskd::ctl::add_alert_commands(cli, session);
  deskd::ctl::add_letter_commands(cli, session);
  deskd::ctl::add_desk_commands(cli, session);
  deskd::ctl::add_rule_commands(cli, session);
  deskd::ctl::add_top_command(cli, session);
  deskd::ctl::add_completion_commands(cli, session);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return static_cast<int>(cli.exit(error) == 0 ? ExitCode::ok : ExitCode::usage);
  }
  return static_cast<int>(session.exit());
}

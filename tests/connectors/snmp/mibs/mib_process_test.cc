#include "connectors/snmp/mibs/mib_process.h"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/temporary_folder.h"

using namespace deskd;
using namespace deskd::connectors;
using namespace std::chrono_literals;

namespace {

class Script {
 public:
  explicit Script(const std::string& body) {
    std::ofstream(path()) << "#!/bin/sh\n" << body << "\n";
    REQUIRE(::chmod(path().c_str(), 0700) == 0);
  }
  std::string path() const { return folder_.path("program"); }

 private:
  test::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("the process gets the folders, and nothing else of ours") {
  REQUIRE(::setenv("MIBDIRS", "/usr/share/snmp/mibs", 1) == 0);
  const Script script("echo \"$@\"; echo \"MIBDIRS=$MIBDIRS\" >&2; ls /proc/$$/fd | wc -l");
  const int ours = ::dup(1);
  const auto output = run_mib_process(script.path(), {"/a b", "-c"}, 20s);
  ::close(ours);
  REQUIRE(output);
  // 0, 1, 2, and the one that the shell has its script open by.
  CHECK(output->names == "--read-mibs /a b ./-c\n4\n");
  CHECK(output->problems == "MIBDIRS=\n");
}

TEST_CASE("a process that takes too long is killed") {
  struct Row {
    const char* body;
  };
  for (const Row& row :
       {Row{"exec sleep 60"}, Row{"exec >/dev/null 2>&1 sleep 60"}, Row{"exec >&- 2>&-; sleep 60"},
        Row{"while :; do echo; sleep 0.01; done"}}) {
    CAPTURE(row.body);
    const Script script(row.body);
    const auto output = run_mib_process(script.path(), {}, 300ms);
    REQUIRE_FALSE(output);
    CHECK(output.error() == "took longer than 0.3 s");
  }
}

TEST_CASE("a process that writes without end is killed") {
  const Script problems("yes >&2");
  CHECK(run_mib_process(problems.path(), {}, 20s).error() == "wrote more than 1 MiB");
  const Script names("yes");
  CHECK(run_mib_process(names.path(), {}, 20s).error() == "wrote more than 128 MiB");
}

TEST_CASE("a program that is not there is a fault in words") {
  CHECK(run_mib_process("/nowhere/deskd", {}, 20s).error() ==
        "can't be started: No such file or directory");
}

#include "connectors/snmp/mibs/mib_files.h"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include "config/limits.h"
#include "tests/connectors/snmp/mibs/mib_folder.h"

using namespace deskd;
using namespace deskd::connectors;
using test::lines_of;
using test::MibFolder;

TEST_CASE("regular files are read by name, and no editor's copies") {
  MibFolder folder;
  for (const char* name : {"b", "a", ".hidden", "#a#", "a~"}) folder.write(name, "x");
  std::filesystem::create_directory(folder.path() + "/sub");
  REQUIRE(::mkfifo((folder.path() + "/pipe").c_str(), 0600) == 0);
  std::filesystem::create_symlink("a", folder.path() + "/link");
  const MibFiles files = list_mib_files({folder.path()});
  CHECK(files.problems.empty());
  CHECK(files.paths == std::vector<std::string>{folder.path() + "/a", folder.path() + "/b",
                                                folder.path() + "/link"});
}

TEST_CASE("a file that is too large is a problem, and a folder that is gone") {
  MibFolder folder;
  folder.write("large", "");
  std::filesystem::resize_file(folder.path() + "/large", limits::mib_file_bytes_max + 1);
  CHECK(
      lines_of(list_mib_files({folder.path(), folder.path() + "/gone"}).problems, folder.path()) ==
      "large: is larger than 16 MiB: not read\n"
      "gone: can't be read: No such file or directory\n");
}

TEST_CASE("problems are lines, and lines are problems") {
  const std::vector<MibProblem> problems = {{"/a b/x", 7, "no: really"}, {"/y", 0, "too large"}};
  std::string lines;
  for (const MibProblem& problem : problems) lines += line_of(problem) + "\n";
  CHECK(lines == "/a b/x:7: no: really\n/y: too large\n");
  CHECK(parse_mib_problems(lines) == problems);
}

TEST_CASE("whatever the lines are, they are taken") {
  CHECK(parse_mib_problems("").empty());
  CHECK(parse_mib_problems("\n\n").empty());
  CHECK(parse_mib_problems("x") == std::vector<MibProblem>{{"x", 0, ""}});
  CHECK(parse_mib_problems(": ") == std::vector<MibProblem>{{"", 0, ""}});
  CHECK(parse_mib_problems("x:99999999999: y")[0].line == 0);
  CHECK(parse_mib_problems("x:-1: y")[0].file == "x:-1");
}

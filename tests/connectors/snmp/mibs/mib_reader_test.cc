// The folders of several sources, and what stays of them on the disk.

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "tests/connectors/snmp/mibs/mib_folder.h"

using namespace deskd;
using namespace deskd::connectors;
using test::MibFolder;
using test::read_mib_names;
using test::script;

TEST_CASE("all folders of a setup have one time together, and the same ones are read once") {
  MibFolder folder;
  folder.copy("EXAMPLE-V1-MIB.txt");
  MibFolder other;
  other.copy("EXAMPLE-V1-MIB.txt");
  MibReading reading = folder.reading();
  reading.program = script(folder, "echo >> " + folder.kept() + ".started; exec sleep 60");
  const auto started = [&] { return std::filesystem::file_size(folder.kept() + ".started"); };
  MibReader reader(reading, std::chrono::milliseconds{300});
  const MibNames first = reader.read({folder.path()});
  CHECK(first.fault == "the process that reads MIB folders took longer than 0.3 s");
  CHECK(reader.read({folder.path()}).fault == first.fault);
  CHECK(reader.read({other.path()}).fault ==
        "the 0.3 s that all MIB folders have together are over");
  CHECK(started() == 1);
}

TEST_CASE("what is kept of other folders goes with the setup that had them") {
  MibFolder folder;
  folder.copy("EXAMPLE-V1-MIB.txt");
  MibFolder other;
  other.copy("EXAMPLE-V1-MIB.txt");
  read_mib_names({other.path()}, folder.reading());
  std::ofstream(folder.kept() + "/0123456789abcdef.names.77") << "half";
  std::ofstream(folder.kept() + "/notes") << "not ours";
  MibReader reader(folder.reading());
  reader.read({folder.path()});
  const auto kept = [&] {
    return std::distance(std::filesystem::directory_iterator(folder.kept()),
                         std::filesystem::directory_iterator());
  };
  CHECK(kept() == 4);
  reader.forget_others();
  CHECK(kept() == 2);
  CHECK(read_mib_names({folder.path()}, {.kept_in = folder.kept()}).fault == "");
}

TEST_CASE("what can't be kept leaves no file behind") {
  MibFolder folder;
  folder.copy("EXAMPLE-V1-MIB.txt");
  folder.read();
  const std::string path = std::filesystem::directory_iterator(folder.kept())->path();
  std::filesystem::remove(path);
  std::filesystem::create_directories(path + "/in the way");
  CHECK(folder.read().keep_fault != "");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.kept()),
                      std::filesystem::directory_iterator()) == 1);
}

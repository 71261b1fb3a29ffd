#include "daemon/ctl/terminal/table.h"

#include <doctest/doctest.h>

#include <sstream>

#include "daemon/ctl/terminal/shown_text.h"

using namespace deskd::ctl;

namespace {

const Terminal piped{};
Terminal narrow(std::size_t width) { return {.width = width, .colours = false}; }

Table incidents() {
  Table table{{{.title = "ID"},
               {.title = "ALARMS", .align = Column::Align::right},
               {.title = "TITLE", .shrinks = true}}};
  table.row({{"0-1"}, {"2"}, {"Link down on edge-7"}});
  table.row({{"0-4711"}, {"1234567"}, {"Disk full"}});
  return table;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) out.push_back(line);
  return out;
}

}  // namespace

TEST_CASE("columns are as wide as their widest cell, and no line ends in spaces") {
  CHECK(incidents().text(piped) ==
        "ID       ALARMS  TITLE\n"
        "0-1           2  Link down on edge-7\n"
        "0-4711  1234567  Disk full\n");
}

TEST_CASE("a table that is too wide gives way in the columns that may shrink") {
  CHECK(incidents().text(narrow(30)) ==
        "ID       ALARMS  TITLE\n"
        "0-1           2  Link down on\xE2\x80\xA6\n"
        "0-4711  1234567  Disk full\n");
  for (std::size_t width = 23; width < 50; ++width) {
    CAPTURE(width);
    for (const auto& line : lines(incidents().text(narrow(width)))) {
      CHECK(display_width(line) <= width);
    }
  }
}

TEST_CASE("a table that can't be that narrow stays readable") {
  CHECK(lines(incidents().text(narrow(20)))[1] == "0-1           2  Link \xE2\x80\xA6");
}

TEST_CASE("the widest column gives way first") {
  Table table{{{.title = "A", .shrinks = true}, {.title = "B", .shrinks = true}}};
  table.row({{std::string(30, 'a')}, {std::string(10, 'b')}});
  CHECK(lines(table.text(narrow(32)))[1] ==
        std::string(19, 'a') + "\xE2\x80\xA6" + "  " + std::string(10, 'b'));
}

TEST_CASE(
    "columns that may go are left out in their order, but only where shrinking is not enough") {
  Table table{{{.title = "ID"},
               {.title = "SEVERITY", .drops = 2},
               {.title = "FIRING", .drops = 1},
               {.title = "TITLE", .shrinks = true, .least = 10}}};
  table.row({{"0-1"}, {"critical"}, {"1/1"}, {"Link down on edge-7"}});
  const auto at = [&](std::size_t width) { return lines(table.text(narrow(width)))[1]; };
  CHECK(at(42) == "0-1  critical  1/1     Link down on edge-7");
  CHECK(at(33) == "0-1  critical  1/1     Link down\xE2\x80\xA6");
  CHECK(at(32) == "0-1  critical  Link down on edg\xE2\x80\xA6");
  CHECK(at(24) == "0-1  Link down on edge-7");
  CHECK(at(15) == "0-1  Link down\xE2\x80\xA6");
  CHECK(table.text(piped).find("FIRING") != std::string::npos);
}

TEST_CASE("a column that wraps goes on below") {
  Table table{{{.title = "WHO"}, {.title = "TEXT", .wraps = true}, {.title = "N"}}};
  table.row({{"anna"}, {"the carrier splices it tonight"}, {"1"}});
  table.row({{"ben"}, {"ok"}, {"2"}});
  CHECK(table.text(narrow(22)) ==
        "WHO   TEXT           N\n"
        "anna  the carrier    1\n"
        "      splices it\n"
        "      tonight\n"
        "ben   ok             2\n");
  CHECK(lines(table.text(piped))[1] == "anna  the carrier splices it tonight  1");
}

TEST_CASE("hostile cells are made harmless, missing and surplus ones do no harm") {
  Table table{{{.title = "A"}, {.title = "B"}}};
  table.row({{"\x1b[31mred\nx"}});
  table.row({{"1"}, {"2"}, {"3"}});
  CHECK(table.text(piped) ==
        "A           B\n"
        "\xEF\xBF\xBD[31mred x\n"
        "1           2\n");
}

TEST_CASE("colours only where they are wanted") {
  Table table{{{.title = "S"}}};
  table.row({{"critical", Colour::red}});
  CHECK(table.text(piped) == "S\ncritical\n");
  CHECK(table.text({.width = 80, .colours = true}) == "\x1b[1mS\x1b[0m\n\x1b[31mcritical\x1b[0m\n");
}

TEST_CASE("no rows, no title line") { CHECK(Table{{{.title = "A"}}}.text(piped) == ""); }

TEST_CASE("fields are aligned, and those without a value left out") {
  CHECK(fields({{"state", {"new"}}, {"person", {""}}, {"q", {"a\nb"}}}, piped) ==
        "state  new\n"
        "q      a b\n");
}

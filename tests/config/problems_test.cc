#include "config/problems.h"

#include <doctest/doctest.h>

#include "config/limits.h"

using namespace deskd::config;

namespace {

std::shared_ptr<const SourceFile> file(std::string name, std::string text) {
  return std::make_shared<const SourceFile>(SourceFile{std::move(name), std::move(text)});
}

}  // namespace

TEST_CASE("a problem shows its line and a caret") {
  Problems problems;
  problems.error({file("rules.yaml", "rules:\n  - sevrity: critical\n"), 2, 5},
                 "unknown key 'sevrity' (nearest: 'severity')");
  CHECK(problems.text() ==
        "rules.yaml:2:5: error: unknown key 'sevrity' (nearest: 'severity')\n"
        "      - sevrity: critical\n"
        "        ^\n");
}

TEST_CASE("problems stand by file in order of mention, then by place") {
  Problems problems;
  const auto b = file("b.yaml", "1\n2\n3\n");
  const auto a = file("a.yaml", "1\n2\n");
  problems.error({b, 3, 1}, "third");
  problems.warning({a, 1, 1}, "fourth");
  problems.error({b, 0, 0}, "first");
  problems.error({b, 2, 1}, "second");
  CHECK(problems.text() ==
        "b.yaml: error: first\n"
        "b.yaml:2:1: error: second\n    2\n    ^\n"
        "b.yaml:3:1: error: third\n    3\n    ^\n"
        "a.yaml:1:1: warning: fourth\n    1\n    ^\n");
}

TEST_CASE("the caret stands under the character, whatever bytes come before") {
  Problems problems;
  problems.error({file("f", "größe: x"), 1, 10}, "here");  // ö and ß are two bytes each
  CHECK(problems.text() == "f:1:10: error: here\n    größe: x\n           ^\n");
}

TEST_CASE("a long line is shown around its caret") {
  Problems problems;
  problems.error({file("f", std::string(1000, 'a') + "b" + std::string(1000, 'c')), 1, 1001}, "x");
  CHECK(problems.text() == "f:1:1001: error: x\n    " + std::string(120, 'a') + "b" +
                               std::string(79, 'c') + "\n    " + std::string(120, ' ') + "^\n");
}

TEST_CASE("a line is cut between two characters") {
  std::string line;
  for (int i = 0; i < 100; ++i) line += "é€";  // 2 and 3 bytes
  const SourceFile source{"f", line + "\nnext\r\n"};
  CHECK(line_text(source, 1) == line.substr(0, 200));
  CHECK(whole_line(source, 1) == line);
  CHECK(line_text(source, 2) == "next");
  CHECK(line_text(source, 0) == "");
  CHECK(line_text(source, 9) == "");
}

TEST_CASE("nothing shown can speak to the terminal") {
  Problems problems;
  problems.error({file("f", "a\x1B[2J\tb\xFF\xC2\x9B"), 1, 1}, "bad '\x1B[31m'\nand more");
  CHECK(problems.text() == "f:1:1: error: bad '?[31m'?and more\n    a?[2J b??\n    ^\n");
}

TEST_CASE("the same message at the same place counts once") {
  Problems problems;
  const auto f = file("f", "x\n");
  for (int i = 0; i < 3; ++i) problems.error({f, 1, 1}, "again");
  problems.error({f, 1, 2}, "again");
  CHECK(problems.all().size() == 2);
}

TEST_CASE("only so many are remembered, errors before warnings, and the rest is counted") {
  Problems problems;
  const auto f = file("f", "x\n");
  const auto max = static_cast<std::uint32_t>(deskd::limits::problems_max);
  for (std::uint32_t i = 0; i < max; ++i) problems.warning({f, i + 1, 1}, "w");
  CHECK_FALSE(problems.has_errors());
  problems.error({f, 1, 1}, "an error");
  CHECK(problems.has_errors());
  CHECK(problems.all().size() == max);
  CHECK(problems.all().back().message == "an error");
  problems.warning({f, 1, 2}, "too late");
  CHECK(problems.text().ends_with("and 2 more\n"));
}

TEST_CASE("errors that are no longer remembered are errors all the same") {
  Problems many;
  const auto f = file("f", "x\n");
  for (std::uint32_t i = 0; i < 1000; ++i) many.error({f, i, 1}, "e");
  Problems all;
  all.append(std::move(many));
  CHECK(all.has_errors());
  CHECK(all.text().ends_with("and 800 more\n"));
}

TEST_CASE("no problems, no text") {
  CHECK(Problems{}.text() == "");
  CHECK(Problems{}.empty());
}

TEST_CASE("a mistake does not show the secrets that stand around it") {
  Problems problems;
  problems.error({file("f", "- {role: x, token: hunter2}"), 1, 4}, "here");
  CHECK(problems.text() == "f:1:4: error: here\n    - {role: x, token: *******}\n       ^\n");
}

TEST_CASE("nor those whose key stands in another line") {
  const auto f = file("f", "communities:\n  - @s3cret\npassword: \"an\n  open one\n");
  Problems problems;
  problems.error({f, 2, 5}, "no text begins with '@'");
  problems.error({f, 4, 3}, "here");
  CHECK(problems.text() ==
        "f:2:5: error: no text begins with '@'\n      -********\n        ^\n"
        "f:4:3: error: here\n    **********\n      ^\n");
}

#include "daemon/ctl/problem.h"

#include <doctest/doctest.h>

using namespace deskd::ctl;

TEST_CASE("a refusal becomes one sentence and an exit code") {
  struct Row {
    const char* name;
    long status;
    const char* body;
    ExitCode code;
    const char* sentence;
  };
  const Row rows[] = {
      {"not found", 404, R"({"title":"Not Found","status":404,"detail":"no incident 0-9"})",
       ExitCode::not_found, "no incident 0-9"},
      {"a state that forbids it", 409, R"({"title":"Conflict","detail":"0-1 is closed"})",
       ExitCode::refused, "0-1 is closed"},
      {"a version that is not current", 412, R"({"detail":"version is 8"})", ExitCode::refused,
       "version is 8"},
      {"a bad parameter", 400, R"({"detail":"unknown parameter 'stat'"})", ExitCode::refused,
       "unknown parameter 'stat'"},
      {"only a title", 422, R"({"title":"Unprocessable Content"})", ExitCode::refused,
       "Unprocessable Content"},
      {"a full lane", 503, R"({"detail":"the lane of hooks is full"})", ExitCode::fault,
       "the lane of hooks is full"},
      {"bad elements", 400,
       R"({"accepted":1,"detail":"1 of 2 is bad","errors":[{"index":1,"pointer":"/1/status","detail":"no status"}]})",
       ExitCode::refused, "1 of 2 is bad; /1/status: no status"},
      {"no JSON", 502, "<html>Bad\nGateway</html>", ExitCode::fault,
       "deskd answered 502 without a reason: <html>Bad Gateway</html>"},
      {"JSON of another shape", 500, "[1,2]", ExitCode::fault,
       "deskd answered 500 without a reason: [1,2]"},
      {"members of other types", 500, R"({"detail":{},"title":[],"errors":7,"problems":"x"})",
       ExitCode::fault, "deskd answered 500"},
      {"nothing", 500, "", ExitCode::fault, "deskd answered 500 without a reason: "},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Problem problem = problem_of({.status = row.status, .body = row.body});
    CHECK(problem.code == row.code);
    CHECK(problem.sentence == row.sentence);
    CHECK(problem.mistakes == "");
  }
}

TEST_CASE("a configuration that was refused is told mistake by mistake") {
  const Problem listed = problem_of({.status = 422, .body = R"({"detail":"1 mistake",
      "problems":[{"file":"rules.d/a.yaml","line":4,"column":7,"level":"error","message":"unknown key 'x'"}]})"});
  CHECK(listed.code == ExitCode::bad_configuration);
  CHECK(listed.mistakes == "rules.d/a.yaml:4:7: error: unknown key 'x'\n");
  const Problem rendered = problem_of(
      {.status = 422,
       .body = R"({"detail":"1 mistake","text":"a.yaml:1:2: error: x\n  ^\n","problems":[{}]})"});
  CHECK(rendered.mistakes == "a.yaml:1:2: error: x\n  ^\n");
}

TEST_CASE("an answer of megabytes becomes no sentence of megabytes") {
  const Problem problem = problem_of({.status = 500, .body = std::string(5'000'000, 'x')});
  CHECK(problem.sentence.size() < 300);
}

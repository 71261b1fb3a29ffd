#include "daemon/repeat_marks.h"

#include "config/limits.h"

#include <doctest/doctest.h>

namespace deskd::daemon {

using namespace std::chrono_literals;

namespace {

const rules::Time start = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

ledger::RepeatAnswer answer(std::string key, rules::Time at, std::uint64_t body_hash = 1) {
  return {std::move(key), body_hash, 202, "{}", at};
}

}  // namespace

TEST_CASE("a mark is known inside the window and forgotten at its end") {
  RepeatMarks marks;
  marks.remember(answer("a", start));
  marks.remember(answer("b", start + 10s));
  marks.expire(start + 59s, 1min);
  CHECK(marks.find("a") != nullptr);
  marks.expire(start + 60s, 1min);
  CHECK(marks.find("a") == nullptr);
  CHECK(marks.find("b") != nullptr);
  CHECK(marks.forgotten_early() == 0);
}

TEST_CASE("an overwritten mark lives as long as its last answer") {
  RepeatMarks marks;
  marks.remember(answer("a", start, 1));
  marks.remember(answer("a", start + 50s, 2));
  marks.expire(start + 70s, 1min);
  REQUIRE(marks.find("a") != nullptr);
  CHECK(marks.find("a")->body_hash == 2);
  marks.expire(start + 110s, 1min);
  CHECK(marks.find("a") == nullptr);
}

TEST_CASE("too many marks: the oldest go first, and that is counted") {
  RepeatMarks marks;
  for (std::size_t i = 0; i < limits::repeat_marks_max + 3; ++i) {
    marks.remember(answer(std::to_string(i), start + std::chrono::nanoseconds{i}));
  }
  CHECK(marks.forgotten_early() == 3);
  CHECK(marks.find("2") == nullptr);
  CHECK(marks.find("3") != nullptr);
}

}  // namespace deskd::daemon

#include "daemon/core/repeat_marks.h"

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

TEST_CASE("too big marks: the oldest go first, and that is counted") {
  constexpr std::size_t size = 64 * limits::KiB;
  constexpr std::size_t fit = limits::repeat_marks_bytes_max / size;
  RepeatMarks marks;
  const auto remember = [&](std::size_t number, rules::Time at) {
    std::string key = std::to_string(1'000'000 + number);
    const std::string body(size - key.size(), 'x');
    marks.remember({std::move(key), 1, 200, body, at});
  };
  for (std::size_t i = 0; i < fit; ++i) remember(i, start + std::chrono::seconds{i});
  CHECK(marks.forgotten_early() == 0);

  SUBCASE("one more than fits") {
    remember(fit, start + 2h);
    CHECK(marks.forgotten_early() == 1);
    CHECK(marks.find("1000000") == nullptr);
    CHECK(marks.find("1000001") != nullptr);
  }
  SUBCASE("an overwritten one gives its room back") {
    remember(7, start + 2h);
    CHECK(marks.forgotten_early() == 0);
    CHECK(marks.find("1000000") != nullptr);
  }
  SUBCASE("what expired gives its room back") {
    marks.expire(start + 1min, 50s);  // the first 11
    for (std::size_t i = 0; i < 11; ++i) remember(fit + i, start + 2h);
    CHECK(marks.forgotten_early() == 0);
    remember(fit + 11, start + 2h);
    CHECK(marks.forgotten_early() == 1);
  }
}

TEST_CASE(
    "a key that is overwritten again and again, with nothing expiring, takes the room of one") {
  RepeatMarks marks;
  marks.remember(answer("first", start));
  for (std::size_t i = 0; i < 100'000; ++i) marks.remember(answer("a", start, i));
  CHECK(marks.remembered() < 5'000);
  CHECK(marks.forgotten_early() == 0);
  CHECK(marks.find("a")->body_hash == 99'999);
  CHECK(marks.find("first") != nullptr);
  marks.expire(start + 1min, 1min);
  CHECK(marks.find("a") == nullptr);
  CHECK(marks.find("first") == nullptr);
  CHECK(marks.remembered() == 0);
}

}  // namespace deskd::daemon

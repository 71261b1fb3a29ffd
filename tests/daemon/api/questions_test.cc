#include "daemon/api/questions.h"

#include <doctest/doctest.h>

#include <optional>
#include <utility>

using deskd::api::Questions;

TEST_CASE("a question over the limit finds no place until another has its answer") {
  Questions questions(2);
  std::optional<Questions::Place> first = questions.enter();
  const auto second = questions.enter();
  REQUIRE(first);
  REQUIRE(second);
  CHECK_FALSE(questions.enter());

  std::optional<Questions::Place> elsewhere(std::move(first));
  first.reset();
  CHECK_FALSE(questions.enter());
  elsewhere.reset();
  CHECK(questions.enter());
}

TEST_CASE("a question that copies several pages takes as many places") {
  Questions questions(4);
  const auto one = questions.enter();
  CHECK_FALSE(questions.enter(4));
  auto three = questions.enter(3);
  REQUIRE(three);
  CHECK_FALSE(questions.enter());
  three.reset();
  CHECK(questions.enter(3));
}

TEST_CASE("a place may outlive the questions: an answer may come after their end") {
  auto questions = std::make_optional<Questions>(1);
  auto place = questions->enter();
  REQUIRE(place);
  questions.reset();
  place.reset();
}

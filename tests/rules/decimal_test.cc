#include "rules/condition/decimal.h"

#include <doctest/doctest.h>

#include <string>

using namespace deskd::rules;

TEST_CASE("decimals are compared exactly, however long they are") {
  struct Row {
    const char* less;
    const char* greater;
  };
  const Row rows[] = {
      {"9", "10"},
      {"-10", "-9"},
      {"-1", "0"},
      {"0.1", "0.11"},
      {"0.09", "0.1"},
      {"1.999", "2"},
      {"-0.2", "-0.1"},
      {"9007199254740992", "9007199254740993"},
      {"99999999999999999999999999999.9", "100000000000000000000000000000"},
      {"0.00000000000000000000000000001", "0.00000000000000000000000000002"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.less);
    CHECK((*parse_decimal(row.less) <=> *parse_decimal(row.greater)) < 0);
    CHECK((*parse_decimal(row.greater) <=> *parse_decimal(row.less)) > 0);
  }
}

TEST_CASE("one number has many spellings") {
  for (const char* text : {"1.5", "+1.5", "01.5", "1.50", "001.500"}) {
    CAPTURE(text);
    CHECK((*parse_decimal(text) <=> *parse_decimal("1.5")) == 0);
  }
  CHECK((*parse_decimal("-0") <=> *parse_decimal("0.00")) == 0);
}

TEST_CASE("what is no decimal is refused") {
  for (const char* text : {"", "-", "+", ".", "1.", ".5", "1e3", "0x10", " 1", "1 ", "1,5", "NaN",
                           "inf", "--1", "1.2.3", "12%"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_decimal(text));
  }
}

#include "config/concealed.h"

#include <doctest/doctest.h>

using deskd::config::concealed;

TEST_CASE("secrets in the open are starred, and all else stays in its place") {
  struct Row {
    const char* text;
    const char* shown;
  };
  const Row rows[] = {
      {"- {token: hunter2, role: x}", "- {token: *******, role: x}"},
      {"- {role: x, token: \"a, b}\"}", "- {role: x, token: ******\"}"},
      {"password: two words, all of it", "password: ********************"},
      {"password: one line\nuser: x", "password: ********\nuser: x"},
      {"{a: b}\npassword: a, b", "{a: b}\npassword: ****"},
      {"\"token\" : hunter2", "\"token\" : *******"},
      {"{token: a, password: b}", "{token: *, password: *}"},
      {"{token: \"not ended", "{token: **********"},
      {"token_file: a.token", "token_file: a.token"},
      {"sasl.password: bus.secret", "sasl.password: bus.secret"},
      {"token:", "token:"},
      {"token:\n  x: y", "token:\n  x: y"},
      {"tokens: [x]", "tokens: [x]"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const std::string stars = concealed(row.text);
    CHECK(stars.size() == std::string(row.text).size());
    CHECK(stars == row.shown);
  }
}

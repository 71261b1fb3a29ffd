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
      {"{sasl.password: hunter2}", "{sasl.password: *******}"},
      {"secrets: {x: y}", "secrets: {x: y}"},
      {"{bearer.client.secret: x, ssl.key.pem: y}", "{bearer.client.secret: *, ssl.key.pem: *}"},
      {"token:", "token:"},
      {"token:\n  x: y", "token:\n  x: y"},
      {"tokens: [x]", "tokens: [x]"},
      {"communities: [a, bc]\nx: y", "communities: [*****]\nx: y"},
      {"communities:\n  - ab\n  - c\nx: y", "communities:\n  -***\n  -**\nx: y"},
      {"communities: [a,\n b]", "communities: [**\n**]"},
      {"communities: [not ended", "communities: [*********"},
      {"communities:", "communities:"},
      {"- {community: ab}", "- {community: **}"},
      {"community_file: a.txt", "community_file: a.txt"},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const std::string stars = concealed(row.text);
    CHECK(stars.size() == std::string(row.text).size());
    CHECK(stars == row.shown);
  }
}

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
      {"communities: # of the lab\n  - ab\n# more\n\n  # - b\n  - c # d\nx: y",
       "communities: ************\n  -***\n******\n\n  *****\n  -******\nx: y"},
      {"- name: t\n  communities:\n  - \"ab\n  - c\n# of u\n- name: u",
       "- name: t\n  communities:\n  -****\n  -**\n# of u\n- name: u"},
      {"communities: ['a]', \"b\\\"]\", c, # ]\n d] # e",
       "communities: [********************\n**] # e"},
      {"communities: [don't, 'it''s]', b]\nx: y", "communities: [******************]\nx: y"},
      {"communities: public\nx: y", "communities: ******\nx: y"},
      {"communities:\n\t- ab\nx: y", "communities:\n\t-***\nx: y"},
      {"communities:\r\n  - ab\r\nx: y\r\n", "communities:\r\n  -***\r\nx: y\r\n"},
      {"# communities: [a\n  x: y", "# communities: **\n  x: y"},
      {"password: \"one\n two\" # three\nx: y", "password: ****\n****\" # three\nx: y"},
      {"{password: \"a\\\"b\", x: y}", "{password: *****\", x: y}"},
      {"  pem: |\n    one\n\n    two\n  x: y", "  pem: *\n*******\n\n*******\n  x: y"},
      {"- password:\n    hunter2\n  x: y", "- password:\n***********\n  x: y"},
      {"# password: old\n  x: y", "# password: ***\n  x: y"},
      {"# password: 'old\nx: y", "# password: ****\nx: y"},
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

TEST_CASE("a long line full of secrets costs no more than its length") {
  std::string text;
  while (text.size() < 4'000'000) text += "token:a,";
  const std::string stars = concealed("{" + text);
  CHECK(stars.size() == text.size() + 1);
  CHECK(stars.find("token:a") == std::string::npos);
}

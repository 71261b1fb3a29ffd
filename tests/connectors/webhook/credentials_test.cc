#include "connectors/webhook/credentials.h"

#include <doctest/doctest.h>

#include <string>

using namespace deskd;
using namespace deskd::connectors;

TEST_CASE("base64, by the vectors of RFC 4648, section 10") {
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"Zg==", "f"},
                                                      {"Zm8=", "fo"},
                                                      {"Zm9v", "foo"},
                                                      {"Zm9vYg==", "foob"},
                                                      {"Zm9vYmE=", "fooba"},
                                                      {"Zm9vYmFy", "foobar"}};
  for (const auto& [text, expected] : rows) CHECK(decode_base64(text) == expected);
  for (const char* text :
       {"Zg", "Zg=", "Z===", "====", "Zm9v Zg=", "Zm_v", "Zm-v", "Z\ng=", "é+=="}) {
    CAPTURE(text);
    CHECK((!decode_base64(text) || *decode_base64(text) == ""));
  }
}

TEST_CASE("a bearer token") {
  const SourceAuth auth{"", config::Secret("s3cret")};
  CHECK_FALSE(check_credentials(auth, "Bearer s3cret"));
  CHECK_FALSE(check_credentials(auth, "bearer  s3cret "));
  struct Row {
    const char* header;
    const char* detail;
  };
  const Row rows[] = {{"", "a bearer token is needed"},
                      {"Bearer", "wrong token"},
                      {"Bearer ", "wrong token"},
                      {"Bearer s3cre", "wrong token"},
                      {"Bearer s3cretx", "wrong token"},
                      {"Bearer S3CRET", "wrong token"},
                      {"s3cret", "a bearer token is needed"},
                      {"Basic OnMzY3JldA==", "a bearer token is needed"}};
  for (const Row& row : rows) {
    CAPTURE(row.header);
    const auto fault = check_credentials(auth, row.header);
    REQUIRE(fault);
    CHECK(fault->detail == row.detail);
    CHECK(fault->challenge.starts_with("Bearer realm=\"deskd\""));
    CHECK(fault->user == "");
  }
}

TEST_CASE("a user and a password") {
  const SourceAuth auth{"noc", config::Secret("pass:word")};
  CHECK_FALSE(check_credentials(auth, "Basic bm9jOnBhc3M6d29yZA=="));  // noc:pass:word
  CHECK_FALSE(check_credentials(auth, "BASIC bm9jOnBhc3M6d29yZA=="));
  struct Row {
    const char* name;
    const char* header;
    const char* user;
    const char* detail;
  };
  const Row rows[] = {
      {"nothing", "", "", "a user and a password are needed (Basic)"},
      {"a token", "Bearer x", "", "a user and a password are needed (Basic)"},
      {"no base64", "Basic %%%%", "", "a user and a password are needed (Basic)"},
      {"no colon", "Basic bm9j", "", "a user and a password are needed (Basic)"},
      {"another password", "Basic bm9jOng=", "noc", "wrong user or password"},
      {"another user", "Basic cm9vdDpwYXNzOndvcmQ=", "root", "wrong user or password"},
      {"an empty password", "Basic bm9jOg==", "noc", "wrong user or password"},
      {"a user that is no text", "Basic /wo6eA==", "??", "wrong user or password"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto fault = check_credentials(auth, row.header);
    REQUIRE(fault);
    CHECK(fault->user == row.user);
    CHECK(fault->detail == row.detail);
    CHECK(fault->challenge == R"(Basic realm="deskd", charset="UTF-8")");
  }
}

// deskd.yaml's `http.tokens`, and what a listener that others reach asks for. The messages stand in
// tests/golden/setup.

#include <cstdlib>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "config/limits.h"
#include "tests/daemon/setup/config_folder.h"

using namespace deskd;
using daemon::Role;
using test::ConfigFolder;

namespace {

std::string with_http(const std::string& http) {
  return "http: " + http + "\n" + ConfigFolder::good_deskd;
}

}  // namespace

TEST_CASE("people, their roles and their tokens arrive") {
  ConfigFolder folder;
  folder.write("anna.token", "token-of-anna-0001\n");
  ::setenv("DESKD_TEST_BEN", "token-of-ben-00001", 1);
  folder.write("deskd.yaml",
               with_http("{tokens: [{actor: anna, role: operator, token_file: anna.token},\n"
                         "  {actor: ben, role: viewer, token_env: DESKD_TEST_BEN},\n"
                         "  {actor: carl, role: admin, token: 'token/of+carl~=='}]}"));
  const auto setup = folder.load();
  CHECK(folder.said == "");
  REQUIRE(setup);
  CHECK(setup->people.are_known());
  struct Row {
    const char* token;
    const char* actor;
    Role role;
  };
  for (const Row& row : {Row{"token-of-anna-0001", "anna", Role::desk_operator},
                         Row{"token-of-ben-00001", "ben", Role::viewer},
                         Row{"token/of+carl~==", "carl", Role::admin}}) {
    CAPTURE(row.actor);
    const auto* token = setup->people.find(row.token);
    REQUIRE(token != nullptr);
    CHECK(token->actor == row.actor);
    CHECK(token->role == row.role);
  }
  for (const char* nobody :
       {"", "token-of-anna-000", "token-of-anna-0001\n", "TOKEN-OF-ANNA-0001"}) {
    CHECK(setup->people.find(nobody) == nullptr);
  }
}

TEST_CASE("without tokens nobody is known") {
  ConfigFolder folder;
  const auto setup = folder.load();
  REQUIRE(setup);
  CHECK_FALSE(setup->people.are_known());
  CHECK_FALSE(setup->is_guarded());
}

TEST_CASE("an empty list of tokens would open the door that somebody meant to close") {
  ConfigFolder folder;
  folder.write("deskd.yaml", with_http("{tokens: []}"));
  CHECK(folder.load() == nullptr);
  CHECK(folder.said.find("deskd.yaml:1:16: error: a list of tokens without a token") !=
        std::string::npos);
}

TEST_CASE("what can't be sent as a bearer token is refused, without being shown") {
  const std::string long_enough(limits::token_bytes_min, 'x');
  const std::vector<std::string> rows{
      "two words " + long_enough,
      long_enough + "\xc3\xa4",
      "====================",
      long_enough + "=x",
      "\"" + long_enough,
      std::string(limits::token_bytes_max + 1, 'x'),
      std::string(limits::token_bytes_min - 1, 'x'),
  };
  for (const std::string& token : rows) {
    CAPTURE(token);
    ConfigFolder folder;
    folder.write("a.token", token);
    folder.write("deskd.yaml",
                 with_http("{tokens: [{actor: anna, role: viewer, token_file: a.token}]}"));
    CHECK(folder.load() == nullptr);
    CHECK(folder.said.find("openssl rand -hex 32") != std::string::npos);
    CHECK(folder.said.find(token) == std::string::npos);
  }
}

TEST_CASE("too many tokens are refused") {
  std::string tokens;
  for (std::size_t i = 0; i <= limits::tokens_max; ++i) {
    tokens += fmt::format("  - {{actor: a, role: viewer, token: number-{:012}}}\n", i);
  }
  ConfigFolder folder;
  folder.write("deskd.yaml", with_http("\n  tokens:\n" + tokens));
  CHECK(folder.load() == nullptr);
  CHECK(folder.said.find("more than 1000 tokens") != std::string::npos);
}

TEST_CASE("other machines may reach a listener that asks everybody who they are") {
  const std::string tokens = "tokens: [{actor: anna, role: viewer, token: 0123456789abcdef}]";
  ConfigFolder folder;
  folder.write("deskd.yaml",
               "http: {listen: '0.0.0.0:9480', " + tokens +
                   "}\nledger: {path: data}\nrules: rules.d\ndesk: desk.yaml\n"
                   "sources: [{name: hooks, kind: webhook, format: generic, auth: {token: x}}]\n");
  const auto setup = folder.load();
  REQUIRE(setup);
  CHECK_FALSE(setup->settings.is_loopback);
  CHECK(setup->is_guarded());
  CHECK(folder.said.starts_with("deskd.yaml:1:16: warning: without http.tls tokens and passwords"));

  folder.write("deskd.yaml",
               "http: {listen: '0.0.0.0:9480', " + tokens + "}\n" + ConfigFolder::good_deskd);
  CHECK(folder.load() == nullptr);
  CHECK(folder.said.find("deskd.yaml:5:11: error: source 'hooks' needs 'auth'") !=
        std::string::npos);
}

TEST_CASE("a token file that changed changes the people, though the setup's hash stays") {
  ConfigFolder folder;
  folder.write("a.token", "the-first-token-of-anna");
  folder.write("deskd.yaml",
               with_http("{tokens: [{actor: anna, role: viewer, token_file: a.token}]}"));
  const auto before = folder.load();
  folder.write("a.token", "the-second-token-of-anna");
  const auto after = folder.load();
  REQUIRE(before);
  REQUIRE(after);
  CHECK(before->hash == after->hash);
  CHECK(after->people.find("the-first-token-of-anna") == nullptr);
  CHECK(after->people.find("the-second-token-of-anna") != nullptr);
}

TEST_CASE("the setup's hash says nothing of a secret in the open, but of all else") {
  ConfigFolder folder;
  const auto hash_with = [&](const std::string& actor, const std::string& token) {
    folder.write("deskd.yaml", with_http("{tokens: [{actor: " + actor +
                                         ", role: viewer, token: " + token + "}]}"));
    const auto setup = folder.load();
    REQUIRE(setup);
    return setup->hash;
  };
  const auto hash = hash_with("anna", "0123456789abcdef");
  CHECK(hash_with("anna", "fedcba9876543210") == hash);
  CHECK(hash_with("ben", "0123456789abcdef") != hash);
}

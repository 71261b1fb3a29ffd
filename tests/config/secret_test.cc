#include "config/secret.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "config/limits.h"
#include "tests/support/yaml_text.h"

using namespace deskd;
using test::YamlText;

namespace {

namespace fs = std::filesystem;

/// A folder of its own for each test, gone afterwards.
class SecretFolder {
 public:
  SecretFolder() {
    std::string pattern = (fs::temp_directory_path() / "deskd-secret-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~SecretFolder() { fs::remove_all(path_); }

  void write(const std::string& name, const std::string& text, ::mode_t mode = 0600) const {
    const fs::path file = fs::path(path_) / name;
    std::ofstream(file, std::ios::binary) << text;
    REQUIRE(::chmod(file.c_str(), mode) == 0);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::optional<config::Secret> read(YamlText& yaml, const std::string& folder) {
  config::MapReader reader(yaml.root(), yaml.problems, "auth");
  auto secret = config::read_secret(reader, yaml.root(), "token", folder, yaml.problems);
  reader.finish();
  return secret;
}

}  // namespace

TEST_CASE("a secret file holds one line, its end does not count") {
  const SecretFolder folder;
  for (const std::string text : {"s3cret", "s3cret\n", "s3cret\r\n"}) {
    CAPTURE(text);
    folder.write("a.token", text);
    YamlText yaml("token_file: a.token\n");
    const auto secret = read(yaml, folder.path());
    CHECK(yaml.said() == "");
    REQUIRE(secret.has_value());
    CHECK(secret->reveal() == "s3cret");
  }
}

TEST_CASE("an absolute path is taken as it is") {
  const SecretFolder folder;
  folder.write("a.token", "x");
  YamlText yaml("token_file: " + folder.path() + "/a.token\n");
  CHECK(read(yaml, "/nowhere").has_value());
}

TEST_CASE("a secret file that can't be one is a problem where it is named") {
  const SecretFolder folder;
  folder.write("empty", "");
  folder.write("line-end", "\n");
  folder.write("two-lines", "a\nb\n");
  folder.write("nul", std::string("a\0b", 3));
  folder.write("big", std::string(limits::secret_bytes_max + 1, 'x'));
  fs::create_directory(fs::path(folder.path()) / "folder");
  REQUIRE(::mkfifo((folder.path() + "/pipe").c_str(), 0600) == 0);
  for (const std::string name :
       {"missing", "empty", "line-end", "two-lines", "nul", "big", "folder", "pipe"}) {
    CAPTURE(name);
    YamlText yaml(std::string("token_file: ") + name + "\n");
    CHECK_FALSE(read(yaml, folder.path()).has_value());
    REQUIRE(yaml.problems.all().size() == 1);
    CHECK(yaml.said().starts_with("1:13: " + folder.path() + "/" + name + " "));
  }
}

TEST_CASE("a secret file that everybody can read is a warning") {
  const SecretFolder folder;
  folder.write("open", "x", 0644);
  YamlText yaml("token_file: open\n");
  CHECK(read(yaml, folder.path()).has_value());
  CHECK_FALSE(yaml.problems.has_errors());
  CHECK(yaml.said() == "1:13: " + folder.path() + "/open can be read by everybody: chmod o-r\n");
}

TEST_CASE("a secret of the environment") {
  ::setenv("DESKD_TEST_TOKEN", "from outside", 1);
  ::setenv("DESKD_TEST_EMPTY", "", 1);
  ::unsetenv("DESKD_TEST_UNSET");
  YamlText good("token_env: DESKD_TEST_TOKEN\n");
  const auto secret = read(good, ".");
  REQUIRE(secret.has_value());
  CHECK(secret->reveal() == "from outside");
  YamlText unset("token_env: DESKD_TEST_UNSET\n");
  CHECK_FALSE(read(unset, ".").has_value());
  CHECK(unset.said() == "1:12: the environment variable DESKD_TEST_UNSET is not set\n");
  YamlText empty("token_env: DESKD_TEST_EMPTY\n");
  CHECK_FALSE(read(empty, ".").has_value());
  CHECK(empty.said() == "1:12: the environment variable DESKD_TEST_EMPTY is empty\n");
}

TEST_CASE("a secret in the open, and at most one of the three") {
  YamlText open("token: hunter2\n");
  CHECK(read(open, ".")->reveal() == "hunter2");
  YamlText none("{}\n");
  CHECK_FALSE(read(none, ".").has_value());
  CHECK(none.said() == "");
  YamlText both("token: hunter2\ntoken_env: X\n");
  CHECK_FALSE(read(both, ".").has_value());
  CHECK(both.said() == "1:1: only one of token_file, token_env and token may stand here\n");
  YamlText bad("tokn: hunter2\n");
  CHECK_FALSE(read(bad, ".").has_value());
  CHECK(bad.said() == "1:1: unknown key 'tokn' (nearest: 'token')\n");
}

TEST_CASE("secrets equal what they equal") {
  const config::Secret secret("s3cret");
  CHECK(secret.equals("s3cret"));
  for (const char* other : {"", "s3cre", "s3cret ", "S3cret"}) CHECK_FALSE(secret.equals(other));
  CHECK_FALSE(secret.equals(std::string_view("s3cret\0", 7)));
  CHECK(secret.equals(config::SecretDigest("s3cret")));
  CHECK_FALSE(secret.equals(config::SecretDigest("S3cret")));
}

TEST_CASE("where a secret is said is found for messages") {
  for (const std::string key : {"token_file", "token_env", "token"}) {
    CAPTURE(key);
    YamlText yaml(key + ": value\n");
    const auto* node = config::secret_node(yaml.root(), "token");
    REQUIRE(node != nullptr);
    CHECK(node->text == "value");
  }
  YamlText other("tokens: value\n");
  CHECK(config::secret_node(other.root(), "token") == nullptr);
}

// deskd.yaml's `http.tls`.

#include <cstdlib>

#include <doctest/doctest.h>

#include "config/limits.h"
#include "tests/daemon/setup/config_folder.h"
#include "tests/support/certificates.h"

using namespace deskd;
using namespace std::chrono_literals;
using test::ConfigFolder;

namespace {

struct TlsFolder : ConfigFolder {
  TlsFolder() {
    const auto pair = test::make_certificate("desk.example");
    write("server.pem", pair.certificate, 0644);
    write("server.key", pair.key);
    tls("certificate_file: server.pem, key_file: server.key");
  }
  void tls(const std::string& keys) const {
    write("deskd.yaml", "http: {tls: {" + keys + "}}\n" + good_deskd);
  }
};

}  // namespace

TEST_CASE("a certificate and its key are taken from files or the environment") {
  TlsFolder folder;
  SUBCASE("files") {}
  SUBCASE("environment") {
    const auto pair = test::make_certificate("elsewhere");
    ::setenv("DESKD_TEST_CERTIFICATE", pair.certificate.c_str(), 1);
    ::setenv("DESKD_TEST_KEY", pair.key.c_str(), 1);
    folder.tls("certificate_env: DESKD_TEST_CERTIFICATE, key_env: DESKD_TEST_KEY");
  }
  const auto setup = folder.load();
  CHECK(folder.said == "");
  REQUIRE(setup);
  REQUIRE(setup->tls);
}

TEST_CASE("without tls the listener speaks plainly") {
  ConfigFolder folder;
  const auto setup = folder.load();
  REQUIRE(setup);
  CHECK(setup->tls == nullptr);
}

TEST_CASE("a pair that can't be used is a problem where it is named") {
  TlsFolder folder;
  std::string said;
  SUBCASE("no certificate file") {
    folder.tls("certificate_file: no.pem, key_file: server.key");
    said = "deskd.yaml:1:32: error: no.pem does not exist\n";
  }
  SUBCASE("no certificate in it") {
    folder.write("server.pem", "words");
    said = "deskd.yaml:1:32: error: server.pem has no certificate in PEM form\n";
  }
  SUBCASE("a key too large to be one") {
    folder.write("server.key", std::string(limits::pem_bytes_max + 1, 'x'));
    said = "deskd.yaml:1:54: error: server.key is larger than 256 KiB\n";
  }
  SUBCASE("another's key") {
    folder.write("server.key", test::make_certificate("other").key);
    said = "deskd.yaml:1:54: error: server.key is not the key of that certificate\n";
  }
  SUBCASE("no key") {
    folder.tls("certificate_file: server.pem");
    said = "deskd.yaml:1:8: error: tls needs 'key_file' or 'key_env'\n";
  }
  SUBCASE("two keys") {
    folder.tls("certificate_file: server.pem, key_file: server.key, key_env: KEY");
    said = "deskd.yaml:1:8: error: tls needs 'key_file', or else 'key_env'\n";
  }
  SUBCASE("a key in the open") {
    folder.tls("certificate_file: server.pem, key: secret");
    said = "deskd.yaml:1:44: error: unknown key 'key': tls takes certificate_file, ";
  }
  SUBCASE("no map") {
    folder.write("deskd.yaml", std::string("http: {tls: on}\n") + ConfigFolder::good_deskd);
    said = "deskd.yaml:1:13: error: tls is a map, this is a text\n";
  }
  CHECK(folder.load() == nullptr);
  CAPTURE(folder.said);
  CHECK(folder.said.find(said) != std::string::npos);
}

TEST_CASE("a certificate that is not valid now is told, and used") {
  TlsFolder folder;
  std::string word;
  std::pair<std::chrono::hours, std::chrono::hours> valid;
  SUBCASE("past") {
    valid = {-48h, -24h};
    word = "warning: server.pem ran out at ";
  }
  SUBCASE("future") {
    valid = {24h, 48h};
    word = "warning: server.pem is not valid before ";
  }
  SUBCASE("nearly past") {
    valid = {-48h, 24h * 13};
    word = "warning: server.pem runs out at ";
  }
  SUBCASE("for longer than our times reach") {
    valid = {24h * 365 * 300, 24h * 365 * 310};
    word = "warning: server.pem is not valid before 2262-01-01T";
  }
  const auto pair = test::make_certificate("desk.example", valid.first, valid.second);
  folder.write("server.pem", pair.certificate);
  folder.write("server.key", pair.key);
  CHECK(folder.load() != nullptr);
  CAPTURE(folder.said);
  CHECK(folder.said.starts_with("deskd.yaml:1:32: " + word));
}

TEST_CASE("a key that everybody can read is a warning, a certificate is for everybody") {
  TlsFolder folder;
  const auto pair = test::make_certificate("x");
  folder.write("server.pem", pair.certificate, 0644);
  folder.write("server.key", pair.key, 0644);
  CHECK(folder.load() != nullptr);
  CHECK(folder.said.starts_with(
      "deskd.yaml:1:54: warning: server.key can be read by everybody: chmod o-r\n"));
  CHECK(folder.said.find("server.pem can be read") == std::string::npos);
}

#include "connectors/webhook/gzip.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <string>

#include "tests/support/gzip.h"

using namespace deskd::connectors;
using deskd::tests::gzip;

namespace {

constexpr std::size_t bytes_max = 1 << 20;

std::string result(std::string_view compressed) {
  auto inflated = inflate_gzip(compressed, bytes_max);
  if (inflated) return *std::move(inflated);
  return inflated.error() == InflateFault::damaged ? "damaged" : "too large";
}

}  // namespace

TEST_CASE("what was compressed comes out again") {
  std::string noise;
  for (unsigned i = 0, x = 1; i < 100'000; ++i)
    noise += static_cast<char>((x = x * 1103515245 + 12345) >> 16);
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string(50'000, 'x'), noise}) {
    CHECK((result(gzip(text)) == text));
  }
}

TEST_CASE("members stand one behind the other (RFC 1952, section 2.2)") {
  CHECK(result(gzip("[1,") + gzip("") + gzip("2]")) == "[1,2]");
  CHECK((result(gzip(std::string(3000, 'a')) + gzip(std::string(90'000, 'b'))) ==
         std::string(3000, 'a') + std::string(90'000, 'b')));
}

TEST_CASE("a bomb ends at the limit") {
  CHECK((result(gzip(std::string(bytes_max, ' '))).size() == bytes_max));
  CHECK(result(gzip(std::string(bytes_max + 1, ' '))) == "too large");
  CHECK(result(gzip(std::string(200 * bytes_max, ' '))) == "too large");
  std::string members;
  for (int i = 0; i < 1100; ++i) members += gzip(std::string(1000, ' '));
  CHECK(result(members) == "too large");
}

TEST_CASE("damaged bodies") {
  const std::string whole = gzip(std::string(10'000, 'x') + "end");
  CHECK(result("") == "damaged");
  CHECK(result("{\"plain\": true}") == "damaged");
  CHECK(result(whole + "x") == "damaged");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK(result(whole.substr(0, length)) == "damaged");
  }
  std::string bad_checksum = whole;
  bad_checksum[whole.size() - 8] ^= 1;
  CHECK(result(bad_checksum) == "damaged");
  std::string bad_length = whole;
  bad_length.back() ^= 1;
  CHECK(result(bad_length) == "damaged");
}

TEST_CASE("raw and zlib streams are not gzip") {
  std::string zlib_stream(100, '\0');
  uLongf size = zlib_stream.size();
  REQUIRE(compress(reinterpret_cast<Bytef*>(zlib_stream.data()), &size,
                   reinterpret_cast<const Bytef*>("hello"), 5) == Z_OK);
  CHECK(result(zlib_stream.substr(0, size)) == "damaged");
}

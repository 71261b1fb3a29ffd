#include "rules/network.h"

#include <doctest/doctest.h>

using namespace deskd::rules;

namespace {

bool is_in(std::string_view address, std::string_view network) {
  const auto parsed = Network::parse(network);
  REQUIRE_MESSAGE(parsed.has_value(), network);
  const auto candidate = IpAddress::parse(address);
  REQUIRE_MESSAGE(candidate.has_value(), address);
  return parsed->contains(*candidate);
}

}  // namespace

TEST_CASE("addresses are read in every form that RFC 4291 has") {
  struct Row {
    const char* text;
    const char* network;  // the same, written out
  };
  const Row rows[] = {
      {"10.0.0.7", "10.0.0.7/32"},
      {"255.255.255.255", "255.255.255.255/32"},
      {"::", "0:0:0:0:0:0:0:0/128"},
      {"::1", "0:0:0:0:0:0:0:1/128"},
      {"1::", "1:0:0:0:0:0:0:0/128"},
      {"2001:DB8::a:1", "2001:db8:0:0:0:0:a:1/128"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8/128"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0/128"},
      {"64:ff9b::192.0.2.33", "64:ff9b:0:0:0:0:c000:221/128"},
      {"1:2:3:4:5:6:192.0.2.33", "1:2:3:4:5:6:c000:221/128"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto network = Network::parse(row.text);
    REQUIRE(network.has_value());
    CHECK(network->text() == row.network);
    CHECK(is_in(row.text, row.text));
  }
  CHECK(IpAddress::parse("::ffff:10.0.0.7") == IpAddress::parse("10.0.0.7"));
  CHECK(IpAddress::parse("fe80::1%eth0") == IpAddress::parse("fe80::1"));
}

TEST_CASE("what is no address is not taken for one") {
  for (const char* text : {"",
                           ".",
                           "1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.",
                           ".1.2.3",
                           "1..2.3",
                           "256.0.0.1",
                           "01.2.3.4",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "+1.2.3.4",
                           "1.2.3.0x4",
                           "a.b.c.d",
                           ":",
                           ":::",
                           "1:",
                           ":1",
                           "1:2",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7",
                           "1::2::3",
                           "12345::",
                           "g::",
                           "::1.2.3",
                           "1.2.3.4::",
                           "::1.2.3.4:5",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "1:2:3:4::5:6:7:8",
                           "fe80::1%",
                           "1.2.3.4%eth0",
                           "-1::",
                           "::-1",
                           "1:2:3:4:5:6:7:",
                           "localhost"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::parse(text));
    CHECK_FALSE(Network::parse(text));
  }
}

TEST_CASE("an address is in a network when the bits of the prefix are alike") {
  CHECK(is_in("10.255.255.255", "10.0.0.0/8"));
  CHECK_FALSE(is_in("11.0.0.0", "10.0.0.0/8"));
  CHECK(is_in("192.0.2.129", "192.0.2.128/25"));
  CHECK_FALSE(is_in("192.0.2.127", "192.0.2.128/25"));
  CHECK(is_in("192.0.2.131", "192.0.2.130/31"));
  CHECK_FALSE(is_in("192.0.2.132", "192.0.2.130/31"));
  CHECK(is_in("203.0.113.9", "0.0.0.0/0"));
  CHECK(is_in("2001:db8:1::5", "2001:db8::/32"));
  CHECK_FALSE(is_in("2001:db9::", "2001:db8::/32"));
  CHECK(is_in("2001:db8:8000::", "2001:db8:8000::/33"));
  CHECK_FALSE(is_in("2001:db8:7fff::", "2001:db8:8000::/33"));
  CHECK(is_in("::1", "::/0"));
}

TEST_CASE("the families are kept apart, but IPv4 inside of IPv6 is IPv4") {
  CHECK_FALSE(is_in("::", "0.0.0.0/0"));
  CHECK_FALSE(is_in("10.0.0.1", "::/0"));
  CHECK(is_in("::ffff:10.0.0.1", "10.0.0.0/8"));
}

TEST_CASE("a network that is none is told with what to write") {
  struct Row {
    const char* text;
    const char* error;
  };
  const Row rows[] = {
      {"10.0.0.0/33", "'10.0.0.0/33' needs a number from 0 to 32 behind the /"},
      {"10.0.0.0/", "'10.0.0.0/' needs a number from 0 to 32 behind the /"},
      {"10.0.0.0/8/8", "'10.0.0.0/8/8' needs a number from 0 to 32 behind the /"},
      {"10.0.0.0/08", "'10.0.0.0/08' needs a number from 0 to 32 behind the /"},
      {"::/129", "'::/129' needs a number from 0 to 128 behind the /"},
      {"10.1.2.3/8", "'10.1.2.3/8' has bits behind its prefix: write 10.0.0.0/8"},
      {"2001:db8::1/64",
       "'2001:db8::1/64' has bits behind its prefix: write 2001:db8:0:0:0:0:0:0/64"},
      {"::ffff:10.0.0.0/104", "'::ffff:10.0.0.0/104' is IPv4 inside of IPv6: write it as IPv4"},
      {"fe80::%eth0/64", "'fe80::%eth0/64' is no network: write 10.0.0.0/8 or 2001:db8::/32"},
      {"office", "'office' is no network: write 10.0.0.0/8 or 2001:db8::/32"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto network = Network::parse(row.text);
    REQUIRE_FALSE(network.has_value());
    CHECK(network.error() == row.error);
  }
}

#include "connectors/snmp/oid.h"

#include <doctest/doctest.h>

#include <string>

using namespace deskd::connectors;

namespace {

Oid oid(std::string_view text) {
  const auto parsed = Oid::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

std::string shown(OidView view) {
  OidText room;
  return std::string(print(view, room));
}

std::string of_size(std::size_t size) {
  std::string text = "1.3";
  for (std::size_t i = 2; i < size; ++i) text += ".4294967295";
  return text;
}

}  // namespace

TEST_CASE("an OID is read and shown as numbers and dots") {
  struct Row {
    const char* text;
    const char* shown;
  };
  for (const auto& row :
       {Row{"1.3.6.1", "1.3.6.1"}, Row{".1.3.6.1", "1.3.6.1"}, Row{"0", "0"}, Row{"0.0", "0.0"},
        Row{"2.999.4294967295", "2.999.4294967295"}, Row{"1.39", "1.39"}, Row{"1.3.06", "1.3.6"}}) {
    CAPTURE(row.text);
    CHECK(shown(oid(row.text)) == row.shown);
  }
  CHECK(shown({}) == "");
}

TEST_CASE("what is no OID is refused") {
  for (const char* text : {"", ".", "1.", "..1", "1..3", "1.3.", "a", "1.3.x", "1.3 ", " 1.3",
                           "-1.3", "1.-3", "1.3.4294967296", "3.1", "1.40", "0.40", "1,3",
                           "1.3.6.1.2.1.1.3.0x", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(Oid::parse(text));
  }
}

TEST_CASE("an OID has at most 128 sub-identifiers") {
  const Oid longest = oid(of_size(128));
  CHECK(OidView(longest).size() == 128);
  CHECK(shown(longest) == of_size(128));
  CHECK_FALSE(Oid::parse(of_size(129)));
  Oid full = longest;
  CHECK_FALSE(full.append(1));
  CHECK(full == longest);
}

TEST_CASE("under is that one or below it") {
  CHECK(OidView(oid("1.3.6.1.4")).is_under(oid("1.3.6.1.4")));
  CHECK(OidView(oid("1.3.6.1.4.9")).is_under(oid("1.3.6.1.4")));
  CHECK(OidView(oid("1.3")).is_under({}));
  CHECK_FALSE(OidView(oid("1.3.6.1.40")).is_under(oid("1.3.6.1.4")));
  CHECK_FALSE(OidView(oid("1.3.6.1")).is_under(oid("1.3.6.1.4")));
}

TEST_CASE("OIDs are compared by numbers, a beginning stands first") {
  CHECK(oid("1.3.6.9") < oid("1.3.6.10"));
  CHECK(oid("1.3.6") < oid("1.3.6.0"));
  CHECK(oid("2.1") > oid("1.39.5"));
  CHECK(oid("1.3.6") == oid(".1.3.6"));
  CHECK(OidView() < oid("0"));
}

TEST_CASE("copies have what the original has") {
  Oid a = oid("1.3.6.1.4.1");
  Oid b = oid(of_size(128));
  b = a;
  CHECK(b == oid("1.3.6.1.4.1"));
  CHECK(a.append(7));
  CHECK(b == oid("1.3.6.1.4.1"));
  const Oid& same = a;
  a = same;
  CHECK(a == oid("1.3.6.1.4.1.7"));
  a.clear();
  CHECK(a == OidView());
}

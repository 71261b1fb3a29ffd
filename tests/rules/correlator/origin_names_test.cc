// Names are kept once for all origins that hold them.

#include <doctest/doctest.h>

#include <string>

#include "rules/correlator/origin_names.h"

using namespace deskd::rules;

TEST_CASE("a name is found by source, sender and key, while it is held") {
  OriginNames names;
  const OriginName name{1, "prometheus-0:9090", "f00"};
  CHECK(names.find(name) == 0);
  const auto number = names.hold(name);
  CHECK(names.hold(name) == number);
  CHECK(names.holders(number) == 2);
  CHECK(names.find(name) == number);
  CHECK(names.is(number, name));
  CHECK(names.source(number) == 1);
  CHECK(names.name(number).sender == "prometheus-0:9090");
  CHECK(names.name(number).key == "f00");
  CHECK(names.has_keys(1));
  CHECK_FALSE(names.has_keys(2));

  const OriginName others[] = {{2, "prometheus-0:9090", "f00"},
                               {1, "prometheus-0:909", "0f00"},
                               {1, "prometheus-0:9090", ""},
                               {1, "", "prometheus-0:9090f00"}};
  for (const OriginName& other : others) {
    CHECK(names.find(other) == 0);
    CHECK_FALSE(names.is(number, other));
    names.hold(other);
  }
  CHECK(names.has_keys(2));

  names.let_go(number);
  CHECK(names.find(name) == number);
  names.let_go(number);
  CHECK(names.find(name) == 0);
  const OriginName next{1, std::string_view(), std::string_view()};
  CHECK(names.hold(next) == number);  // given again
  CHECK(names.is(number, next));
  CHECK(names.has_keys(1));
  names.let_go(names.find(others[1]));
  names.let_go(names.find(others[3]));
  CHECK_FALSE(names.has_keys(1));
  CHECK(names.has_keys(2));
}

#include "connectors/snmp/receiver/sender_quota.h"

#include <doctest/doctest.h>

using namespace deskd;
using namespace deskd::connectors;
using namespace std::chrono_literals;

namespace {

const auto noisy = rules::IpAddress::parse("10.0.0.1").value();
const auto quiet = rules::IpAddress::parse("10.0.0.2").value();

int admitted(SenderQuota& quota, const rules::IpAddress& sender, std::chrono::nanoseconds now,
             int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += quota.admits(sender, now) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a sender may send at once what one second brings, and no more in each that follows") {
  SenderQuota quota;
  quota.set(100);
  CHECK(admitted(quota, noisy, 0s, 500) == 100);
  CHECK(admitted(quota, quiet, 0s, 1) == 1);
  CHECK(admitted(quota, noisy, 500ms, 500) == 50);
  CHECK(admitted(quota, noisy, 1s, 500) == 50);
  CHECK(admitted(quota, noisy, 10s, 500) == 100);
}

TEST_CASE("zero is no limit") {
  SenderQuota quota;
  CHECK(admitted(quota, noisy, 0s, 10'000) == 10'000);
}

TEST_CASE("the same octets are another sender in IPv6") {
  SenderQuota quota;
  quota.set(1);
  const auto v6 = rules::IpAddress::parse("a00:1::").value();
  REQUIRE(v6.bytes == noisy.bytes);
  CHECK(admitted(quota, noisy, 0s, 2) == 1);
  CHECK(admitted(quota, v6, 0s, 2) == 1);
}

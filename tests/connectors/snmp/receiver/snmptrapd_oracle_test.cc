// The same packets to net-snmp's snmptrapd and to a source: both must understand the same.

#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include "connectors/snmp/receiver/udp_socket.h"
#include "tests/connectors/snmp/receiver/live_source.h"
#include "tests/connectors/snmp/receiver/net_snmp_programs.h"

using namespace deskd;
using namespace deskd::connectors;

namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// snmptrapd, which writes each notification as version 2 would have it, an OID and a value a line.
class Snmptrapd {
 public:
  Snmptrapd() {
    const auto free = UdpSocket::open({"127.0.0.1", 0});
    REQUIRE(free);
    port_ = (*free)->port();
    const std::string& folder = net_snmp_folder();
    std::ofstream(folder + "/snmptrapd.conf")
        << "disableAuthorization yes\ntraphandle default /usr/bin/tee -a " << seen_ << "\n";
  }
  ~Snmptrapd() {
    if (const pid_t process = std::atoi(text_of(net_snmp_folder() + "/pid").c_str()); process > 0) {
      kill(process, SIGTERM);
    }
  }

  /// It can't bind before the socket that kept its port is gone.
  bool start(LiveSource& clock) {
    const std::string& folder = net_snmp_folder();
    const std::string command = fmt::format(
        "PATH=$PATH:/usr/sbin MIBS= SNMP_PERSISTENT_DIR={0} snmptrapd -f -n -On -C -c "
        "{0}/snmptrapd.conf -Lf {0}/log "
        "127.0.0.1:{1} >/dev/null 2>&1 & echo $! >{0}/pid",
        folder, port_);
    return std::system(command.c_str()) == 0 && clock.becomes_true([&] {
      return text_of(folder + "/log").find("NET-SNMP version") != std::string::npos;
    });
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  /// What it said last for this OID, with the dot before; empty when nothing.
  std::string value(std::string_view oid) const {
    const std::string all = text_of(seen_);
    const std::string line = fmt::format("\n.{} ", oid);
    const auto at = all.rfind(line);
    if (at == std::string::npos) return "";
    const auto begin = at + line.size();
    return all.substr(begin, all.find('\n', begin) - begin);
  }

 private:
  const std::string seen_ = net_snmp_folder() + "/handled";
  std::uint16_t port_ = 0;
};

constexpr std::string_view trap_oid = "1.3.6.1.6.3.1.1.4.1.0";

}  // namespace

TEST_CASE("snmptrapd understands the same of version 1, and of values") {
  LiveSource source;
  Snmptrapd oracle;
  REQUIRE(oracle.start(source));
  std::size_t sent = 0;
  // Each has a varbind of its own, by which the oracle's answer is known to be of this trap.
  const auto send = [&](std::string_view version, const std::string& values) {
    const std::string mark = std::to_string(++sent);
    for (const std::string& to : {oracle.address(), source.address()}) {
      CHECK(run("snmptrap", fmt::format("{} -c public {} {} 1.3.6.1.4.1.9.99 u {}", version, to,
                                        values, mark)));
    }
    CHECK(source.becomes_true([&] { return oracle.value("1.3.6.1.4.1.9.99") == mark; }));
    const auto alerts = source.alerts(sent);
    REQUIRE(alerts.size() == sent);
    return alerts.back();
  };
  for (const std::string_view head :
       {"1.3.6.1.4.1.8072 10.0.0.1 0 0 42", "1.3.6.1.4.1.8072 10.0.0.1 2 7 42",
        "1.3.6.1.4.1.8072 10.0.0.1 5 0 42", "1.3.6.1.4.1.8072.2.3.0.1 10.0.0.1 6 17 42",
        "1.3.6.1.4.1.8072.2.3.0 10.0.0.1 6 0 42", "1.3.6.1.4.1.9 10.0.0.1 6 2147483647 42"}) {
    CAPTURE(head);
    const SeenAlert alert = send("-v1", std::string(head));
    CHECK("." + alert.label("snmp_oid") == oracle.value(trap_oid));
    CHECK("." + alert.label("snmp_enterprise") == oracle.value("1.3.6.1.6.3.1.1.4.3.0"));
    CHECK(alert.label("snmp_agent") == oracle.value("1.3.6.1.6.3.18.1.3.0"));
    CHECK(alert.label("snmp_uptime") == "42");
    CHECK(oracle.value("1.3.6.1.2.1.1.3.0") == "0:0:00:00.42");
  }
  const SeenAlert alert =
      send("-v2c",
           "42 1.3.6.1.4.1.9.9.1 1.3.6.1.4.1.9.1 i -7 1.3.6.1.4.1.9.2 u 4294967295 "
           "1.3.6.1.4.1.9.3 c 7 1.3.6.1.4.1.9.4 C 18446744073709551615 "
           "1.3.6.1.4.1.9.5 a 10.0.0.7 1.3.6.1.4.1.9.6 o 1.3.6.1.4.1.9.4294967295 "
           "1.3.6.1.4.1.9.7 s text");
  for (const std::string_view oid : {"1.3.6.1.4.1.9.1", "1.3.6.1.4.1.9.2", "1.3.6.1.4.1.9.3",
                                     "1.3.6.1.4.1.9.4", "1.3.6.1.4.1.9.5"}) {
    CAPTURE(oid);
    CHECK(alert.label(oid) == oracle.value(oid));
    CHECK_FALSE(alert.label(oid).empty());
  }
  CHECK("." + alert.label("1.3.6.1.4.1.9.6") == oracle.value("1.3.6.1.4.1.9.6"));
  CHECK("\"" + alert.label("1.3.6.1.4.1.9.7") + "\"" == oracle.value("1.3.6.1.4.1.9.7"));
}

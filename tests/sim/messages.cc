// What the simulated senders say.

#include <utility>

#include <fmt/format.h>

#include "tests/sim/world.h"

namespace deskd::sim {

using namespace std::chrono_literals;

namespace {

constexpr const char* types[] = {"link", "link-flap", "disk", "battery", "mains", "power-ok"};
constexpr const char* severities[] = {"critical", "major", "minor", "warning", "info", "strange"};
constexpr const char* sites[] = {"fra", "ber", "lab"};

}  // namespace

std::string World::new_id() { return fmt::format("a{}", ++next_id_); }

Message World::new_message() {
  Message message;
  message.key = fmt::format("m{}", next_id_);
  switch (below(3)) {
    case 0:
      message.path = "hooks";
      message.body = hooks_body(message.ids);
      break;
    case 1:
      message.path = "alertmanager";
      message.body = alertmanager_body(message.ids);
      break;
    default:
      message.body = api_body(message.ids);
  }
  return message;
}

std::string World::hooks_body(std::vector<std::string>& ids) {
  std::string checks;
  for (unsigned n = 1 + below(3); n > 0; --n) {
    ids.push_back(new_id());
    const unsigned host = below(4);
    const unsigned type = below(6);
    // Event times come out of order, now and then far out of order or ahead.
    const auto at =
        now_ - std::chrono::seconds{below(180)} + std::chrono::seconds{chance(5) ? 1'000 : 0};
    const std::string key =
        chance(70) ? fmt::format(R"("key":"k{}-{}",)", host, chance(90) ? type : type / 2) : "";
    checks += fmt::format(
        R"({}{{"host":"h{}","check":"{}",{}"state":"{}","severity":"{}","at":"{}","id":"{}","site":"{}"}})",
        checks.empty() ? "" : ",", host, types[type], key, chance(60) ? "bad" : "ok",
        severities[below(6)], rules::rfc3339(at), ids.back(), sites[host % 3]);
  }
  return fmt::format(R"({{"agent":"agent{}","checks":[{}]}})", below(2), checks);
}

std::string World::alertmanager_body(std::vector<std::string>& ids) {
  std::string alerts;
  for (unsigned n = 1 + below(3); n > 0; --n) {
    ids.push_back(new_id());
    const unsigned host = below(4);
    const unsigned type = below(3);
    alerts += fmt::format(
        R"({}{{"status":"{}","fingerprint":"f{}{}","labels":{{"alertname":"{}","instance":"h{}","severity":"{}","site":"{}"}},"annotations":{{"summary":"trouble","id":"{}"}},"startsAt":"2026-11-22T07:00:00Z","endsAt":"0001-01-01T00:00:00Z"}})",
        alerts.empty() ? "" : ",", chance(60) ? "firing" : "resolved", host, type, types[type],
        host, severities[below(6)], sites[host % 3], ids.back());
  }
  return fmt::format(R"({{"version":"4","status":"firing","receiver":"desk","alerts":[{}]}})",
                     alerts);
}

std::string World::api_body(std::vector<std::string>& ids) {
  std::string alerts;
  for (unsigned n = 1 + below(2); n > 0; --n) {
    ids.push_back(new_id());
    const unsigned host = below(4);
    std::string ends;
    if (chance(60)) {
      const auto at = chance(25) ? now_ - 1s : now_ + std::chrono::seconds{30 + below(400)};
      ends = fmt::format(R"(,"endsAt":"{}")", rules::rfc3339(at));
    }
    alerts += fmt::format(
        R"({}{{"labels":{{"alertname":"{}","instance":"h{}","severity":"{}"}},"annotations":{{"id":"{}"}}{},"generatorURL":"http://prom{}:9090/graph"}})",
        alerts.empty() ? "" : ",", types[below(3)], host, severities[below(6)], ids.back(), ends,
        below(2));
  }
  return "[" + alerts + "]";
}

}  // namespace deskd::sim

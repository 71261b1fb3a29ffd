// Whatever alarms come, change and go: a list that is filtered shows exactly those of the whole
// list that match.

#include <algorithm>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "daemon/api/matcher.h"
#include "tests/daemon/api/bench.h"

using namespace deskd;
using namespace std::chrono_literals;
using api::Matcher;
using test::Bench;

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

/// Whether an alarm of the list has this type, resource or `label.NAME`.
bool has(const boost::json::value& alarm, std::string_view name, std::string_view value) {
  constexpr std::string_view label = "label.";
  const auto* found = alarm.as_object().if_contains(name);
  if (name.starts_with(label)) {
    found = alarm.at("labels").as_object().if_contains(name.substr(label.size()));
  }
  return found != nullptr && found->is_string() && found->as_string() == value;
}

class Alarms {
 public:
  explicit Alarms(unsigned seed) : random_(seed) {}

  void change() {
    bench_.now += 1s;
    random_() % 2 == 0 ? send_checks() : send_prometheus();
  }

  void compare_v2() {
    std::string query;
    std::vector<Matcher> matchers;
    for (auto left = 1 + random_() % 2; left > 0; --left) {
      const auto filter = some_filter();
      query += (query.empty() ? "?filter=" : "&filter=") + escaped(filter);
      matchers.push_back(*Matcher::parse(filter));
    }
    CAPTURE(query);
    boost::json::array expected;
    const auto all = bench_.read("/api/v2/alerts");
    for (const auto& alert : all.as_array()) {
      const auto& labels = alert.at("labels").as_object();
      const auto matches = [&](const Matcher& matcher) {
        const auto* value = labels.if_contains(matcher.name());
        return matcher.matches(value == nullptr ? std::string_view()
                                                : std::string_view(value->as_string()));
      };
      if (std::ranges::all_of(matchers, matches)) expected.push_back(alert);
    }
    CHECK(bench_.read("/api/v2/alerts" + query).as_array() == expected);
  }

  void compare_alarms() {
    using Wanted = std::vector<std::pair<std::string, std::string>>;
    const std::pair<std::string, std::string> site{"label.site", "s" + number(300)},
        type{"type", "t" + number(4)}, resource{"resource", "h" + number(500)};
    for (const std::string sort : {"raised_at", "-raised_at"}) {
      const auto all = pages("sort=" + sort);
      for (const Wanted& wanted : {Wanted{site}, {type}, {resource}, {site, type}}) {
        std::string query = "sort=" + sort;
        for (const auto& [name, value] : wanted) query += "&" + name + "=" + value;
        CAPTURE(query);
        boost::json::array expected;
        for (const auto& alarm : all) {
          const auto matches = [&](const auto& one) { return has(alarm, one.first, one.second); };
          if (std::ranges::all_of(wanted, matches)) expected.push_back(alarm);
        }
        CHECK(pages(query) == expected);
      }
    }
  }

 private:
  std::string number(unsigned below) { return std::to_string(random_() % below); }

  /// Of which an alarm is one of 500 hosts and four types, and the site whatever came last.
  void send_checks() {
    std::string body = R"({"checks": [)";
    for (int i = 0; i < 40; ++i) {
      if (i > 0) body += ",";
      body += fmt::format(R"({{"host": "h{}", "check": "t{}", "state": "{}", "severity": "{}"{}}})",
                          number(500), number(4), random_() % 4 == 0 ? "ok" : "bad",
                          random_() % 2 == 0 ? "major" : "minor",
                          random_() % 5 == 0 ? "" : fmt::format(R"(, "site": "s{}")", number(300)));
    }
    bench_.send(body + "]}");
  }

  void send_prometheus() {
    std::string body = "[";
    for (int i = 0; i < 20; ++i) {
      if (i > 0) body += ",";
      body += fmt::format(
          R"({{"labels": {{"alertname": "t{}", "site": "s{}"{}{}}}}})", number(4), number(300),
          random_() % 2 == 0 ? "" : fmt::format(R"(, "instance": "h{}")", number(500)),
          random_() % 2 == 0 ? "" : R"(, "severity": "page")");
    }
    const auto answer = bench_.post("/api/v2/alerts", body + "]");
    INFO(answer.body);
    REQUIRE(answer.status == 200);
  }

  std::string some_filter() {
    const std::vector<std::string> names{"site", "alertname", "instance", "severity", "missing"};
    const std::vector<std::string> operators{"=", "=", "=", "!=", "=~", "!~"};
    const auto& name = names[random_() % names.size()];
    const auto& op = operators[random_() % operators.size()];
    if (random_() % 10 == 0) return name + op;
    if (name == "severity") return name + op + (random_() % 2 == 0 ? "major" : "page");
    const auto letter = name == "alertname" ? "t" : name == "instance" ? "h" : "s";
    return name + op + letter + number(name == "alertname" ? 5 : 320);
  }

  boost::json::array pages(const std::string& query) {
    boost::json::array all;
    std::string cursor;
    do {
      const auto page = bench_.read("/api/v1/alarms?limit=500&" + query + cursor);
      std::ranges::copy(page.at("items").as_array(), std::back_inserter(all));
      const auto& next = page.at("next");
      cursor = next.is_null() ? "" : "&cursor=" + std::string(next.as_string());
    } while (!cursor.empty());
    return all;
  }

  std::mt19937 random_;
  Bench bench_;
};

}  // namespace

TEST_CASE("a filter finds exactly the alarms of the whole list that match, while they change") {
  for (const unsigned seed : {1u, 2u, 3u}) {
    CAPTURE(seed);
    Alarms alarms(seed);
    for (int round = 0; round < 12; ++round) {
      for (int change = 0; change < 8; ++change) alarms.change();
      for (int question = 0; question < 12; ++question) alarms.compare_v2();
      alarms.compare_alarms();
    }
  }
}

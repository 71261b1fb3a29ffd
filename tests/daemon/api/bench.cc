#include "tests/daemon/api/bench.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "daemon/api/target.h"
#include "tests/daemon/api/pretty.h"

namespace deskd::test {

namespace {

constexpr const char* deskd_yaml = R"(
ledger: {path: ./data}
rules: rules.d
desk: desk.yaml
sources:
  - {name: prometheus, kind: alertmanager_api}
  - name: hooks
    kind: webhook
    format: generic
    mapping:
      each: /checks
      resource: /host
      type: /check
      key: /key
      status: {at: /state, firing: [bad], resolved: [ok]}
      severity: /severity
      summary: /text
      sender: ^/agent
      labels: {site: /site}
      annotations: {url: /url}
)";

constexpr const char* desk_yaml = R"(
queues:
  - {name: network, team: NOC, tier: 1}
  - {name: servers, team: OPS, tier: 2}
  - {name: triage, catch_all: true}
)";

constexpr const char* rules_yaml = R"(
rules:
  - name: lab
    when: {labels.site: lab}
    then: {drop: a laboratory}
  - name: network
    when: {type: {prefix: link}}
    then: {queue: network, class: network.link, impact: high, urgency: medium}
  - name: unsure
    when: {type: disk}
    then: {class: "{{ labels.missing }}", queue: servers}
)";

}  // namespace

std::shared_ptr<daemon::Setup> sample_setup(const TemporaryFolder& folder) {
  std::filesystem::create_directories(folder.path("rules.d"));
  std::ofstream(folder.path("deskd.yaml")) << deskd_yaml;
  std::ofstream(folder.path("desk.yaml")) << desk_yaml;
  std::ofstream(folder.path("rules.d/50.yaml")) << rules_yaml;
  config::Problems problems;
  auto setup = daemon::load_setup(folder.path("deskd.yaml"), problems);
  REQUIRE_MESSAGE(setup != nullptr, problems.text());
  return setup;
}

Bench::Bench()
    : now(std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::hours{8}),
      setup(sample_setup(folder_)),
      access([this](std::function<void(daemon::Core&)> change) { turn(change); }, core) {
  REQUIRE_FALSE(core.recovered(setup, now));
  for (const auto& source : setup->judging.sources) inbox.set_lane(source.name, source.lane_bytes);
  metrics.reload(true, now, *setup);
  metrics.round(core);
  intake_ = std::make_unique<connectors::Intake>(
      [this] { return std::shared_ptr<const connectors::Judging>(setup, &setup->judging); },
      accounts, inbox);
  api_ = std::make_unique<api::Api>(api::Parts{
      .core = access,
      .intake = *intake_,
      .accounts = accounts,
      .inbox = inbox,
      .metrics = metrics,
      .setup = [this] { return setup; },
      .reload = [this](daemon::Reloader::Done done) { done(next_reload); },
      .health = [this] { return health; },
      .running_sources = [this] { return running; },
      .version = "1.2.3",
      .started_at = now,
  });
}

Bench::~Bench() = default;

void Bench::turn(const std::function<void(daemon::Core&)>& change) {
  core.begin(now);
  for (auto& batch : inbox.take(limits::turn_bytes_max)) core.take(std::move(batch));
  if (change) change(core);
  auto turn = core.finish();
  metrics.turn(core, turn);
  metrics.round(core);
  metrics.durable(now + sync_takes);
  for (auto& applied : turn.batches) {
    accounts.settled(applied.batch->source, applied.outcomes);
    applied.batch->receipt.settle(std::move(applied.settlement));
  }
}

connectors::HttpAnswer Bench::ask(std::string method, std::string_view target, std::string body,
                                  Headers headers) {
  auto parsed = api::parse_target(target);
  REQUIRE(parsed);
  connectors::HttpRequest request;
  request.method = std::move(method);
  request.path = std::move(parsed->path);
  request.query = std::move(parsed->query);
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.peer = "127.0.0.1:4711";
  request.received_at = now;
  auto answer = std::make_shared<std::optional<connectors::HttpAnswer>>();
  api_->serve(std::move(request), [answer](connectors::HttpAnswer given) {
    CHECK_MESSAGE(!*answer, "answered twice");
    *answer = std::move(given);
  });
  if (!*answer) turn();
  REQUIRE_MESSAGE(answer->has_value(), "not answered");
  return std::move(**answer);
}

connectors::HttpAnswer Bench::get(std::string_view target, Headers headers) {
  return ask("GET", target, {}, std::move(headers));
}

connectors::HttpAnswer Bench::post(std::string_view target, std::string body, Headers headers) {
  if (!body.empty()) headers.emplace_back("content-type", "application/json");
  return ask("POST", target, std::move(body), std::move(headers));
}

connectors::HttpAnswer Bench::erase(std::string_view target, Headers headers) {
  return ask("DELETE", target, {}, std::move(headers));
}

void Bench::send(std::string body) {
  const auto answer = post("/in/hooks", std::move(body));
  INFO(answer.body);
  REQUIRE(answer.status == 202);
}

boost::json::value Bench::read(std::string_view target) {
  const auto answer = get(target);
  INFO(target << ": " << answer.body);
  REQUIRE(answer.status == 200);
  return boost::json::parse(answer.body);
}

std::string Bench::golden(std::string_view target) {
  std::string text = pretty(read(target));
  const std::string folder = folder_.path("");
  for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder, at)) {
    text.erase(at, folder.size());
  }
  return text;
}

std::string check(std::string_view host, std::string_view type, std::string_view severity,
                  std::string_view state) {
  return fmt::format(
      R"({{"agent": "a1", "checks": [{{"host": "{0}", "check": "{1}", "key": "{0}/{1}", )"
      R"("severity": "{2}", "state": "{3}", "text": "{1} on {0}", "site": "fra"}}]}})",
      host, type, severity, state);
}

std::string many_checks(std::size_t count) {
  std::string body = R"({"checks": [)";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) body += ",";
    body += fmt::format(R"({{"host": "h{}", "check": "x", "state": "bad"}})", i);
  }
  return body + "]}";
}

}  // namespace deskd::test

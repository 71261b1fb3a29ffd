#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/answers.h"
#include "daemon/api/description.h"
#include "daemon/api/routes.h"

namespace deskd::api {

namespace json = boost::json;

namespace {

// These never ask the core: they answer when it does not.

void metrics(const Parts& parts, Call call) {
  const auto ledger_bytes = parts.health().ledger_bytes;
  const auto running =
      parts.running_sources ? parts.running_sources() : std::vector<daemon::RunningSourceView>{};
  auto answer =
      text_answer(200, parts.metrics.text(call.request.received_at, ledger_bytes, running));
  answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
  call.respond(std::move(answer));
}

void alive(Call call) { call.respond(text_answer(200, "alive\n")); }

void ready(const Parts& parts, Call call) {
  const auto health = parts.health();
  if (health.not_ready.empty()) return call.respond(text_answer(200, "ready\n"));
  json::array reasons;
  for (const auto& reason : health.not_ready) reasons.emplace_back(reason);
  json::object body;
  body["type"] = "about:blank";
  body["title"] = "Service Unavailable";
  body["status"] = 503;
  body["detail"] = fmt::format("not ready: {}", fmt::join(health.not_ready, "; "));
  body["reasons"] = std::move(reasons);
  auto answer = json_answer(503, body);
  answer.content_type = "application/problem+json";
  call.respond(std::move(answer));
}

void describe(Call call) {
  auto answer = text_answer(200, std::string(description()));
  answer.content_type = "application/yaml";  // RFC 9512
  call.respond(std::move(answer));
}

void front_page(const Parts& parts, Call call) {
  call.respond(text_answer(
      200, fmt::format("deskd {}: alerts in, incidents in queues out.\n\n"
                       "  GET  /api/v1/incidents   what people work on\n"
                       "  GET  /api/v1/alarms      the conditions behind it\n"
                       "  GET  /api/v1/alerts      what came in lately, and what became of it\n"
                       "  GET  /api/v1/queues      /api/v1/sources   /api/v1/rules\n"
                       "  POST /in/SOURCE          alerts of a configured webhook source\n"
                       "  POST /api/v2/alerts      alerts as Prometheus sends them\n"
                       "  GET  /metrics            /healthz   /readyz\n"
                       "  GET  /openapi.yaml       all of it, for programs\n\n"
                       "On a terminal: deskctl --help\n",
                       parts.version)));
}

}  // namespace

void add_health(Router& router, const Parts& parts) {
  router.add("GET", "/metrics", daemon::Role::viewer,
             [&parts](Call call) { metrics(parts, std::move(call)); });
  for (const std::string_view path : {"/healthz", "/-/healthy"}) {
    router.add("GET", path, daemon::Role::nobody, [](Call call) { alive(std::move(call)); });
  }
  for (const std::string_view path : {"/readyz", "/-/ready"}) {
    router.add("GET", path, daemon::Role::nobody,
               [&parts](Call call) { ready(parts, std::move(call)); });
  }
  router.add("GET", "/openapi.yaml", daemon::Role::nobody,
             [](Call call) { describe(std::move(call)); });
  router.add("GET", "/", daemon::Role::nobody,
             [&parts](Call call) { front_page(parts, std::move(call)); });
}

}  // namespace deskd::api

#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/string.hpp>

#include "daemon/api/asking.h"
#include "daemon/api/parameters.h"
#include "daemon/api/routes.h"
#include "daemon/api/views/pending.h"
#include "daemon/api/views/render.h"

namespace deskd::api {

namespace json = boost::json;
using connectors::HttpAnswer;

namespace {

/// Alertmanager's errors are a JSON text, not an object.
HttpAnswer bad_request(std::string_view detail) { return json_answer(400, json::string(detail)); }

/// How a list of alerts is asked for.
struct Wish {
  PendingSearch search;
  bool active = true;
};

std::expected<Wish, std::string> read_wish(Parameters& parameters) {
  Wish wish;
  wish.active = parameters.flag("active").value_or(true);
  // Nothing is silenced, inhibited or unprocessed here: either way the same alerts are shown.
  for (const std::string_view name : {"silenced", "inhibited", "unprocessed", "muted"}) {
    (void)parameters.flag(name);
  }
  for (const auto& filter : parameters.texts("filter")) {
    auto matcher = Matcher::parse(filter);
    if (!matcher) return std::unexpected(std::move(matcher.error()));
    wish.search.filters.push_back(std::move(*matcher));
  }
  if (const auto receiver = parameters.text("receiver")) {
    auto matcher = Matcher::whole("receiver", *receiver);
    if (!matcher) return std::unexpected("failed to parse receiver param: " + matcher.error());
    wish.search.receiver = std::move(*matcher);
  }
  return wish;
}

using Write = void (*)(JsonText&, const PendingFound&, rules::Time ends_at);

void write_list(JsonText& json, const PendingFound& found, rules::Time ends_at) {
  json.array([&] {
    for (const auto& alert : found.alerts()) write(json, alert, ends_at);
  });
}

void write_groups(JsonText& json, const PendingFound& found, rules::Time ends_at) {
  std::map<std::string_view, std::vector<const PendingAlert*>> by_queue;
  for (const auto& alert : found.alerts()) by_queue[alert.queue].push_back(&alert);
  json.array([&] {
    for (const auto& [queue, alerts] : by_queue) {
      json.object([&] {
        json.key("alerts").array([&] {
          for (const auto* alert : alerts) write(json, *alert, ends_at);
        });
        json.key("labels").object([] {});
        json.key("receiver").object([&] { json.key("name").text(queue); });
      });
    }
  });
}

HttpAnswer answer_of(const PendingFound& found, rules::Time now, Write write) {
  JsonText json;
  write(json, found, now + found.resolve_timeout());
  auto answer = written_answer(200, json.take());
  if (found.is_cut()) {
    answer.headers.emplace_back("Desk-Truncated",
                                fmt::format("the first {} alerts", found.alerts().size()));
  }
  return answer;
}

void alerts(const Parts& parts, Call call, Write write) {
  Parameters parameters(call.request);
  auto wish = read_wish(parameters);
  if (!wish) return call.respond(bad_request(wish.error()));
  if (const auto fault = parameters.fault_text(); !fault.empty()) {
    return call.respond(bad_request(fault));
  }
  if (!wish->active) return call.respond(json_answer(200, json::array{}));
  show_in_looks(parts, std::move(call.respond), PendingFound(std::move(wish->search)),
                [now = call.request.received_at, write](const PendingFound& found) {
                  return answer_of(found, now, write);
                });
}

void receivers(const Parts& parts, Call call) {
  show(
      parts, std::move(call.respond),
      [](const daemon::Core& core) { return core.setup().plan.words().queues; },
      [](const std::vector<std::string>& queues) {
        json::array out;
        for (const auto& queue : queues) out.push_back(json::object{{"name", queue}});
        return json_answer(200, out);
      });
}

void status(const Parts& parts, Call call) {
  show(
      parts, std::move(call.respond),
      [](const daemon::Core& core) {
        return fmt::format("# deskd: setup {}, hash {}\n", core.setup().number(),
                           core.setup().hash);
      },
      [&parts](const std::string& original) {
        json::object version;
        version["version"] = "deskd " + parts.version;
        for (const std::string_view key :
             {"revision", "branch", "buildUser", "buildDate", "goVersion"}) {
          version[key] = "";
        }
        json::object out;
        out["cluster"] = json::object{{"peers", json::array{}}, {"status", "disabled"}};
        out["config"] = json::object{{"original", original}};
        out["uptime"] = render(parts.started_at);
        out["versionInfo"] = std::move(version);
        return json_answer(200, out);
      });
}

}  // namespace

void add_alertmanager(Router& router, const Parts& parts) {
  router.add("GET", "/api/v2/alerts", daemon::Role::viewer,
             [&parts](Call call) { alerts(parts, std::move(call), write_list); });
  router.add("GET", "/api/v2/alerts/groups", daemon::Role::viewer,
             [&parts](Call call) { alerts(parts, std::move(call), write_groups); });
  router.add("GET", "/api/v2/receivers", daemon::Role::viewer,
             [&parts](Call call) { receivers(parts, std::move(call)); });
  router.add("GET", "/api/v2/status", daemon::Role::viewer,
             [&parts](Call call) { status(parts, std::move(call)); });
  router.add("GET", "/api/v2/silences", daemon::Role::viewer,
             [](Call call) { call.respond(json_answer(200, json::array{})); });
}

}  // namespace deskd::api

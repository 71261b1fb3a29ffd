#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>
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

/// What was gathered so far. The list has no pages, so it is gathered in several questions, each of
/// them within its bounds.
struct Gathered {
  std::vector<PendingAlert> alerts;
  daemon::Confirmation confirmation;
  rules::Time ends_at;
  bool is_cut = false;
};
using Render = json::array (*)(const Gathered&);

json::array render_list(const Gathered& gathered) {
  json::array out;
  for (const auto& alert : gathered.alerts) out.emplace_back(render(alert, gathered.ends_at));
  return out;
}

json::array render_groups(const Gathered& gathered) {
  std::map<std::string, json::array> by_queue;
  for (const auto& alert : gathered.alerts) {
    by_queue[alert.queue].emplace_back(render(alert, gathered.ends_at));
  }
  json::array out;
  for (auto& [queue, alerts] : by_queue) {
    out.push_back(json::object{{"alerts", std::move(alerts)},
                               {"labels", json::object{}},
                               {"receiver", json::object{{"name", queue}}}});
  }
  return out;
}

struct Gathering {
  const Parts& parts;
  PendingSearch search;
  rules::Time now;
  Render render;
  Gathered gathered = {};
};

void finish(const Gathering& gathering, connectors::HttpRespond respond) {
  auto answer = json_answer(200, gathering.render(gathering.gathered));
  mark(answer, gathering.gathered.confirmation);
  if (gathering.gathered.is_cut) {
    answer.headers.emplace_back("Desk-Truncated",
                                fmt::format("the first {} alerts", limits::v2_alerts_max));
  }
  respond(std::move(answer));
}

void gather(std::shared_ptr<Gathering> gathering, rules::AlarmId after,
            connectors::HttpRespond respond) {
  ask(
      gathering->parts, std::move(respond),
      [gathering, after](const daemon::Core& core) {
        return find_pending(core, gathering->search, after);
      },
      [gathering](PendingPart part, const daemon::Confirmation& confirmation,
                  connectors::HttpRespond answer_to) {
        auto& gathered = gathering->gathered;
        for (auto& alert : part.alerts) gathered.alerts.push_back(std::move(alert));
        gathered.ends_at = gathering->now + part.resolve_timeout;
        if (confirmation.kind != daemon::Confirmation::Kind::confirmed) {
          gathered.confirmation = confirmation;
        }
        gathered.is_cut = !part.is_last && gathered.alerts.size() >= limits::v2_alerts_max;
        if (part.is_last || gathered.is_cut) return finish(*gathering, std::move(answer_to));
        gather(gathering, part.looked_at, std::move(answer_to));
      });
}

void alerts(const Parts& parts, Call call, Render render) {
  Parameters parameters(call.request);
  auto wish = read_wish(parameters);
  if (!wish) return call.respond(bad_request(wish.error()));
  if (const auto fault = parameters.fault_text(); !fault.empty()) {
    return call.respond(bad_request(fault));
  }
  if (!wish->active) return call.respond(json_answer(200, json::array{}));
  gather(std::make_shared<Gathering>(
             Gathering{parts, std::move(wish->search), call.request.received_at, render}),
         0, std::move(call.respond));
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
             [&parts](Call call) { alerts(parts, std::move(call), render_list); });
  router.add("GET", "/api/v2/alerts/groups", daemon::Role::viewer,
             [&parts](Call call) { alerts(parts, std::move(call), render_groups); });
  router.add("GET", "/api/v2/receivers", daemon::Role::viewer,
             [&parts](Call call) { receivers(parts, std::move(call)); });
  router.add("GET", "/api/v2/status", daemon::Role::viewer,
             [&parts](Call call) { status(parts, std::move(call)); });
  router.add("GET", "/api/v2/silences", daemon::Role::viewer,
             [](Call call) { call.respond(json_answer(200, json::array{})); });
}

}  // namespace deskd::api

#include "daemon/ctl/acting/act.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <iostream>
#include <span>

#include "config/limits.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/pages/incident_page.h"
#include "daemon/ctl/problem.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

constexpr const char* bulk_path = "/api/v1/incidents/actions";

long status_of(const boost::json::value& result) {
  const auto* status = at(result, "status").if_int64();
  return status ? static_cast<long>(*status) : 0;
}

// The results of several requests, told at once with --json, else as they come.
class Results {
 public:
  explicit Results(Session& session) : session_(session) {}

  void take(const boost::json::value& answer) {
    for (const auto& result : list_at(answer, "items")) {
      if (session_.options.json) items_.push_back(result);
      tell(result);
    }
  }

  void end() const {
    if (!session_.options.json) return;
    const boost::json::object page{{"items", items_}, {"next", nullptr}};
    print(boost::json::serialize(page) + "\n");
  }

 private:
  void tell(const boost::json::value& result) {
    const std::string id = text_at(result, "id");
    if (const long status = status_of(result); status < 200 || status >= 300) {
      complain(fmt::format("{}: {}", id, one_line(text_at(result, "detail"))));
      session_.end_with(exit_code_of(status));
    } else if (!session_.options.json) {
      print(result_line(result, session_.terminal()));
    }
  }

  Session& session_;
  boost::json::array items_;
};

std::optional<boost::json::value> ask_for_several(Session& session, const Act& act,
                                                  std::string_view which,
                                                  const boost::json::value& value) {
  boost::json::object body = act.body;
  body["action"] = act.action;
  body[which] = value;
  return session.ask(
      {.method = "POST", .path = bulk_path, .query = {}, .body = boost::json::serialize(body)});
}

bool ask_person(Session& session, const Query& filter, const Act& act) {
  const auto found = fetch(session, "/api/v1/incidents", filter, listed_max);
  if (!found) return false;
  if (found->items.empty()) {
    complain("no such incident");
    return false;
  }
  const std::size_t count = found->items.size();
  const bool is_more = found->next.is_string();
  if (is_confirmed(fmt::format("{} {}{} incident{}?", act.action, is_more ? "more than " : "",
                               count, count == 1 ? "" : "s"))) {
    return true;
  }
  complain("nothing was done");
  session.end_with(ExitCode::refused);
  return false;
}

}  // namespace

// A name with one value is a text, one with several a list.
boost::json::object as_filter(const Query& query) {
  boost::json::object filter;
  for (const auto& [name, value] : query) {
    auto* const known = filter.if_contains(name);
    if (!known) {
      filter[name] = value;
    } else if (auto* const list = known->if_array()) {
      list->emplace_back(value);
    } else {
      *known = boost::json::array{*known, boost::json::string(value)};
    }
  }
  return filter;
}

bool is_confirmed(const std::string& question) {
  // Standard error, since standard output may be read by a program.
  fmt::print(stderr, "{} [y/N] ", question);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

void act_on_one(Session& session, const std::string& id, const Act& act,
                const std::string& if_version) {
  Request request{.method = "POST",
                  .path = "/api/v1/incidents/" + percent_encoded(id) + "/" + act.action,
                  .query = {},
                  .body = boost::json::serialize(act.body)};
  if (!if_version.empty()) request.headers.emplace_back("If-Match", one_line(if_version));
  session.show(request, [&](const boost::json::value& incident) {
    print(incident_line(incident, session));
  });
}

void act_on_several(Session& session, std::vector<std::string> ids, const Act& act) {
  std::vector<std::string> once;
  for (std::string& id : ids) {
    if (std::ranges::find(once, id) == once.end()) once.push_back(std::move(id));
  }
  Results results(session);
  for (std::span<const std::string> rest{once}; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), limits::page_max));
    rest = rest.subspan(some.size());
    const auto answer =
        ask_for_several(session, act, "ids", boost::json::array(some.begin(), some.end()));
    if (!answer) break;
    results.take(*answer);
  }
  results.end();
}

void act_on_all(Session& session, const Query& filter, const Act& act, bool is_agreed) {
  if (!is_agreed && !ask_person(session, filter, act)) return;
  boost::json::object members = as_filter(filter);
  Results results(session);
  while (true) {
    const auto answer = ask_for_several(session, act, "filter", members);
    if (!answer) break;
    results.take(*answer);
    const auto& next = at(*answer, "next");
    if (!next.is_string()) break;
    members["cursor"] = next;
  }
  results.end();
}

}  // namespace deskd::ctl

#include "daemon/ctl/acting/act_on_letters.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <span>

#include "config/limits.h"
#include "daemon/ctl/acting/act.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/pages/letter_page.h"
#include "daemon/ctl/problem.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

/// The results of several requests, told as they come, or with --json all at once.
class Results {
 public:
  Results(Session& session, std::string_view verb) : session_(session), verb_(verb) {}

  /// One request; its answer, or nothing when it failed, which has been said.
  std::optional<boost::json::value> ask(const boost::json::object& body) {
    auto answer = session_.ask({.method = "POST",
                                .path = fmt::format("{}/{}", letters_path, verb_),
                                .query = {},
                                .body = boost::json::serialize(body)});
    if (!answer) return answer;
    for (const auto& result : list_at(*answer, "items")) {
      items_.push_back(result);
      tell(result);
    }
    return answer;
  }

  void end() const {
    if (!session_.options.json) return;
    const boost::json::object page{{"items", items_}, {"next", nullptr}};
    print(boost::json::serialize(page) + "\n");
  }

  bool is_empty() const { return items_.empty(); }

 private:
  void tell(const boost::json::value& result) {
    const auto* status = at(result, "status").if_int64();
    if (!status || *status != 200) {
      complain(fmt::format("{}: {}", text_at(result, "id"), one_line(text_at(result, "detail"))));
      session_.end_with(exit_code_of(status ? static_cast<long>(*status) : 0));
    } else if (!session_.options.json) {
      print(verb_ == "retry" ? retried_line(result, session_.terminal())
                             : one_line(text_at(result, "id")) + "  dropped\n");
    }
  }

  Session& session_;
  const std::string verb_;
  boost::json::array items_;
};

}  // namespace

void act_on_letters(Session& session, std::string_view verb, const std::vector<std::string>& ids) {
  std::vector<std::string> once;
  for (const std::string& id : ids) {
    if (std::ranges::find(once, id) == once.end()) once.push_back(id);
  }
  Results results(session, verb);
  const std::size_t most = verb == "retry" ? limits::letters_read_again_max : limits::page_max;
  for (std::span<const std::string> rest{once}; !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), most));
    rest = rest.subspan(some.size());
    if (!results.ask({{"ids", boost::json::array(some.begin(), some.end())}})) break;
  }
  results.end();
}

void act_on_all_letters(Session& session, std::string_view verb, const Query& filter) {
  boost::json::object members = as_filter(filter);
  Results results(session, verb);
  while (true) {
    const auto answer = results.ask({{"filter", members}});
    if (!answer) break;
    const auto& next = at(*answer, "next");
    if (!next.is_string()) {
      if (results.is_empty()) complain("no such dead letter");
      break;
    }
    members["cursor"] = next;
  }
  results.end();
}

bool may_drop_all(Session& session, const Query& filter) {
  const auto found = fetch(session, letters_path, filter, listed_max);
  if (!found) return false;
  const std::size_t count = found->items.size();
  if (count == 0) {
    complain("no such dead letter");
    return false;
  }
  if (is_confirmed(fmt::format("drop {} dead letter{}?", count, count == 1 ? "" : "s"))) {
    return true;
  }
  complain("nothing was done");
  session.end_with(ExitCode::refused);
  return false;
}

}  // namespace deskd::ctl

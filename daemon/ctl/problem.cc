#include "daemon/ctl/problem.h"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "daemon/ctl/json_view.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

// The server's own rendering where there is one; else a line for each problem.
std::string mistakes_in(const boost::json::value& answer) {
  std::string text = text_at(answer, "text");
  if (!text.empty()) return text;
  for (const auto& problem : list_at(answer, "problems")) {
    text += fmt::format("{}:{}:{}: {}: {}\n", text_at(problem, "file"), text_at(problem, "line"),
                        text_at(problem, "column"), text_at(problem, "level"),
                        text_at(problem, "message"));
  }
  return text;
}

}  // namespace

ExitCode exit_code_of(long status) {
  if (status == 404) return ExitCode::not_found;
  if (status >= 400 && status < 500) return ExitCode::refused;
  return ExitCode::fault;
}

Problem problem_of(const Reply& reply) {
  boost::json::error_code error;
  const boost::json::value answer = boost::json::parse(reply.body, error);
  Problem problem{.code = exit_code_of(reply.status)};
  if (error || !answer.is_object()) {
    problem.sentence = fmt::format("deskd answered {} without a reason: {}", reply.status,
                                   cut(one_line(reply.body), 200));
    return problem;
  }
  problem.sentence = text_at(answer, "detail");
  if (problem.sentence.empty()) problem.sentence = text_at(answer, "title");
  if (problem.sentence.empty()) problem.sentence = fmt::format("deskd answered {}", reply.status);
  for (const auto& element : list_at(answer, "errors")) {
    problem.sentence +=
        fmt::format("; {}: {}", text_at(element, "pointer"), text_at(element, "detail"));
  }
  if (!list_at(answer, "problems").empty()) {
    problem.code = ExitCode::bad_configuration;
    problem.mistakes = mistakes_in(answer);
  }
  return problem;
}

}  // namespace deskd::ctl

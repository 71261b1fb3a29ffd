#include "daemon/api/acting/action_body.h"

#include <array>
#include <charconv>
#include <utility>

#include "config/limits.h"

namespace deskd::api {

using connectors::HttpAnswer;
using desk::Action;
using desk::ActionKind;

namespace {

constexpr std::array<std::string_view, 3> level_words{"low", "medium", "high"};

std::optional<rules::Level> read_level(JsonBody& body, std::string_view key) {
  const auto word = body.word(key, level_words);
  if (!word) return std::nullopt;
  return static_cast<rules::Level>(*word + 1);  // the first level is none
}

/// All but the title, which a new incident must have.
desk::Statement read_statement(JsonBody& body) {
  desk::Statement statement;
  statement.priority = body.line("priority", limits::name_bytes_max);
  statement.klass = body.line("class", limits::title_bytes_max);
  statement.impact = read_level(body, "impact");
  statement.urgency = read_level(body, "urgency");
  return statement;
}

void read_set(JsonBody& body, Action& action) {
  action.statement = read_statement(body);
  action.statement.title = body.line("title", limits::title_bytes_max);
  action.statement.runbook = body.line("runbook", limits::template_bytes_max);
  if (action.statement.empty()) {
    body.refuse("set needs one of priority, class, title, impact, urgency, runbook");
  }
}

void read_assign(JsonBody& body, Action& action) {
  action.person = body.line("person", limits::actor_bytes_max).value_or("");
  action.queue = body.line("queue", limits::name_bytes_max).value_or("");
  if (action.person.empty() && action.queue.empty()) {
    body.refuse(R"(assign needs {"person": "…"} or {"queue": "…"})");
  }
}

void read_pend(JsonBody& body, Action& action) {
  if (const auto until = body.time("until")) {
    action.until = *until;
  } else {
    body.refuse(R"(pend needs {"until": "2026-11-22T08:00:00Z"}, when it wakes)");
  }
}

}  // namespace

std::string read_text(JsonBody& body) {
  auto text = body.text("text");
  auto reason = body.text("reason");
  if (text && reason) body.refuse("'text' and 'reason' are the same thing: give one of them");
  return text ? *std::move(text) : std::move(reason).value_or("");
}

Action read_action(JsonBody& body, ActionKind kind) {
  Action action{.kind = kind, .actor = {}, .text = read_text(body)};
  switch (kind) {
    case ActionKind::take:
      action.force = body.flag("force").value_or(false);
      break;
    case ActionKind::assign:
      read_assign(body, action);
      break;
    case ActionKind::pend:
      read_pend(body, action);
      break;
    case ActionKind::set:
      read_set(body, action);
      break;
    case ActionKind::note:
      if (action.text.empty()) body.refuse(R"(a note needs {"text": "…"})");
      break;
    default:
      break;  // a text is all that the others take
  }
  return action;
}

desk::NewIncident read_new_incident(JsonBody& body) {
  desk::NewIncident wanted;
  wanted.title = body.line("title", limits::title_bytes_max).value_or("");
  if (wanted.title.empty()) body.refuse(R"(a new incident needs {"title": "…"})");
  wanted.queue = body.line("queue", limits::name_bytes_max).value_or("");
  wanted.resource = body.line("resource", limits::title_bytes_max).value_or("");
  wanted.statement = read_statement(body);
  wanted.text = read_text(body);
  return wanted;
}

std::expected<std::optional<std::uint64_t>, HttpAnswer> if_version(
    const connectors::HttpRequest& request) {
  auto header = request.header("if-match");
  if (header.empty() || header == "*") return std::nullopt;
  if (header.size() >= 2 && header.front() == '"' && header.back() == '"') {
    header = header.substr(1, header.size() - 2);
  }
  std::uint64_t version = 0;
  const char* const end = header.data() + header.size();
  const auto [stopped, error] = std::from_chars(header.data(), end, version);
  if (error == std::errc{} && stopped == end) return version;
  return std::unexpected(
      connectors::problem(400, "If-Match wants the incident's version, a number"));
}

std::span<const std::string_view> action_names() {
  static const auto names = [] {
    std::array<std::string_view, desk::action_count> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = name(static_cast<ActionKind>(i));
    return all;
  }();
  return names;
}

}  // namespace deskd::api

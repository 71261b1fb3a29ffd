#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>

#include "config/limits.h"
#include "daemon/api/acting/asked.h"
#include "daemon/api/acting/filter_body.h"
#include "daemon/api/acting/id_list.h"
#include "daemon/api/acting/letter_reading.h"
#include "daemon/api/asking.h"
#include "daemon/api/routes.h"
#include "daemon/core/current_setup.h"

namespace deskd::api {

namespace json = boost::json;

namespace {

using connectors::HttpAnswer;

// All that one call reads is applied in one turn, beside what sources bring, and stands in its
// record: a small letter may become many alerts.
constexpr std::size_t retry_bytes_max = limits::record_other_bytes / 2;
constexpr const char* no_room_for_it =
    "one retry has no room for all that it states: retry it alone, or drop it";

using Ids = std::vector<std::uint64_t>;
using Which = std::variant<Ids, LetterSearch>;

/// What came of several letters, and how many of those that a filter finds are left.
struct Results {
  std::vector<RetriedLetter> letters;
  std::optional<std::string> next;
  std::uint64_t remaining = 0;
};

Which read_which(JsonBody& body, std::size_t ids_max) {
  const auto* ids = body.list("ids");
  const auto* filter = body.object("filter");
  if ((ids == nullptr) == (filter == nullptr)) {
    body.refuse(R"(say which dead letters: either {"ids": […]} or {"filter": {…}})");
  } else if (ids != nullptr) {
    return read_ids(body, *ids, ids_max);
  } else {
    auto search = read_letter_filter(*filter);
    if (search) return std::move(*search);
    body.refuse(std::move(search.error()));
  }
  return Ids{};
}

PickedLetters pick(const daemon::Core& core, const Which& which, std::size_t bytes_max) {
  if (const auto* search = std::get_if<LetterSearch>(&which)) {
    return pick_letters(core, *search, bytes_max);
  }
  return {std::get<Ids>(which), std::nullopt, 0};
}

/// Whole letters, not read yet; nothing where there is none.
struct Found {
  PickedLetters picked;
  std::vector<std::optional<LetterView>> letters;  // one for each id
};

Found find(const daemon::Core& core, const Which& which) {
  Found found{pick(core, which, limits::letters_read_again_bytes), {}};
  for (const auto id : found.picked.ids) found.letters.push_back(copy_letter(core, id));
  return found;
}

Results read(const Parts& parts, const Found& found, rules::Time now) {
  Results results{{}, found.picked.next, found.picked.remaining};
  const auto setup = daemon::judging_of(parts.setup());
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < found.letters.size(); ++i) {
    const auto& letter = found.letters[i];
    auto& read = results.letters.emplace_back(letter ? read_again(*letter, setup, now)
                                                     : no_letter(found.picked.ids[i]));
    if (read.reading.batch == nullptr) continue;
    const std::size_t its = read.reading.batch->bytes();
    if (bytes + its > retry_bytes_max) {
      read = {.id = read.id, .status = 409, .detail = no_room_for_it};
    } else {
      bytes += its;
    }
  }
  return results;
}

/// Reads off the core's thread, and applies all in one turn.
template <class Render>
void retry(const Parts& parts, Call call, std::optional<Once> once, Which which, Render render) {
  ask(
      parts, std::move(call.respond),
      [which = std::move(which)](const daemon::Core& core) { return find(core, which); },
      [&parts, once = std::move(once), now = call.request.received_at, render](
          const Found& found, const daemon::Confirmation&,
          connectors::HttpRespond respond) mutable {
        change(
            parts, std::move(respond), std::move(once),
            [&parts, results = read(parts, found, now)](daemon::Core& core) mutable {
              for (auto& letter : results.letters) apply(core, parts.accounts, letter);
              return std::move(results);
            },
            render);
      });
}

json::object outcomes_of(const RetriedLetter& letter) {
  json::object outcomes;
  for (std::size_t i = 0; i < rules::outcome_count; ++i) {
    if (letter.outcomes.counts[i] > 0) {
      outcomes[rules::outcome_names[i]] = letter.outcomes.counts[i];
    }
  }
  return outcomes;
}

/// In a list of results.
json::object render(const RetriedLetter& letter) {
  json::object out{{"id", daemon::shown_id(letter.id)}, {"status", letter.status}};
  if (letter.status != 200) out["detail"] = letter.detail;
  out["accepted"] = letter.accepted;
  out["malformed"] = letter.malformed;
  out["outcomes"] = outcomes_of(letter);
  return out;
}

HttpAnswer still_unreadable(const RetriedLetter& letter) {
  json::array errors;
  for (const auto& error : letter.errors) {
    errors.push_back(
        json::object{{"index", error.index}, {"pointer", error.pointer}, {"detail", error.detail}});
  }
  json::object body{{"type", "about:blank"},           {"title", "Unprocessable Content"},
                    {"status", letter.status},         {"detail", letter.detail},
                    {"accepted", letter.accepted},     {"malformed", letter.malformed},
                    {"outcomes", outcomes_of(letter)}, {"errors", std::move(errors)}};
  auto answer = json_answer(letter.status, body);
  answer.content_type = "application/problem+json";
  return answer;
}

HttpAnswer render_one(const Results& results) {
  const RetriedLetter& letter = results.letters.front();
  if (letter.status == 200) return json_answer(200, render(letter));
  if (letter.status == 422) return still_unreadable(letter);
  return connectors::problem(letter.status, letter.detail);
}

json::object render_list(json::array items, const std::optional<std::string>& next,
                         std::uint64_t remaining) {
  return {{"items", std::move(items)},
          {"next", next ? json::value(*next) : json::value(nullptr)},
          {"remaining", remaining}};
}

HttpAnswer render_many(const Results& results) {
  json::array items;
  for (const RetriedLetter& letter : results.letters) items.emplace_back(render(letter));
  return json_answer(200, render_list(std::move(items), results.next, results.remaining));
}

void retry_one(const Parts& parts, Call call) {
  const auto id = daemon::parse_id(call.names[0]);
  if (!id) {
    return call.respond(connectors::problem(404, "there is no dead letter " + call.names[0]));
  }
  auto asked = read_asked_without_version(call, [](JsonBody&) { return true; });
  if (!asked) return call.respond(std::move(asked.error()));
  retry(parts, std::move(call), std::move(asked->once), Ids{*id}, render_one);
}

void retry_many(const Parts& parts, Call call) {
  auto asked = read_asked_without_version(
      call, [](JsonBody& body) { return read_which(body, limits::letters_read_again_max); });
  if (!asked) return call.respond(std::move(asked.error()));
  retry(parts, std::move(call), std::move(asked->once), std::move(asked->wanted), render_many);
}

struct Dropped {
  PickedLetters picked;
  std::vector<bool> is_done;  // one for each id; false: there was none
};

Dropped drop(daemon::Core& core, const Which& which) {
  Dropped dropped{pick(core, which, limits::dead_letters_bytes_max), {}};
  for (const auto id : dropped.picked.ids) dropped.is_done.push_back(core.drop_dead_letter(id));
  return dropped;
}

HttpAnswer render_dropped(const Dropped& dropped) {
  const auto& [ids, next, remaining] = dropped.picked;
  json::array items;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const bool is_done = dropped.is_done[i];
    json::object item{{"id", daemon::shown_id(ids[i])}, {"status", is_done ? 200 : 404}};
    if (!is_done) item["detail"] = no_letter(ids[i]).detail;
    items.push_back(std::move(item));
  }
  return json_answer(200, render_list(std::move(items), next, remaining));
}

void drop_many(const Parts& parts, Call call) {
  auto asked = read_asked_without_version(
      call, [](JsonBody& body) { return read_which(body, limits::page_max); });
  if (!asked) return call.respond(std::move(asked.error()));
  change(
      parts, std::move(call.respond), std::move(asked->once),
      [which = std::move(asked->wanted)](daemon::Core& core) { return drop(core, which); },
      render_dropped);
}

}  // namespace

void add_retries(Router& router, const Parts& parts) {
  router.add("POST", "/api/v1/dead-letters/retry", daemon::Role::desk_operator,
             [&parts](Call call) { retry_many(parts, std::move(call)); });
  router.add("POST", "/api/v1/dead-letters/drop", daemon::Role::desk_operator,
             [&parts](Call call) { drop_many(parts, std::move(call)); });
  router.add("POST", "/api/v1/dead-letters/{id}/retry", daemon::Role::desk_operator,
             [&parts](Call call) { retry_one(parts, std::move(call)); });
}

}  // namespace deskd::api

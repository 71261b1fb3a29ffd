#include "daemon/ctl/completion/lookup.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "daemon/ctl/json_view.h"

namespace deskd::ctl::completion {

namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

class Lookup {
 public:
  explicit Lookup(const ClientOptions& options)
      : options_(options), deadline_(std::chrono::steady_clock::now() + lookup_within) {}

  // The elements of one page; none when there is no answer in time.
  boost::json::array items(const std::string& path, Query query = {}) {
    using std::chrono::milliseconds;
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline_ - std::chrono::steady_clock::now());
    if (left <= milliseconds{0}) return {};
    query.emplace_back("limit", "500");
    ClientOptions options = options_;
    options.timeout = std::min(options.timeout, left);
    const auto reply =
        Client{std::move(options)}.send({.path = path, .query = std::move(query), .body = {}});
    if (!reply || reply->status != 200) return {};
    boost::json::error_code error;
    const auto page = boost::json::parse(reply->body, error);
    return error ? boost::json::array{} : list_at(page, "items");
  }

 private:
  const ClientOptions& options_;
  std::chrono::steady_clock::time_point deadline_;
};

void add_new(std::vector<Candidate>& candidates, Candidate candidate) {
  if (std::ranges::count(candidates, candidate.value, &Candidate::value) == 0) {
    candidates.push_back(std::move(candidate));
  }
}

// Open ones first, since those are acted on; then what else there is.
std::vector<Candidate> incidents(Lookup& lookup) {
  std::vector<Candidate> candidates;
  const std::string path = "/api/v1/incidents";
  for (const auto& list : {lookup.items(path, {{"state", "open"}}), lookup.items(path)}) {
    for (const auto& incident : list) {
      std::string words = text_at(incident, "priority") + " " + text_at(incident, "state") + ": " +
                          text_at(incident, "title");
      add_new(candidates, {text_at(incident, "id"), std::move(words)});
    }
  }
  return candidates;
}

std::string alarm_words(const boost::json::value& alarm) {
  const std::string summary = text_at(alarm, "summary");
  const std::string type = text_at(alarm, "type") + " on " + text_at(alarm, "resource");
  return text_at(alarm, "status") + ": " + (summary.empty() ? type : summary);
}

std::vector<Candidate> alarms(Lookup& lookup) {
  std::vector<Candidate> candidates;
  const std::string path = "/api/v1/alarms";
  for (const auto& list : {lookup.items(path, {{"status", "firing"}}), lookup.items(path)}) {
    for (const auto& alarm : list) add_new(candidates, {text_at(alarm, "id"), alarm_words(alarm)});
  }
  return candidates;
}

std::vector<Candidate> letters(Lookup& lookup) {
  std::vector<Candidate> candidates;
  for (const auto& letter : lookup.items("/api/v1/dead-letters")) {
    candidates.push_back(
        {text_at(letter, "id"), text_at(letter, "source") + ": " + text_at(letter, "reason")});
  }
  return candidates;
}

std::vector<Candidate> queues(Lookup& lookup) {
  std::vector<Candidate> candidates;
  for (const auto& queue : lookup.items("/api/v1/queues")) {
    candidates.push_back({text_at(queue, "name"), text_at(queue, "team")});
  }
  return candidates;
}

std::vector<Candidate> priorities(Lookup& lookup) {
  std::vector<Candidate> candidates;
  for (const auto& queue : lookup.items("/api/v1/queues")) {
    const auto* backlog = at(queue, "backlog").if_object();
    if (!backlog) continue;
    for (const auto& [priority, count] : *backlog) add_new(candidates, {std::string{priority}});
    break;
  }
  return candidates;
}

// Those who have something to do, and who you say you are.
std::vector<Candidate> people(Lookup& lookup, const std::string& self) {
  std::vector<Candidate> candidates;
  if (!self.empty()) candidates.push_back({self, "you"});
  for (const auto& incident : lookup.items("/api/v1/incidents", {{"state", "open"}})) {
    for (const auto* member : {"person", "acknowledged_by"}) {
      std::string name = text_at(incident, member);
      if (!name.empty()) add_new(candidates, {std::move(name)});
    }
  }
  return candidates;
}

std::vector<Candidate> named(const boost::json::array& items, std::string_view words) {
  std::vector<Candidate> candidates;
  for (const auto& item : items) {
    candidates.push_back({text_at(item, "name"), text_at(item, words)});
  }
  return candidates;
}

}  // namespace

std::vector<Candidate> look_up(Kind kind, const ClientOptions& options) {
  Lookup lookup{options};
  switch (kind) {
    case Kind::none:
    case Kind::files:
      return {};
    case Kind::incidents:
      return incidents(lookup);
    case Kind::alarms:
      return alarms(lookup);
    case Kind::queues:
      return queues(lookup);
    case Kind::priorities:
      return priorities(lookup);
    case Kind::people:
      return people(lookup, options.actor);
    case Kind::sources:
      return named(lookup.items("/api/v1/sources"), "kind");
    case Kind::letters:
      return letters(lookup);
    case Kind::rules:
      return named(lookup.items("/api/v1/rules"), "file");
  }
  return {};
}

}  // namespace deskd::ctl::completion

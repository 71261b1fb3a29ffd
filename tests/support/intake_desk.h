#pragma once
// An intake with all that stands around it, for tests.

#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connectors/webhook/intake.h"
#include "tests/support/decode.h"

namespace deskd::tests {

using namespace deskd::connectors;
using rules::Outcome;

inline Source source(std::string name, SourceKind kind, std::string format) {
  Source made;
  made.name = std::move(name);
  made.kind = kind;
  made.reader = make_format(format);
  made.format = std::move(format);
  return made;
}

/// Sources `hooks` (generic), `alertmanager` (with the token t0ken) and `prometheus` (API v2); no
/// rules; every answer is kept.
struct IntakeDesk {
  IntakeDesk() {
    config::Problems problems;
    auto judging = std::make_shared<Judging>();
    judging->number = 1;
    judging->rules = rules::RuleSet::compile({}, {}, problems);
    REQUIRE(judging->rules != nullptr);
    judging->sources.push_back(source("hooks", SourceKind::webhook, "generic"));
    judging->sources.push_back(source("alertmanager", SourceKind::webhook, "alertmanager"));
    judging->sources.back().auth = SourceAuth{"", config::Secret("t0ken")};
    judging->sources.push_back(
        source("prometheus", SourceKind::alertmanager_api, "alertmanager_api"));
    for (const Source& one : judging->sources) inbox.set_lane(one.name, limits::MiB);
    setup = std::move(judging);
  }

  void send(std::string_view to, HttpRequest request) {
    HttpRespond keep = [this](HttpAnswer answer) { answers.push_back(std::move(answer)); };
    if (to == "prometheus") return intake.alertmanager_api(std::move(request), std::move(keep));
    intake.webhook(to, std::move(request), std::move(keep));
  }

  /// Takes what waits and settles it so.
  std::size_t settle(Settlement::Kind kind, Outcome outcome = Outcome::raised) {
    auto taken = inbox.take(limits::MiB);
    for (const auto& batch : taken) {
      rules::OutcomeCounts outcomes;
      outcomes[outcome] = batch->alerts.size();
      accounts.settled(batch->source, outcomes);
      Settlement settlement{.kind = kind, .status = 0, .answer = {}};
      if (kind == Settlement::Kind::repeated) {
        settlement.status = batch->mark->status;
        settlement.answer = batch->mark->answer;
      }
      batch->receipt.settle(std::move(settlement));
    }
    return taken.size();
  }

  SourceBooks books(std::string_view name) const {
    for (SourceBooks& one : accounts.read(true)) {
      if (one.source == name) return std::move(one);
    }
    return {};
  }

  const HttpAnswer& answer() const {
    REQUIRE(answers.size() == 1);
    return answers.front();
  }
  boost::json::value json() const { return boost::json::parse(answer().body); }
  std::string header(std::string_view name) const {
    for (const auto& [key, value] : answer().headers) {
      if (key == name) return value;
    }
    return "";
  }

  // First, so that what still waits in the inbox at the end can be answered.
  std::shared_ptr<const Judging> setup;
  std::vector<HttpAnswer> answers;  // before the inbox: what waits there at the end is answered
  Accounts accounts;
  Inbox inbox{nullptr};
  Intake intake{[this] { return setup; }, accounts, inbox};
};

inline HttpRequest post(std::string body,
                        std::vector<std::pair<std::string, std::string>> headers = {}) {
  HttpRequest request;
  request.method = "POST";
  request.body = std::move(body);
  request.headers = std::move(headers);
  if (request.header("content-type").empty()) {
    request.headers.emplace_back("content-type", "application/json");
  }
  request.peer = "10.0.0.7:51234";
  request.received_at = received_at;
  return request;
}

constexpr const char* good = R"({"host":"edge-7","type":"ping"})";

}  // namespace deskd::tests

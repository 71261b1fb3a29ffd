#include "connectors/webhook/intake.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <utility>

#include "config/check.h"
#include "config/encoding.h"
#include "config/limits.h"
#include "connectors/raw_message.h"
#include "connectors/webhook/intake_answers.h"
#include "connectors/webhook/request_checks.h"
#include "rules/utf8.h"

namespace deskd::connectors {
namespace {

/// The address of a peer, without its port: repeated refusals of one sender are one line.
std::string address(std::string_view peer) { return std::string(peer.substr(0, peer.rfind(':'))); }

/// Returns how many event times that rules had set were clamped.
std::uint64_t judge(Batch& batch) {
  const rules::RuleSet& rules = *batch.setup->rules;
  std::uint64_t clamped = 0;
  batch.verdicts.reserve(batch.alerts.size());
  for (const rules::Alert& alert : batch.alerts) {
    batch.verdicts.push_back(rules.judge(alert, batch.arena()));
    if (batch.setup->clamp(batch.verdicts.back(), batch.received_at)) ++clamped;
  }
  return clamped;
}

std::unique_ptr<Batch> make_batch(const Source& source, std::shared_ptr<const Judging> setup,
                                  const HttpRequest& request, std::string body) {
  auto batch = std::make_unique<Batch>(std::move(body));
  batch->source = source.name;
  batch->peer = address(request.peer);
  batch->setup = std::move(setup);
  batch->received_at = request.received_at;
  if (auto key = repeat_key(source, request)) {
    batch->mark = RepeatMark{.key = *std::move(key),
                             .body_hash = XXH3_64bits(batch->received().data(),  //
                                                      batch->received().size()),
                             .status = 0,
                             .answer = {}};
  }
  return batch;
}

TurnedAway malformed(const Batch& batch, const ElementError& error, std::string_view raw) {
  return {.at = batch.received_at,
          .source = batch.source,
          .sender = batch.peer,
          .outcome = rules::Outcome::malformed,
          .index = error.index,
          .pointer = error.pointer,
          .detail = error.detail,
          .raw = shown_raw(raw)};
}

std::vector<TurnedAway> all_malformed(Batch& batch, const Decoded& decoded) {
  std::vector<TurnedAway> entries;
  const std::string_view body = batch.received();
  if (decoded.fatal) entries.push_back(malformed(batch, *decoded.fatal, body));
  for (const ElementError& error : decoded.errors) {
    entries.push_back(malformed(batch, error, raw_value(body, error.offset)));
  }
  return entries;
}

}  // namespace

Intake::Intake(CurrentSetup current, Accounts& accounts, Inbox& inbox)
    : current_(std::move(current)), accounts_(accounts), inbox_(inbox) {}

void Intake::webhook(std::string_view source, HttpRequest request, HttpRespond respond) const {
  const auto setup = current_();
  const Source* const found = setup->find(source);
  if (found != nullptr && found->kind == SourceKind::webhook) {
    return take(*found, setup, std::move(request), std::move(respond));
  }
  no_source(fmt::format("there is no webhook source '{}'",
                        config::printable(rules::cut_bytes(source, 64))),
            request, respond);
}

void Intake::alertmanager_api(HttpRequest request, HttpRespond respond) const {
  const auto setup = current_();
  if (const Source* found = setup->alertmanager_api()) {
    return take(*found, setup, std::move(request), std::move(respond));
  }
  no_source("there is no source of kind alertmanager_api", request, respond);
}

void Intake::no_source(std::string_view detail, const HttpRequest& request,
                       HttpRespond& respond) const {
  // The name is the sender's, so it must not become a source in the books.
  accounts_.refused(no_such_source,
                    {.sender = address(request.peer),
                     .user = {},
                     .reason = "no_source",
                     .detail = std::string(detail),
                     .count = 1,
                     .at = request.received_at},
                    true);
  respond(problem(404, detail));
}

void Intake::take(const Source& source, std::shared_ptr<const Judging> setup, HttpRequest request,
                  HttpRespond respond) const {
  const RefusalSeen seen{.sender = address(request.peer), .at = request.received_at};
  const auto turn_away = [&](RequestRefused refused) {
    RefusalSeen its = seen;
    its.user = std::move(refused.user);
    its.reason = std::move(refused.reason);
    its.detail = std::move(refused.detail);
    accounts_.refused(source.name, std::move(its), true);
    respond(std::move(refused.answer));
  };
  if (auto refused = check_request(source, request)) return turn_away(*std::move(refused));
  auto body = read_body(request);
  if (!body) return turn_away(std::move(body.error()));

  auto batch = make_batch(source, std::move(setup), request, *std::move(body));
  const Decoded decoded = decode(source, *batch->setup, *batch);
  const std::uint64_t clamped = judge(*batch);
  const std::uint64_t accepted = batch->alerts.size();
  accounts_.received(source.name, accepted, decoded.malformed, decoded.severity_unknown,
                     decoded.event_time_clamped + clamped, request.received_at);
  if (decoded.malformed > 0) {
    show(source, seen, "malformed", first_error(decoded));
    accounts_.turned_away().add(all_malformed(*batch, decoded));
  }

  HttpAnswer answer = taken(source.kind, accepted, decoded);
  if (accepted == 0) return respond(std::move(answer));
  if (batch->mark) {
    batch->mark->status = answer.status;
    batch->mark->answer = answer.body;
  }
  batch->receipt = Receipt([kind = source.kind, planned = std::move(answer),
                            reply = std::move(respond)](Settlement settlement) mutable {
    reply(settled(kind, std::move(settlement), std::move(planned)));
  });
  if (inbox_.offer(batch)) return;

  rules::OutcomeCounts outcomes;
  outcomes[rules::Outcome::refused] = accepted;
  accounts_.settled(source.name, outcomes);
  constexpr std::string_view no_room = "the lane is full, or nothing is taken in now";
  show(source, seen, "lane_full", no_room);
  accounts_.turned_away().add_refused(*batch, no_room);
  batch->receipt.settle({.kind = Settlement::Kind::full, .status = 0, .answer = {}});
}

void Intake::show(const Source& source, RefusalSeen seen, std::string reason,
                  std::string_view detail) const {
  constexpr std::size_t detail_bytes_max = 300;
  seen.reason = std::move(reason);
  seen.detail = rules::cut_bytes(detail, detail_bytes_max);
  accounts_.refused(source.name, std::move(seen), false);
}

}  // namespace deskd::connectors

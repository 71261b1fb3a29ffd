#include "connectors/webhook/intake.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <utility>

#include "config/check.h"
#include "config/encoding.h"
#include "config/limits.h"
#include "connectors/judged_batch.h"
#include "connectors/webhook/intake_answers.h"
#include "connectors/webhook/request_checks.h"
#include "rules/utf8.h"

namespace deskd::connectors {
namespace {

/// The address of a peer, without its port: repeated refusals of one sender are one line.
std::string address(std::string_view peer) { return std::string(peer.substr(0, peer.rfind(':'))); }

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
  const auto turn_away = [&](RequestRefused refused) {
    accounts_.refused(source.name,
                      {.sender = address(request.peer),
                       .user = std::move(refused.user),
                       .reason = std::move(refused.reason),
                       .detail = std::move(refused.detail),
                       .count = 1,
                       .at = request.received_at},
                      true);
    respond(std::move(refused.answer));
  };
  if (auto refused = check_request(source, request)) return turn_away(*std::move(refused));
  auto body = read_body(request);
  if (!body) return turn_away(std::move(body.error()));

  auto batch = make_batch(source, std::move(setup), request, *std::move(body));
  Decoded decoded = decode(source, *batch->setup, *batch);
  judge(*batch, decoded);
  const std::uint64_t accepted = batch->alerts.size();
  accounts_.received(source.name, accepted, decoded.malformed, decoded.severity_unknown,
                     decoded.event_time_clamped, request.received_at);
  if (decoded.malformed > 0) {
    show_refusal(accounts_, *batch, "malformed", first_error(decoded));
    accounts_.turned_away().add(malformed_entries(*batch, decoded, batch->received()));
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
  if (!inbox_.offer(batch)) refuse_without_room(*batch, accounts_);
}

}  // namespace deskd::connectors

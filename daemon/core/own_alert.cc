#include "daemon/core/own_alert.h"

#include <utility>

#include "connectors/judged_batch.h"

namespace deskd::daemon {

std::unique_ptr<connectors::Batch> own_batch(const OwnAlert& alert,
                                             std::shared_ptr<const connectors::Judging> setup,
                                             rules::Time now) {
  auto batch = std::make_unique<connectors::Batch>(std::string{});
  batch->source = connectors::own_source;
  batch->setup = std::move(setup);
  batch->received_at = now;
  rules::Alert& made = batch->alerts.emplace_back();
  made.source = connectors::own_source;
  made.status = alert.status;
  made.severity = alert.severity;
  made.type = batch->keep(alert.type);
  made.resource = batch->keep(alert.resource);
  made.qualifier = batch->keep(alert.qualifier);
  made.summary = batch->keep(alert.summary);
  made.received_at = made.event_at = now;
  connectors::judge(*batch);
  return batch;
}

}  // namespace deskd::daemon

#include "daemon/ledger/alert_log.h"

#include <span>

#include "daemon/ledger/codec.h"
#include "daemon/ledger/frames.h"

namespace deskd::ledger {
namespace {

constexpr std::uint8_t alert_kind = 1;

/// What is written of an alert: the members of LoggedAlert, as views.
struct AlertParts {
  const rules::Alert& alert;
  std::span<const rules::Label> labels, annotations;
  rules::SetupNumber setup;
  std::span<const rules::Stated> stated;
  std::uint8_t priority;
  rules::Outcome outcome;
  rules::AlarmId alarm;
};

/// The fields of an alert in their order; `parts` is an AlertParts or a LoggedAlert.
void walk(auto& codec, auto& parts) {
  auto& alert = parts.alert;
  codec.text(alert.source);
  codec.text(alert.sender);
  codec.text(alert.key);
  codec.one_of(alert.status, rules::Status::resolved);
  codec.one_of(alert.severity, rules::Severity::critical);
  codec.text(alert.type);
  codec.text(alert.resource);
  codec.text(alert.qualifier);
  codec.text(alert.summary);
  codec.time(alert.received_at);
  codec.time(alert.event_at);
  codec.time(alert.starts_at);
  codec.time(alert.ends_at);

  const auto label = [&codec](auto& each) {
    codec.text(each.name);
    codec.text(each.value);
  };
  codec.list(parts.labels, label);
  codec.list(parts.annotations, label);

  codec.number(parts.setup);
  codec.list(parts.stated, [&codec](auto& stated) {
    codec.one_of(stated.decision, rules::Decision::stop);
    codec.rule(stated.rule);
    codec.text(stated.name);
    codec.text(stated.value);
  });
  codec.number(parts.priority);
  codec.one_of(parts.outcome, rules::Outcome::unmatched);
  codec.number(parts.alarm);
}

}  // namespace

void AlertWriter::put(const rules::Alert& decoded, const rules::Verdict& verdict,
                      rules::SetupNumber setup, rules::Outcome outcome, rules::AlarmId alarm) {
  const AlertParts parts{decoded, decoded.labels, decoded.annotations,
                         setup,   verdict.stated, verdict.priority,
                         outcome, alarm};
  put_frame(blobs_.open(), alert_kind, [&](auto& codec) { walk(codec, parts); });
}

bool read_alerts(std::string_view blob, const std::function<bool(const LoggedAlert&)>& each) {
  FrameReader frames(blob);
  LoggedAlert logged;
  while (const auto frame = frames.next()) {
    if (frame->kind != alert_kind) return false;
    Reading reading(frame->body);
    walk(reading, logged);
    if (!reading.whole()) return false;
    logged.alert.labels = logged.labels;
    logged.alert.annotations = logged.annotations;
    if (!each(logged)) return true;
  }
  return !frames.failed();
}

std::string alerts_problem(std::string_view blob) { return frames_problem(blob, alert_kind); }

}  // namespace deskd::ledger

#include "tests/rules/correlator/sender.h"

#include <memory_resource>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rules/field.h"
#include "rules/imprint.h"

namespace deskd::rules::test {

namespace {

constexpr std::array<std::string_view, 6> kinds{"raised",   "repeated", "worsened",
                                                "improved", "moved",    "cleared"};

std::string text_of(const Signal& signal) {
  const std::string_view kind = kinds[static_cast<std::size_t>(signal.kind)];
  std::string text = fmt::format("{} {}", kind, signal.alarm);
  if (signal.kind == Signal::Kind::moved) return text + fmt::format(" from {}", signal.other);
  if (signal.kind == Signal::Kind::cleared) text += fmt::format(" {}", name(signal.cause));
  if (signal.kind != Signal::Kind::cleared) text += fmt::format(" {}", name(signal.severity));
  if (signal.other != 0) text += fmt::format(" to {}", signal.other);
  if (signal.kind <= Signal::Kind::repeated) text += fmt::format(" x{}", signal.count);
  return text;
}

std::int64_t ns(Time time) { return time.time_since_epoch().count(); }

}  // namespace

Time at_second(double seconds) {
  return Time{std::chrono::seconds{1'800'000'000}} +
         Duration{static_cast<std::int64_t>(seconds * 1e9)};
}

std::string_view Sender::fire(Said said) {
  said.status = Status::firing;
  return apply(said);
}

std::string_view Sender::resolve(Said said) {
  said.status = Status::resolved;
  return apply(said);
}

namespace {

/// An alert and its verdict, and what the verdict points to.
struct JudgedSaid {
  explicit JudgedSaid(const Said& said);

  Alert alert;
  Verdict verdict;
  std::vector<IdentityPart> identity;
  std::vector<IdentityPart> by;
  std::pmr::monotonic_buffer_resource arena;
};

JudgedSaid::JudgedSaid(const Said& said) : identity(said.identity) {
  alert.source = "hooks";
  alert.sender = said.sender;
  alert.key = said.key;
  alert.status = said.status;
  alert.severity = said.severity;
  alert.type = said.type;
  alert.resource = said.resource;
  alert.qualifier = said.qualifier;
  alert.summary = said.summary;
  alert.labels = said.labels;
  alert.received_at = at_second(said.at);
  alert.event_at = said.event < 0 ? alert.received_at : at_second(said.event);
  if (said.ends_at > 0) alert.ends_at = at_second(said.ends_at);

  verdict.alert = alert;
  if (identity.empty()) {
    identity = {{"resource", said.resource}, {"type", said.type}, {"qualifier", said.qualifier}};
  }
  verdict.identity = identity;
  verdict.imprint = Imprinter().make(verdict, arena);
  verdict.dropped = said.dropped;
  for (const std::string_view word : said.by) {
    const std::string_view value = value_of(alert, *parse_field(word));
    if (!value.empty()) by.push_back({word, value});
  }
  // One of the `by` fields null: not stated, as the rule set does it.
  if (!said.clears.empty() && by.size() == said.by.size()) {
    verdict.clears = Clears{said.clears, by, said.from};
  }
}

}  // namespace

Preview Sender::preview(const Said& said) const {
  const JudgedSaid judged(said);
  return correlator.preview({&judged.alert, &judged.verdict, said.source, said.setup},
                            judged.alert.received_at);
}

std::string_view Sender::apply(const Said& said) {
  const JudgedSaid judged(said);
  std::vector<Signal> happened;
  const Applied applied =
      correlator.apply({&judged.alert, &judged.verdict, said.source, said.setup},
                       judged.alert.received_at, happened);
  for (const Signal& signal : happened) {
    CHECK(signal.verdict == &judged.verdict);
    CHECK(signal.setup == said.setup);
  }
  alarm = applied.alarm;
  show(happened);
  return name(applied.outcome);
}

std::vector<Fetched> Sender::fetch(const std::vector<Said>& all) const {
  std::deque<JudgedSaid> judged;
  std::vector<Verdict> verdicts;
  for (const Said& said : all) verdicts.push_back(judged.emplace_back(said).verdict);
  std::vector<Fetched> fetched;
  correlator.fetch(verdicts, fetched);
  return fetched;
}

void Sender::expire(double at) {
  std::vector<Signal> happened;
  while (correlator.expire(at_second(at), 2, happened)) {
  }
  for (const Signal& signal : happened) CHECK(signal.verdict == nullptr);
  show(happened);
}

void Sender::clear_by_hand(AlarmId id, double at) {
  std::vector<Signal> happened;
  REQUIRE(correlator.clear_by_hand(id, at_second(at), happened));
  show(happened);
}

void Sender::show(const std::vector<Signal>& happened) {
  signals.clear();
  for (const Signal& signal : happened) signals.push_back(text_of(signal));
}

bool Sender::is_active(AlarmId id) const {
  const auto state = correlator.find(id);
  REQUIRE(state.has_value());
  return state->active;
}

Origin Sender::only_origin(AlarmId id) const {
  const auto origins = correlator.origins_of(id);
  REQUIRE(origins.size() == 1);
  return static_cast<Origin>(origins.front());
}

std::string dump(const Correlator& correlator) {
  std::string text;
  const auto out = std::back_inserter(text);
  for (AlarmId id = 1; id <= correlator.last_alarm(); ++id) {
    const auto state = correlator.find(id);
    if (!state) continue;
    const auto packed = correlator.find_text(id);
    const AlarmTextView view = packed->view();
    fmt::format_to(
        out, "alarm {} x{} {} active={} released={} forgotten={} by={} {} {} {} {}: {} {} {}\n", id,
        state->count, name(state->severity), state->active, state->released, state->forgotten,
        name(state->cleared_by), ns(state->raised_at), ns(state->last_at), ns(state->cleared_at),
        ns(state->event_at), view.type, view.resource, view.summary);
    for (const OriginView& origin : correlator.origins_of(id)) {
      fmt::format_to(out, "  origin {} of {} {}/{}/{} {} {} by={} setup={} {} {} {}\n", origin.id,
                     origin.alarm, origin.source, origin.sender, origin.key, name(origin.status),
                     name(origin.severity), name(origin.ended_by), origin.setup,
                     ns(origin.event_at), ns(origin.received_at), ns(origin.ends_at));
    }
  }
  fmt::format_to(out, "active {}\n", fmt::join(correlator.active_by_severity(), " "));
  return text;
}

}  // namespace deskd::rules::test

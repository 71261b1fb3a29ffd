#include "daemon/explanation/explanation.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "config/limits.h"
#include "config/reader.h"
#include "rules/utf8.h"

namespace deskd::daemon {

namespace {

using rules::RuleTrace;

std::string no_such(std::string_view kind, std::string_view name,
                    const std::vector<std::string_view>& names) {
  return fmt::format("there is no {} '{}'{}", kind, rules::cut_bytes(name, limits::name_bytes_max),
                     config::nearest_hint(name, names));
}

std::string no_such_source(const Payload& payload) {
  std::vector<std::string_view> names;
  for (const auto& source : payload.judging->sources) names.push_back(source.name);
  return no_such("source", payload.source, names);
}

/// The rule that was asked for; no_rule: none.
std::expected<rules::RuleNumber, std::string> find_rule(const Payload& payload) {
  if (payload.rule.empty()) return rules::no_rule;
  const auto& all = payload.judging->rules->names();
  std::vector<std::string_view> names;
  for (const auto& rule : all) {
    if (rule.name == payload.rule) return static_cast<rules::RuleNumber>(names.size());
    names.push_back(rule.name);
  }
  return std::unexpected(no_such("rule", payload.rule, names));
}

ExplainedAlert explain_one(ExplainedPayload& explained, std::size_t at, rules::RuleNumber rule) {
  const auto& judging = *explained.judging;
  connectors::Batch& batch = *explained.batch;
  ExplainedAlert one{.decoded = &batch.alerts[at], .verdict = {}, .rules = {}, .prospect = {}};
  one.index = at < batch.elements.size() ? batch.elements[at].index : at;
  auto explanation = judging.rules->explain(*one.decoded, batch.arena(), rule);
  judging.clamp(explanation.verdict, batch.received_at);
  one.verdict = explanation.verdict;
  for (RuleTrace& trace : explanation.rules) {
    if (trace.reading == RuleTrace::Reading::failed) ++one.failed;
    if (trace.reading == RuleTrace::Reading::not_reached) ++one.not_reached;
    const bool is_wanted =
        rule == rules::no_rule ? trace.reading == RuleTrace::Reading::matched : trace.rule == rule;
    if (is_wanted) one.rules.push_back(std::move(trace));
  }
  return one;
}

}  // namespace

std::string_view name(Prospect::Effect effect) {
  static constexpr std::array<std::string_view, 6> names{"none",    "opens",    "joins",
                                                         "reopens", "resolves", "quietens"};
  return names[static_cast<std::size_t>(effect)];
}

std::expected<ExplainedPayload, std::string> explain(Payload payload) {
  ExplainedPayload explained;
  explained.source = payload.judging->find(payload.source);
  if (explained.source == nullptr) return std::unexpected(no_such_source(payload));
  if (explained.source->reader == nullptr) {
    return std::unexpected(
        fmt::format("source '{}' takes traps, not payloads: what becomes of them "
                    "is told by a rule's test, given: {{trap: …}}",
                    explained.source->name));
  }
  const auto rule = find_rule(payload);
  if (!rule) return std::unexpected(rule.error());

  explained.judging = std::move(payload.judging);
  explained.batch = std::make_unique<connectors::Batch>(std::move(payload.body));
  connectors::Batch& batch = *explained.batch;
  batch.source = explained.source->name;
  batch.setup = explained.judging;
  batch.received_at = payload.received_at;
  explained.decoded = connectors::decode(*explained.source, *explained.judging, batch);

  const std::size_t count = std::min(batch.alerts.size(), limits::explained_max);
  explained.left_out = batch.alerts.size() - count;
  for (std::size_t at = 0; at < count; ++at) {
    explained.alerts.push_back(explain_one(explained, at, *rule));
  }
  return explained;
}

}  // namespace deskd::daemon

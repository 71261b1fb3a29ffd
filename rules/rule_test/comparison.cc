#include "rules/rule_test/comparison.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace deskd::rules {
namespace {

using What = Expectation::What;
using Values = std::vector<std::optional<std::string>>;

std::optional<std::string> present(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

std::pair<Decision, std::string_view> decision_of(What what) {
  switch (what) {
    case What::queue:
      return {Decision::queue, "queue"};
    case What::klass:
      return {Decision::klass, "class"};
    case What::priority:
      return {Decision::priority, "priority"};
    case What::severity:
      return {Decision::severity, "severity"};
    case What::status:
      return {Decision::status, "status"};
    case What::type:
      return {Decision::type, "type"};
    case What::resource:
      return {Decision::resource, "resource"};
    case What::title:
      return {Decision::title, "title"};
    case What::runbook:
      return {Decision::runbook, "runbook"};
    case What::label:
      return {Decision::label, "label"};
    case What::identity:
      return {Decision::identity, "identity"};
    case What::drop:
      return {Decision::drop, "drop"};
    case What::rules:
      break;
  }
  return {Decision::stop, "rules"};
}

std::optional<std::string> queue_of(const DeskWords& desk, const Verdict& verdict) {
  const std::uint16_t queue = verdict.queue == no_queue ? desk.catch_all : verdict.queue;
  if (queue == no_queue) return std::nullopt;
  return desk.queues[queue];
}

Values actual(const RuleSet& rule_set, const Verdict& verdict, const Expectation& expectation) {
  Values values;
  switch (expectation.what) {
    case What::queue:
      return {queue_of(rule_set.desk(), verdict)};
    case What::klass:
      return {present(verdict.klass)};
    case What::priority:
      return {rule_set.desk().priorities.levels[verdict.priority]};
    case What::severity:
      return {std::string(name(verdict.alert.severity))};
    case What::status:
      return {std::string(name(verdict.alert.status))};
    case What::type:
      return {present(verdict.alert.type)};
    case What::resource:
      return {present(verdict.alert.resource)};
    case What::title:
      return {present(verdict.title)};
    case What::runbook:
      return {present(verdict.runbook)};
    case What::label:
      return {present(find_label(verdict.alert.labels, expectation.name))};
    case What::drop:
      return {verdict.dropped ? present(verdict.drop_reason) : std::nullopt};
    case What::identity:
      for (const IdentityPart& part : verdict.identity) values.push_back(present(part.value));
      break;
    case What::rules:
      for (const RuleNumber rule : verdict.matched)
        values.emplace_back(rule_set.names()[rule].name);
      break;
  }
  return values;
}

bool holds(const Expectation& expectation, const Verdict& verdict, const Values& values) {
  if (expectation.dropped) return verdict.dropped == *expectation.dropped;
  const bool expects_no_queue = expectation.what == What::queue && !expectation.values[0];
  return expects_no_queue ? verdict.queue == no_queue : values == expectation.values;
}

std::string shown(const std::optional<std::string>& value) {
  return value ? "'" + *value + "'" : "nothing";
}

std::string shown(What what, const Values& values) {
  if (what != What::identity && what != What::rules) return shown(values.front());
  std::string list = "[";
  for (const auto& value : values) {
    if (list.size() > 1) list += ", ";
    list += value ? *value : "null";
  }
  return list + "]";
}

std::string decider(const RuleSet& rule_set, const Verdict& verdict,
                    const Expectation& expectation) {
  if (expectation.what == What::rules) return "";
  const Decision decision = decision_of(expectation.what).first;
  const auto stated = std::ranges::find_if(verdict.stated, [&](const Stated& s) {
    return s.decision == decision && s.name == expectation.name;
  });
  if (stated == verdict.stated.end()) return " (no rule decided it)";
  if (stated->rule == no_rule) return " (by default)";
  const RuleName& rule = rule_set.names()[stated->rule];
  return " (decided by rule '" + rule.name + "', " + rule.file + ":" + std::to_string(rule.line) +
         ")";
}

}  // namespace

std::optional<std::string> difference(const RuleSet& rule_set, const Verdict& verdict,
                                      const Expectation& expectation) {
  const Values values = actual(rule_set, verdict, expectation);
  if (holds(expectation, verdict, values)) return std::nullopt;
  std::string subject(decision_of(expectation.what).second);
  if (!expectation.name.empty()) subject += " '" + expectation.name + "'";
  std::string wanted;
  if (expectation.dropped) {
    wanted = *expectation.dropped ? "any reason" : "nothing";
  } else {
    wanted = shown(expectation.what, expectation.values);
  }
  return subject + ": expected " + wanted + ", got " + shown(expectation.what, values) +
         decider(rule_set, verdict, expectation);
}

}  // namespace deskd::rules

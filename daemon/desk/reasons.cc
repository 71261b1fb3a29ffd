#include "daemon/desk/reasons.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/limits.h"
#include "rules/utf8.h"

namespace deskd::desk {

namespace {

using rules::Decision;

const rules::RuleName* find_name(rules::RuleNumber rule, const DeskSetup& judged_by) {
  if (judged_by.rules == nullptr) return nullptr;
  const auto& names = judged_by.rules->names();
  return rule < names.size() ? &names[rule] : nullptr;
}

bool concerns_incident(Decision decision) {
  switch (decision) {
    case Decision::label:
    case Decision::annotation:
    case Decision::clears:
    case Decision::drop:
    case Decision::stop:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::optional<rules::RuleNumber> rule_of(const rules::Verdict& verdict, Decision decision) {
  const auto found = std::ranges::find(verdict.stated, decision, &rules::Stated::decision);
  if (found == verdict.stated.end() || found->rule == rules::no_rule) return std::nullopt;
  return found->rule;
}

std::optional<rules::RuleNumber> first_rule_of(const rules::Verdict& verdict) {
  if (const auto rule = rule_of(verdict, Decision::queue)) return rule;
  for (const auto& stated : verdict.stated)
    if (stated.rule != rules::no_rule) return stated.rule;
  return std::nullopt;
}

std::string actor_of(std::optional<rules::RuleNumber> rule, const DeskSetup& judged_by) {
  if (!rule) return text(Actor{});
  const auto* name = find_name(*rule, judged_by);
  return text(
      Actor{Actor::Kind::rule, name != nullptr ? name->name : fmt::format("#{}", *rule + 1)});
}

std::string by_rule(std::optional<rules::RuleNumber> rule, const DeskSetup& judged_by) {
  if (!rule) return {};
  const auto* name = find_name(*rule, judged_by);
  if (name == nullptr) return fmt::format(" by rule #{}", *rule + 1);
  return fmt::format(" by rule {} ({}:{})", name->name, name->file, name->line);
}

std::vector<Author> authors_of(const rules::Verdict& verdict, rules::SetupNumber setup) {
  std::vector<Author> authors;
  authors.reserve(verdict.stated.size() + 1);  // the catch-all may follow
  for (const auto& stated : verdict.stated) {
    if (!concerns_incident(stated.decision)) continue;
    authors.push_back(
        {.decision = stated.decision,
         .rule = stated.rule,
         .setup = setup,
         .value = std::string(rules::cut_bytes(stated.value, limits::title_bytes_max))});
  }
  return authors;
}

std::string_view kept_name(std::string_view name) {
  return rules::cut_bytes(name, limits::title_bytes_max);
}

std::string with_reason(std::string_view told, std::string_view reason) {
  if (told.empty()) return std::string(reason);
  return reason.empty() ? std::string(told) : fmt::format("{}: {}", told, reason);
}

}  // namespace deskd::desk

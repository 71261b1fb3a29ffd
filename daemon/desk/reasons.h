#pragma once
// Says in words who did something and why, for timelines.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/desk/desk_setup.h"
#include "daemon/desk/incident.h"
#include "rules/verdict.h"

namespace deskd::desk {

/// The rule that stated `decision`; nothing when none did or the verdict fell back to a default.
std::optional<rules::RuleNumber> rule_of(const rules::Verdict& verdict, rules::Decision decision);

/// The rule to which an opening is owed: the queue's, else the first that stated anything.
std::optional<rules::RuleNumber> first_rule_of(const rules::Verdict& verdict);

/// As a timeline's actor: "rule:uplink-down"; "deskd" without a rule.
std::string actor_of(std::optional<rules::RuleNumber> rule, const DeskSetup& judged_by);

/// " by rule uplink-down (rules.d/50-network.yaml:31)"; empty without a rule.
std::string by_rule(std::optional<rules::RuleNumber> rule, const DeskSetup& judged_by);

/// The decisions about the incident itself, with who took them; `set` of labels and annotations and
/// what ends the reading of rules are the alert's affair.
std::vector<Author> authors_of(const rules::Verdict& verdict, rules::SetupNumber setup);

/// A name as incidents keep it: cut, so that two of them can be compared.
std::string_view kept_name(std::string_view name);

/// What happened, and the reason that a person gave for it, if any: "from ben: he is ill".
std::string with_reason(std::string_view told, std::string_view reason);

}  // namespace deskd::desk

#include "rules/decision/tracing.h"

#include <algorithm>

#include "config/limits.h"
#include "rules/decision/identity.h"

namespace deskd::rules {
namespace {

using Fate = TracedDecision::Fate;

/// Who took a decision that is settled after the last rule.
RuleNumber author_of(const Verdict& verdict, Decision decision) {
  const auto found = std::ranges::find(verdict.stated, decision, &Stated::decision);
  return found == verdict.stated.end() ? no_rule : found->rule;
}

/// Rules of the second layer have the higher numbers and the last word.
void set_author(TracedDecision& traced, RuleNumber rule, RuleNumber author) {
  if (author == rule) return;
  traced.fate = author < rule ? Fate::stated_before : Fate::overruled;
  traced.other = author;
}

std::string missing_fields(std::span<const IdentityPart> parts) {
  std::string missing;
  for (const IdentityPart& part : parts) {
    if (!part.value.empty()) continue;
    if (!missing.empty()) missing += ", ";
    missing += part.field;
  }
  return missing;
}

bool is_missing(const IdentityPart& part) { return part.value.empty(); }

}  // namespace

std::string CompiledText::why_unstated(Subject& subject, std::span<const FieldName> fields,
                                       const Vocabulary& vocabulary,
                                       std::pmr::memory_resource& arena) const {
  using Kind = Template::Filter::Kind;
  for (const Template::Part& part : text_.parts()) {
    const bool has_default = std::ranges::find(part.filters, Kind::otherwise,
                                               &Template::Filter::kind) != part.filters.end();
    if (!part.slot || has_default || !subject.value(*part.slot).empty()) continue;
    return field_text(fields[*part.slot]) + " is missing";
  }
  const auto text = text_.render(subject, arena);
  if (!text) {
    return "the result is longer than " + std::to_string(limits::template_bytes_max) + " bytes";
  }
  config::Problems problems;
  vocabulary.check(decision_, Text{std::string(*text), {}}, problems);
  return problems.empty() ? std::string() : problems.all().front().message;
}

Tracing::Tracing(const RuleSet::Compiled& rules, const Alert& alert,
                 std::pmr::memory_resource& arena, std::optional<RuleNumber> only)
    : rules_(rules), arena_(arena), only_(only), judgement_(rules, alert, arena, arena) {
  explanation_.rules.reserve(rules.names.size());
}

Explanation Tracing::run() {
  const std::span<const CompiledRule> rules(rules_.rules);
  read_layer(rules.first(rules_.own_begin), false);
  read_layer(rules.subspan(rules_.own_begin), true);
  find_overruled();
  explanation_.verdict = judgement_.verdict();
  for (const Late& late : late_) settle(late);
  return std::move(explanation_);
}

void Tracing::read_layer(std::span<const CompiledRule> rules, bool is_last) {
  const auto begin = judgement_.begin_layer();
  RuleNumber ended_by = no_rule;
  for (const CompiledRule& rule : rules) {
    auto& traces = explanation_.rules;
    if (ended_by != no_rule) {
      traces.push_back({.rule = rule.number,
                        .reading = RuleTrace::Reading::not_reached,
                        .ended_by = ended_by,
                        .failures = {},
                        .decisions = {}});
    } else if (!rule.holds(judgement_.subject_)) {
      traces.push_back(failed(rule));
    } else {
      traces.push_back(matched(rule));
      judgement_.apply(rule);
      if (judgement_.layer_has_ended(is_last)) ended_by = rule.number;
    }
  }
  judgement_.end_layer(begin);
}

RuleTrace Tracing::failed(const CompiledRule& rule) {
  RuleTrace trace{.rule = rule.number, .failures = {}, .decisions = {}};
  if (only_ && *only_ != rule.number) return trace;
  const auto& written = rules_.written[rule.number];
  for (std::size_t i = 0; i < rule.when.size() && trace.failures.empty(); ++i) {
    trace.failures = rule.when[i]->failures(*written[i], judgement_.subject_);
  }
  return trace;
}

RuleTrace Tracing::matched(const CompiledRule& rule) {
  RuleTrace trace{
      .rule = rule.number, .reading = RuleTrace::Reading::matched, .failures = {}, .decisions = {}};
  for (const CompiledStatement& one : rule.statements) trace.decisions.push_back(statement(one));
  if (rule.drop) {
    const auto& reason = rule.drop->reason;
    trace.decisions.push_back(flag(rules_.drop, reason ? std::string_view(*reason) : "false"));
  }
  if (rule.stop) trace.decisions.push_back(flag(rules_.stop, *rule.stop ? "true" : "false"));
  if (rule.identity || rule.clears) late_.push_back({&rule, explanation_.rules.size()});
  return trace;
}

TracedDecision Tracing::open_or_taken(Target target) const {
  const TargetName& name = rules_.targets[target];
  TracedDecision traced{.decision = name.decision, .name = name.name, .value = {}, .why = {}};
  if (judgement_.is_open(target)) return traced;
  traced.fate = Fate::stated_before;
  traced.other = judgement_.taken_[target].rule;
  return traced;
}

TracedDecision Tracing::statement(const CompiledStatement& statement) {
  TracedDecision traced = open_or_taken(statement.target);
  if (traced.fate != Fate::taken) return traced;
  if (const auto value = value_of(statement)) {
    traced.value = value->text;
    return traced;
  }
  traced.fate = Fate::unstated;
  traced.why = why_unstated(statement);
  return traced;
}

TracedDecision Tracing::flag(Target target, std::string_view value) const {
  TracedDecision traced = open_or_taken(target);
  if (traced.fate == Fate::taken) traced.value = value;
  return traced;
}

std::optional<CompiledText::Value> Tracing::value_of(const CompiledStatement& statement) {
  Subject& subject = judgement_.subject_;
  const CompiledText* text = std::get_if<CompiledText>(&statement.value);
  if (const auto* map = std::get_if<CompiledMap>(&statement.value)) {
    text = map->find(subject.value(map->from));
  }
  if (text == nullptr) return std::nullopt;
  return text->value(subject, rules_.vocabulary, arena_);
}

std::string Tracing::why_unstated(const CompiledStatement& statement) {
  Subject& subject = judgement_.subject_;
  const CompiledText* text = std::get_if<CompiledText>(&statement.value);
  if (const auto* map = std::get_if<CompiledMap>(&statement.value)) {
    const std::string_view key = subject.value(map->from);
    text = map->find(key);
    if (text == nullptr) {
      const std::string from = field_text(rules_.fields[map->from]);
      if (key.empty()) return from + " is missing, and the map has no else";
      return "the map has neither '" + std::string(key) + "' (" + from + ") nor else";
    }
  }
  return text->why_unstated(subject, rules_.fields, rules_.vocabulary, arena_);
}

/// What a profile's rule took, a rule of the second layer may have taken over.
void Tracing::find_overruled() {
  for (RuleTrace& trace : explanation_.rules) {
    for (TracedDecision& traced : trace.decisions) {
      if (traced.fate != Fate::taken) continue;
      const auto found = std::ranges::find_if(rules_.targets, [&](const TargetName& target) {
        return target.decision == traced.decision && target.name == traced.name;
      });
      const auto target = static_cast<Target>(found - rules_.targets.begin());
      set_author(traced, trace.rule, judgement_.taken_[target].rule);
    }
  }
}

void Tracing::settle(const Late& late) {
  auto& decisions = explanation_.rules[late.trace].decisions;
  if (late.rule->identity) {
    decisions.push_back(identity(*late.rule, explanation_.verdict));
  }
  if (late.rule->clears) decisions.push_back(clears(*late.rule, explanation_.verdict));
}

TracedDecision Tracing::identity(const CompiledRule& rule, const Verdict& verdict) {
  TracedDecision traced{
      .decision = Decision::identity, .name = {}, .value = rule.identity->text, .why = {}};
  const auto parts = read_identity(*rule.identity, judgement_.subject_, arena_);
  if (std::ranges::all_of(parts, is_missing)) {
    traced.fate = Fate::unstated;
    traced.why = "all of its fields are missing: " + missing_fields(parts);
  } else {
    set_author(traced, rule.number, author_of(verdict, Decision::identity));
  }
  return traced;
}

TracedDecision Tracing::clears(const CompiledRule& rule, const Verdict& verdict) {
  TracedDecision traced{
      .decision = Decision::clears, .name = {}, .value = rule.clears->text, .why = {}};
  const auto parts = read_identity(rule.clears->by, judgement_.subject_, arena_);
  if (verdict.alert.status != Status::resolved) {
    traced.fate = Fate::not_read;
    traced.why = "the alert fires: clears is read of resolved alerts only";
  } else if (std::ranges::any_of(parts, is_missing)) {
    traced.fate = Fate::unstated;
    traced.why = missing_fields(parts) + " is missing";
  } else {
    set_author(traced, rule.number, author_of(verdict, Decision::clears));
  }
  return traced;
}

}  // namespace deskd::rules

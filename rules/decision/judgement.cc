#include "rules/decision/judgement.h"

#include <algorithm>

#include "config/limits.h"
#include "rules/decision/arena_copy.h"
#include "rules/decision/identity.h"
#include "rules/utf8.h"

namespace deskd::rules {
namespace {

constexpr std::size_t usual_decisions = 8;  // of one rule
constexpr std::size_t usual_matches = 16;   // of one alert

bool is_missing(const IdentityPart& part) { return part.value.empty(); }

/// What people read where no rule and no sender gave a title.
std::string_view title_of(const Alert& alert, std::pmr::memory_resource& arena) {
  if (!alert.summary.empty()) return alert.summary;
  if (!alert.type.empty() && !alert.resource.empty()) {
    static constexpr std::string_view on = " on ";
    const auto text = make_in<char>(arena, alert.type.size() + on.size() + alert.resource.size());
    auto end = std::ranges::copy(alert.type, text.begin()).out;
    end = std::ranges::copy(on, end).out;
    std::ranges::copy(alert.resource, end);
    return {text.data(), text.size()};
  }
  for (const std::string_view text : {alert.type, alert.resource, alert.key, alert.source}) {
    if (!text.empty()) return text;
  }
  return "alert";
}

}  // namespace

Judgement::Judgement(const RuleSet::Compiled& rules, const Alert& alert,
                     std::pmr::memory_resource& arena, std::pmr::memory_resource& scratch)
    : rules_(rules),
      arena_(arena),
      scratch_(scratch),
      subject_(alert, rules.fields, scratch),
      taken_(rules.targets.size(), &scratch),
      made_(&scratch),
      matched_(&scratch),
      unstated_(&scratch),
      stated_(&scratch),
      identities_(&scratch),
      clears_(&scratch) {
  // Growing step by step would leave each step's memory behind in the scratch.
  made_.reserve(usual_decisions);
  matched_.reserve(usual_matches);
  stated_.reserve(rules.targets.size());
}

Verdict Judgement::run() {
  const auto end = static_cast<RuleNumber>(rules_.rules.size());
  candidates_.emplace(rules_.rules.size(), scratch_);
  rules_.index.look_up(subject_, *candidates_);
  read_layer(0, rules_.own_begin, false);
  read_layer(rules_.own_begin, end, true);
  return verdict();
}

void Judgement::read_layer(RuleNumber first, RuleNumber end, bool is_last) {
  const LayerBegin begin = begin_layer();
  for (RuleNumber number = candidates_->next(first); number < end;
       number = candidates_->next(number + 1)) {
    const CompiledRule& rule = rules_.rules[number];
    if (!rule.holds(subject_)) continue;
    apply(rule);
    if (layer_has_ended(is_last)) break;
  }
  end_layer(begin);
}

Judgement::LayerBegin Judgement::begin_layer() {
  ++layer_;
  return {static_cast<std::ptrdiff_t>(identities_.size()),
          static_cast<std::ptrdiff_t>(clears_.size())};
}

void Judgement::end_layer(const LayerBegin& begin) {
  std::rotate(identities_.begin(), identities_.begin() + begin.identities, identities_.end());
  std::rotate(clears_.begin(), clears_.begin() + begin.clears, clears_.end());
}

void Judgement::apply(const CompiledRule& rule) {
  matched_.push_back(rule.number);
  // All are made before the first is taken: templates of one rule see the alert as it was before.
  made_.clear();
  for (const CompiledStatement& statement : rule.statements) {
    if (!is_open(statement.target)) continue;
    const CompiledText* text = std::get_if<CompiledText>(&statement.value);
    if (const auto* map = std::get_if<CompiledMap>(&statement.value)) {
      text = map->find(subject_.value(map->from));
    }
    const auto value =
        text != nullptr ? text->value(subject_, rules_.vocabulary, arena_) : std::nullopt;
    if (value) {
      made_.push_back({statement.target, *value});
    } else {
      unstated_.push_back(rule.number);
    }
  }
  for (const Made& made : made_) take(made.target, rule.number, made.value);
  if (rule.identity) identities_.push_back(&rule);
  if (rule.clears) clears_.push_back(&rule);
  if (rule.drop && is_open(rules_.drop)) {
    const auto& reason = rule.drop->reason;
    take(rules_.drop, rule.number, {reason ? std::string_view(*reason) : "false", reason ? 1 : 0});
  }
  if (rule.stop && is_open(rules_.stop)) {
    take(rules_.stop, rule.number, {*rule.stop ? "true" : "false", *rule.stop ? 1 : 0});
  }
}

void Judgement::take(Target target, RuleNumber rule, CompiledText::Value value) {
  taken_[target] = {layer_, rule, value.number, value.text};
  const auto slot = rules_.targets[target].slot;
  if (!slot) return;
  subject_.set(*slot, value.text);
  if (candidates_) rules_.index.look_up(*slot, value.text, *candidates_);
}

bool Judgement::layer_has_ended(bool is_last) const {
  const auto says_yes = [&](Target target) {
    return taken_[target].layer == layer_ && taken_[target].number == 1;
  };
  return says_yes(rules_.stop) || (is_last && says_yes(rules_.drop));
}

Verdict Judgement::verdict() {
  Verdict verdict{.alert = subject_.alert()};
  fill_labels(verdict);
  for (Target target = 0; target < rules_.targets.size(); ++target) state(verdict, target);
  verdict.stated = copy_to<Stated>(arena_, stated_);
  verdict.matched = copy_to<RuleNumber>(arena_, matched_);
  verdict.unstated = copy_to<RuleNumber>(arena_, unstated_);
  return verdict;
}

void Judgement::state(Verdict& verdict, Target target) {
  const TargetName& name = rules_.targets[target];
  const Taken& taken = taken_[target];
  if (name.decision == Decision::identity) return decide_identity(verdict);
  if (name.decision == Decision::clears) return decide_clears(verdict);
  if (taken.layer > 0) {
    fill(verdict, name, taken);
    stated_.push_back({name.decision, taken.rule, name.name, taken.text});
  } else if (name.decision == Decision::priority) {
    state_priority(verdict);
  } else if (name.decision == Decision::title) {
    state_title(verdict);
  }
  if (name.decision == Decision::title) stated_.back().value = verdict.title;
}

void Judgement::state_priority(Verdict& verdict) {
  const PriorityMatrix& matrix = rules_.vocabulary.desk().priorities;
  verdict.priority = matrix.priority(verdict.impact, verdict.urgency);
  stated_.push_back({Decision::priority, no_rule, {}, matrix.levels[verdict.priority]});
}

void Judgement::state_title(Verdict& verdict) {
  verdict.title = cut_bytes(title_of(verdict.alert, arena_), limits::title_bytes_max);
  stated_.push_back({Decision::title, no_rule, {}, verdict.title});
}

void Judgement::fill(Verdict& verdict, const TargetName& target, const Taken& taken) {
  Alert& alert = verdict.alert;
  switch (target.decision) {
    case Decision::status:
      alert.status = static_cast<Status>(taken.number);
      break;
    case Decision::severity:
      alert.severity = static_cast<Severity>(taken.number);
      break;
    case Decision::type:
      alert.type = taken.text;
      break;
    case Decision::resource:
      alert.resource = taken.text;
      break;
    case Decision::qualifier:
      alert.qualifier = taken.text;
      break;
    case Decision::summary:
      alert.summary = taken.text;
      break;
    case Decision::key:
      alert.key = taken.text;
      break;
    case Decision::event_at:
      alert.event_at = Time{Duration{taken.number}};
      break;
    case Decision::klass:
      verdict.klass = taken.text;
      break;
    case Decision::impact:
      verdict.impact = static_cast<Level>(taken.number);
      break;
    case Decision::urgency:
      verdict.urgency = static_cast<Level>(taken.number);
      break;
    case Decision::priority:
      verdict.priority = static_cast<std::uint8_t>(taken.number);
      break;
    case Decision::queue:
      verdict.queue = static_cast<std::uint16_t>(taken.number);
      break;
    case Decision::title:
      verdict.title = cut_bytes(taken.text, limits::title_bytes_max);
      break;
    case Decision::runbook:
      verdict.runbook = taken.text;
      break;
    case Decision::drop:
      verdict.dropped = taken.number == 1;
      if (verdict.dropped) verdict.drop_reason = taken.text;
      break;
    case Decision::label:
    case Decision::annotation:
    case Decision::identity:
    case Decision::clears:
    case Decision::stop:
      break;
  }
}

void Judgement::fill_labels(Verdict& verdict) {
  verdict.alert.labels = with_set(verdict.alert.labels, Decision::label);
  verdict.alert.annotations = with_set(verdict.alert.annotations, Decision::annotation);
}

std::span<const Label> Judgement::with_set(std::span<const Label> decoded, Decision family) {
  // Targets are sorted by name within their family, as the decoded labels are.
  const auto targets = std::ranges::equal_range(rules_.targets, family, {}, &TargetName::decision);
  const auto first = static_cast<std::size_t>(targets.begin() - rules_.targets.begin());
  const std::span all_taken(taken_.data() + first, targets.size());
  const auto is_taken = [](const Taken& taken) { return taken.layer > 0; };
  const auto count = static_cast<std::size_t>(std::ranges::count_if(all_taken, is_taken));
  if (count == 0) return decoded;

  const std::span<Label> merged = make_in<Label>(arena_, decoded.size() + count);
  std::size_t size = 0;
  std::size_t next = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!is_taken(all_taken[i])) continue;
    const std::string_view name = targets[static_cast<std::ptrdiff_t>(i)].name;
    while (next < decoded.size() && decoded[next].name < name) merged[size++] = decoded[next++];
    if (next < decoded.size() && decoded[next].name == name) ++next;
    if (!all_taken[i].text.empty()) merged[size++] = {name, all_taken[i].text};
  }
  while (next < decoded.size()) merged[size++] = decoded[next++];
  return merged.first(size);
}

void Judgement::decide_identity(Verdict& verdict) {
  for (const CompiledRule* rule : identities_) {
    const auto parts = read_identity(*rule->identity, subject_, arena_);
    if (std::ranges::all_of(parts, is_missing)) {
      unstated_.push_back(rule->number);
      continue;
    }
    verdict.identity = parts;
    stated_.push_back({Decision::identity, rule->number, {}, rule->identity->text});
    return;
  }
  verdict.identity = default_identity(verdict.alert, arena_);
}

void Judgement::decide_clears(Verdict& verdict) {
  if (verdict.alert.status != Status::resolved) return;
  for (const CompiledRule* rule : clears_) {
    const CompiledClears& clears = *rule->clears;
    const auto by = read_identity(clears.by, subject_, arena_);
    if (std::ranges::any_of(by, is_missing)) {
      unstated_.push_back(rule->number);
      continue;
    }
    verdict.clears = Clears{clears.type_views, by, clears.from, rule->number};
    stated_.push_back({Decision::clears, rule->number, {}, clears.text});
    return;
  }
}

}  // namespace deskd::rules

#include "rules/decision/judgement.h"

#include <algorithm>
#include <type_traits>

#include "config/limits.h"
#include "rules/decision/arena_copy.h"
#include "rules/decision/identity.h"
#include "rules/utf8.h"

namespace deskd::rules {
namespace {

constexpr std::size_t usual_matches = 16;  // of one alert

/// Room for `count` of T that hold nothing yet.
template <typename T>
std::span<T> take_room(std::pmr::memory_resource& scratch, std::size_t count) {
  static_assert(std::is_trivially_copyable_v<T>);
  return {static_cast<T*>(scratch.allocate(count * sizeof(T), alignof(T))), count};
}

bool is_missing(const IdentityPart& part) { return part.value.empty(); }

/// What people read where no rule and no sender gave a title.
std::string_view title_of(const Alert& alert, std::pmr::memory_resource& arena) {
  if (!alert.summary.empty()) return alert.summary;
  if (!alert.type.empty() && !alert.resource.empty()) {
    static constexpr std::string_view on = " on ";
    const auto text = make_in<char>(arena, alert.type.size() + on.size() + alert.resource.size());
    char* end = text.data();
    for (const std::string_view part : {alert.type, on, alert.resource}) {
      end += part.copy(end, part.size());
    }
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
      taken_in_(take_room<std::uint8_t>(scratch, rules.targets.size())),
      taken_(take_room<Taken>(scratch, rules.targets.size())),
      made_(take_room<Made>(scratch, rules.statements_max)),
      stated_(take_room<Stated>(scratch, rules.targets.size())),
      matched_(&scratch),
      unstated_(&scratch),
      identities_(&scratch),
      clears_(&scratch) {
  std::ranges::fill(taken_in_, 0);
  // Growing step by step would leave each step's memory behind in the scratch.
  matched_.reserve(usual_matches);
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
  std::size_t made_count = 0;
  for (const CompiledStatement& statement : rule.statements) {
    if (!is_open(statement.target)) continue;
    const CompiledText* text = std::get_if<CompiledText>(&statement.value);
    if (const auto* map = std::get_if<CompiledMap>(&statement.value)) {
      text = map->find(subject_.value(map->from));
    }
    const auto value =
        text != nullptr ? text->value(subject_, rules_.vocabulary, arena_) : std::nullopt;
    if (value) {
      made_[made_count++] = {statement.target, *value};
    } else {
      unstated_.push_back(rule.number);
    }
  }
  for (const Made& made : made_.first(made_count)) take(made.target, rule.number, made.value);
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
  taken_in_[target] = layer_;
  taken_[target] = {rule, value};
  const auto slot = rules_.targets[target].slot;
  if (!slot) return;
  subject_.set(*slot, value.text);
  if (candidates_) rules_.index.look_up(*slot, value.text, *candidates_);
}

bool Judgement::layer_has_ended(bool is_last) const {
  const auto says_yes = [&](Target target) {
    return taken_in_[target] == layer_ && taken_[target].value.number == 1;
  };
  return says_yes(rules_.stop) || (is_last && says_yes(rules_.drop));
}

Verdict Judgement::verdict() {
  Verdict verdict{.alert = subject_.alert()};
  fill_labels(verdict);
  for (Target target = 0; target < rules_.targets.size(); ++target) state(verdict, target);
  verdict.stated = copy_to<Stated>(arena_, stated_.first(stated_count_));
  verdict.matched = copy_to<RuleNumber>(arena_, matched_);
  verdict.unstated = copy_to<RuleNumber>(arena_, unstated_);
  return verdict;
}

void Judgement::state(Verdict& verdict, Target target) {
  const TargetName& name = rules_.targets[target];
  const Taken& taken = taken_[target];
  if (name.decision == Decision::identity) return decide_identity(verdict);
  if (name.decision == Decision::clears) return decide_clears(verdict);
  if (is_taken(target)) {
    fill(verdict, name, taken);
    state({name.decision, taken.rule, name.name, taken.value.text});
  } else if (name.decision == Decision::priority) {
    state_priority(verdict);
  } else if (name.decision == Decision::title) {
    state_title(verdict);
  }
  if (name.decision == Decision::title) stated_[stated_count_ - 1].value = verdict.title;
}

void Judgement::state_priority(Verdict& verdict) {
  const PriorityMatrix& matrix = rules_.vocabulary.desk().priorities;
  verdict.priority = matrix.priority(verdict.impact, verdict.urgency);
  state({Decision::priority, no_rule, {}, matrix.levels[verdict.priority]});
}

void Judgement::state_title(Verdict& verdict) {
  verdict.title = cut_bytes(title_of(verdict.alert, arena_), limits::title_bytes_max);
  state({Decision::title, no_rule, {}, verdict.title});
}

void Judgement::fill(Verdict& verdict, const TargetName& target, const Taken& taken) {
  Alert& alert = verdict.alert;
  const auto& [text, number] = taken.value;
  switch (target.decision) {
    case Decision::status:
      alert.status = static_cast<Status>(number);
      break;
    case Decision::severity:
      alert.severity = static_cast<Severity>(number);
      break;
    case Decision::type:
      alert.type = text;
      break;
    case Decision::resource:
      alert.resource = text;
      break;
    case Decision::qualifier:
      alert.qualifier = text;
      break;
    case Decision::summary:
      alert.summary = text;
      break;
    case Decision::key:
      alert.key = text;
      break;
    case Decision::event_at:
      alert.event_at = Time{Duration{number}};
      break;
    case Decision::klass:
      verdict.klass = text;
      break;
    case Decision::impact:
      verdict.impact = static_cast<Level>(number);
      break;
    case Decision::urgency:
      verdict.urgency = static_cast<Level>(number);
      break;
    case Decision::priority:
      verdict.priority = static_cast<std::uint8_t>(number);
      break;
    case Decision::queue:
      verdict.queue = static_cast<std::uint16_t>(number);
      break;
    case Decision::title:
      verdict.title = cut_bytes(text, limits::title_bytes_max);
      break;
    case Decision::runbook:
      verdict.runbook = text;
      break;
    case Decision::drop:
      verdict.dropped = number == 1;
      if (verdict.dropped) verdict.drop_reason = text;
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
  verdict.alert.labels = with_set(verdict.alert.labels, rules_.labels);
  verdict.alert.annotations = with_set(verdict.alert.annotations, rules_.annotations);
}

std::span<const Label> Judgement::with_set(std::span<const Label> decoded,
                                           const TargetRange& targets) {
  const auto is_set = [](std::uint8_t layer) { return layer > 0; };
  const auto count = static_cast<std::size_t>(
      std::ranges::count_if(taken_in_.subspan(targets.first, targets.count), is_set));
  if (count == 0) return decoded;

  // Targets are sorted by name within their range, as the decoded labels are.
  const std::span<Label> merged = make_in<Label>(arena_, decoded.size() + count);
  std::size_t size = 0;
  std::size_t next = 0;
  for (Target target = targets.first; target < targets.first + targets.count; ++target) {
    if (!is_taken(target)) continue;
    const std::string_view name = rules_.targets[target].name;
    const std::string_view value = taken_[target].value.text;
    while (next < decoded.size() && decoded[next].name < name) merged[size++] = decoded[next++];
    if (next < decoded.size() && decoded[next].name == name) ++next;
    if (!value.empty()) merged[size++] = {name, value};
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
    state({Decision::identity, rule->number, {}, rule->identity->text});
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
    state({Decision::clears, rule->number, {}, clears.text});
    return;
  }
}

}  // namespace deskd::rules

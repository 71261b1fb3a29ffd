#include "rules/rule_set.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "config/limits.h"
#include "rules/decision/compiled_rules.h"

namespace deskd::rules {
namespace {

/// Rule names stand in every explanation and metric, so each is there once.
void check_names(const std::vector<Rule>& rules, config::Problems& problems) {
  std::map<std::string_view, const Rule*> seen;
  for (const Rule& rule : rules) {
    const auto [other, is_new] = seen.try_emplace(rule.name, &rule);
    if (is_new || rule.name.empty()) continue;
    const config::Place& place = other->second->place;
    problems.error(rule.place, "there is a rule named '" + rule.name +
                                   "' already: " + (place.file ? place.file->name : "") + ":" +
                                   std::to_string(place.line));
  }
}

void add_shape(const CompiledRule& rule, std::vector<ClearsShape>& shapes) {
  if (!rule.clears) return;
  const auto& by = rule.clears->by.fields;
  auto shape = std::ranges::find(shapes, by, &ClearsShape::by);
  if (shape == shapes.end()) shape = shapes.insert(shapes.end(), {by, {}});
  for (const std::string& type : rule.clears->types) {
    const auto place = std::ranges::lower_bound(shape->types, type);
    if (place == shape->types.end() || *place != type) shape->types.insert(place, type);
  }
}

}  // namespace

RuleSet::RuleSet(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
RuleSet::~RuleSet() = default;

std::shared_ptr<const RuleSet> RuleSet::compile(const std::vector<Rule>& rules, DeskWords desk,
                                                config::Problems& problems) {
  config::Problems found;
  check_names(rules, found);
  if (rules.size() > limits::rules_max) {
    found.error(rules[limits::rules_max].place,
                "more than " + std::to_string(limits::rules_max) + " rules");
  }

  auto compiled = std::make_unique<Compiled>(std::move(desk));
  FieldTable fields;
  const TargetTable targets(rules, fields);
  RuleCompiler compiler(fields, targets, compiled->vocabulary, found);
  for (const bool profile : {true, false}) {
    if (!profile) compiled->own_begin = static_cast<RuleNumber>(compiled->rules.size());
    for (const Rule& rule : rules) {
      if (rule.profile != profile) continue;
      const auto number = static_cast<RuleNumber>(compiled->names.size());
      compiled->names.push_back(
          {rule.name, rule.place.file ? rule.place.file->name : "", rule.place.line});
      compiled->rules.push_back(compiler.compile(rule, number));
      compiled->written.push_back(rule.when);
      add_shape(compiled->rules.back(), compiled->clears_shapes);
    }
  }
  compiled->targets = targets.names();
  compiled->drop = targets.target(Decision::drop);
  compiled->stop = targets.target(Decision::stop);
  compiled->labels = targets.range(Decision::label);
  compiled->annotations = targets.range(Decision::annotation);
  for (const CompiledRule& rule : compiled->rules) {
    compiled->statements_max = std::max(compiled->statements_max, rule.statements.size());
  }

  const bool failed = found.has_errors();
  problems.append(std::move(found));
  if (failed) return nullptr;
  compiled->index = RuleIndex(compiled->written, fields);
  compiled->fields = fields.fields();
  return std::shared_ptr<const RuleSet>(new RuleSet(std::move(compiled)));
}

const std::vector<RuleName>& RuleSet::names() const { return compiled_->names; }
const DeskWords& RuleSet::desk() const { return compiled_->vocabulary.desk(); }
const std::vector<ClearsShape>& RuleSet::clears_shapes() const { return compiled_->clears_shapes; }

}  // namespace deskd::rules

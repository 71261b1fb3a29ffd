#include "rules/decision/compiled_rule.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace deskd::rules {
namespace {

std::optional<FieldName> field_of(Decision decision, const std::string& name) {
  switch (decision) {
    case Decision::status:
      return FieldName{Field::status, {}};
    case Decision::severity:
      return FieldName{Field::severity, {}};
    case Decision::type:
      return FieldName{Field::type, {}};
    case Decision::resource:
      return FieldName{Field::resource, {}};
    case Decision::qualifier:
      return FieldName{Field::qualifier, {}};
    case Decision::summary:
      return FieldName{Field::summary, {}};
    case Decision::key:
      return FieldName{Field::key, {}};
    case Decision::label:
      return FieldName{Field::label, name};
    case Decision::annotation:
      return FieldName{Field::annotation, name};
    case Decision::klass:
      return FieldName{Field::klass, {}};
    case Decision::impact:
      return FieldName{Field::impact, {}};
    case Decision::urgency:
      return FieldName{Field::urgency, {}};
    case Decision::queue:
      return FieldName{Field::queue, {}};
    default:
      return std::nullopt;
  }
}

/// The rule's own condition comes last and says most.
std::optional<CompiledRule::Guard> guard_of(const CompiledRule& rule) {
  for (auto when = rule.when.rbegin(); when != rule.when.rend(); ++when) {
    for (const Equality& equality : (*when)->required()) {
      if (equality.literals.size() == 1) {
        return CompiledRule::Guard{equality.slot, equality.literals.front()};
      }
    }
  }
  return std::nullopt;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) {
    if (!all.empty()) all += ", ";
    all += text;
  }
  return all;
}

}  // namespace

TargetTable::TargetTable(std::span<const Rule> rules, FieldTable& fields) {
  std::set<std::pair<Decision, std::string>> wanted{
      {Decision::identity, {}}, {Decision::clears, {}}, {Decision::priority, {}},
      {Decision::title, {}},    {Decision::drop, {}},   {Decision::stop, {}}};
  for (const Rule& rule : rules) {
    for (const Statement& statement : rule.then.statements) {
      wanted.emplace(statement.decision, statement.name);
    }
  }
  for (const auto& [decision, name] : wanted) {
    const auto field = field_of(decision, name);
    names_.push_back(
        {decision, name, field ? std::optional<Slot>(fields.slot(*field)) : std::nullopt});
  }
}

Target TargetTable::target(Decision decision, std::string_view name) const {
  const auto found = std::ranges::lower_bound(
      names_, std::tuple(decision, name), {},
      [](const TargetName& t) { return std::tuple(t.decision, std::string_view(t.name)); });
  return static_cast<Target>(found - names_.begin());
}

TargetRange TargetTable::range(Decision decision) const {
  const auto found = std::ranges::equal_range(names_, decision, {}, &TargetName::decision);
  return {static_cast<Target>(found.begin() - names_.begin()), static_cast<Target>(found.size())};
}

CompiledText CompiledText::compile(Decision decision, const Text& text, FieldTable& fields,
                                   const Vocabulary& vocabulary, config::Problems& problems) {
  CompiledText compiled;
  compiled.decision_ = decision;
  compiled.text_ = Template::compile(text, fields, problems);
  compiled.is_literal_ = compiled.text_.literal() != nullptr;
  if (compiled.is_literal_) {
    compiled.number_ = vocabulary.check(decision, text, problems).value_or(0);
  }
  return compiled;
}

std::optional<CompiledText::Value> CompiledText::rendered(Subject& subject,
                                                          const Vocabulary& vocabulary,
                                                          std::pmr::memory_resource& arena) const {
  const auto text = text_.render(subject, arena);
  const auto number = text ? vocabulary.number_of(decision_, *text) : std::nullopt;
  if (!number) return std::nullopt;
  return Value{*text, *number};
}

const CompiledText* CompiledMap::find(std::string_view key) const {
  const auto found = std::ranges::lower_bound(
      entries, key, {}, [](const auto& entry) { return std::string_view(entry.first); });
  if (found != entries.end() && found->first == key) return &found->second;
  return otherwise ? &*otherwise : nullptr;
}

bool CompiledRule::holds_in_full(Subject& subject) const {
  return std::ranges::all_of(when, [&](const auto& part) { return part->holds(subject); });
}

CompiledRule RuleCompiler::compile(const Rule& rule, RuleNumber number) {
  CompiledRule compiled;
  compiled.number = number;
  compiled.drop = rule.then.drop;
  compiled.stop = rule.then.stop;
  for (const auto& when : rule.when) compiled.when.push_back(compile_when(when));
  compiled.guard = guard_of(compiled);
  compiled.guard_is_all =
      compiled.guard && compiled.when.size() == 1 && compiled.when.front()->is_one_equality();
  for (const Statement& statement : rule.then.statements) {
    compiled.statements.push_back(compile_statement(statement));
  }
  if (const auto& identity = rule.then.identity) {
    refuse_changeable(compiled, "identity", identity->place);
    compiled.identity = compile_fields(identity->fields);
  }
  if (const auto& clears = rule.then.clears) {
    refuse_changeable(compiled, "clears", clears->place);
    auto made = std::make_unique<CompiledClears>();
    made->types = clears->types;
    made->type_views.assign(made->types.begin(), made->types.end());
    made->by = std::move(*compile_fields(clears->by));
    made->from = clears->from;
    made->text = joined(made->types) + " by " + made->by.text;
    compiled.clears = std::move(made);
  }
  return compiled;
}

std::shared_ptr<const CompiledWhen> RuleCompiler::compile_when(
    const std::shared_ptr<const Condition>& when) {
  auto& compiled = compiled_whens_[when.get()];
  if (!compiled) {
    compiled = std::make_shared<const CompiledWhen>(
        CompiledWhen::compile(*when, fields_, vocabulary_.desk(), problems_));
  }
  return compiled;
}

CompiledStatement RuleCompiler::compile_statement(const Statement& statement) {
  CompiledStatement compiled{.target = targets_.target(statement.decision, statement.name)};
  if (const auto* map = std::get_if<ValueMap>(&statement.value)) {
    compiled.value = compile_map(statement.decision, *map);
  } else {
    compiled.value = CompiledText::compile(statement.decision, std::get<Text>(statement.value),
                                           fields_, vocabulary_, problems_);
  }
  return compiled;
}

CompiledMap RuleCompiler::compile_map(Decision decision, const ValueMap& map) {
  const auto compile_text = [&](const Text& text) {
    return CompiledText::compile(decision, text, fields_, vocabulary_, problems_);
  };
  CompiledMap compiled{.from = fields_.slot(map.field)};
  for (const auto& [key, value] : map.entries) {
    compiled.entries.emplace_back(key.text, compile_text(value));
  }
  std::ranges::sort(compiled.entries, {},
                    [](const auto& entry) -> const std::string& { return entry.first; });
  if (map.otherwise) compiled.otherwise = compile_text(*map.otherwise);
  return compiled;
}

std::unique_ptr<CompiledIdentity> RuleCompiler::compile_fields(
    const std::vector<FieldName>& fields) {
  auto compiled = std::make_unique<CompiledIdentity>();
  for (const FieldName& field : fields) {
    compiled->slots.push_back(fields_.slot(field));
    compiled->fields.push_back(field_text(field));
  }
  compiled->text = joined(compiled->fields);
  return compiled;
}

void RuleCompiler::refuse_changeable(const CompiledRule& rule, std::string_view decision,
                                     const config::Place& place) {
  for (const auto& when : rule.when) {
    const auto& test = when->changeable();
    if (!test) continue;
    problems_.error(place, "'" + std::string(decision) + "' in a rule that tests " + test->text +
                               " (line " + std::to_string(test->place.line) +
                               "): raise and clear could part");
    return;
  }
}

}  // namespace deskd::rules

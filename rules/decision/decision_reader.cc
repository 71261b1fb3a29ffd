#include "rules/decision/decision_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "rules/condition/condition_reader.h"

namespace deskd::rules {
namespace {

using config::MapReader;
using config::Node;
using config::Problems;

constexpr std::array<Decision, 8> settable{
    Decision::status,    Decision::severity, Decision::type, Decision::resource,
    Decision::qualifier, Decision::summary,  Decision::key,  Decision::event_at};
constexpr std::array<Decision, 7> texts{Decision::klass,    Decision::impact, Decision::urgency,
                                        Decision::priority, Decision::queue,  Decision::title,
                                        Decision::runbook};
constexpr std::array<std::string_view, 3> later_decisions{"group", "hold", "deliver"};

std::optional<Text> read_scalar(const Node& node, Problems& problems) {
  if (node.is_scalar()) return Text{node.text, node.place()};
  problems.error(node.place(), "expected a text, found " + std::string(kind_name(node)));
  return std::nullopt;
}

std::optional<ValueMap> read_value_map(const Node& node, Problems& problems) {
  MapReader reader(node, problems, "a value");
  const Node* from = reader.required("from");
  const Node* map = reader.required("map");
  const Node* otherwise = reader.optional("else");
  reader.finish();

  ValueMap values;
  bool readable = from != nullptr && map != nullptr;
  if (from != nullptr) {
    auto text = read_scalar(*from, problems);
    auto field = text ? read_field(text->text, text->place, problems) : std::nullopt;
    readable = readable && field;
    if (field) {
      values.from = *std::move(text);
      values.field = *std::move(field);
    }
  }
  if (map != nullptr && !map->is_map()) {
    problems.error(map->place(), "expected a map of values, found " + std::string(kind_name(*map)));
  } else if (map != nullptr) {
    for (const auto& [key, value] : map->entries) {
      if (auto text = read_scalar(value, problems)) {
        values.entries.emplace_back(Text{key.text, key.place()}, *std::move(text));
      }
    }
    if (map->entries.empty()) problems.error(map->place(), "an empty map of values");
  }
  if (otherwise != nullptr) values.otherwise = read_scalar(*otherwise, problems);
  if (!readable) return std::nullopt;
  return values;
}

std::optional<Statement> read_setting(const Node& key, const Node& value, Problems& problems) {
  Statement statement{.place = key.place()};
  const auto field = parse_field(key.text);
  const auto plain = std::ranges::find(settable, key.text, [](Decision d) { return name(d); });
  if (field && (field->field == Field::label || field->field == Field::annotation)) {
    statement.decision = field->field == Field::label ? Decision::label : Decision::annotation;
    statement.name = field->name;
  } else if (plain != settable.end()) {
    statement.decision = *plain;
  } else {
    std::vector<std::string_view> words{"labels.NAME", "annotations.NAME"};
    for (const Decision decision : settable) words.push_back(name(decision));
    problems.error(key.place(),
                   "'" + key.text + "' can't be set" + config::nearest_hint(key.text, words));
    return std::nullopt;
  }
  if (value.is_map()) {
    auto values = read_value_map(value, problems);
    if (!values) return std::nullopt;
    statement.value = *std::move(values);
  } else {
    auto text = read_scalar(value, problems);
    if (!text) return std::nullopt;
    statement.value = *std::move(text);
  }
  return statement;
}

void read_set(const Node& node, std::vector<Statement>& statements, Problems& problems) {
  if (!node.is_map()) {
    problems.error(node.place(),
                   "'set' takes a map of fields, found " + std::string(kind_name(node)));
    return;
  }
  for (const auto& [key, value] : node.entries) {
    if (auto setting = read_setting(key, value, problems)) {
      statements.push_back(*std::move(setting));
    }
  }
}

/// A list of fields of the alert, each once; one field may stand without its list.
std::vector<FieldName> read_fields(const Node& node, Problems& problems) {
  const std::span nodes = node.is_sequence() ? std::span(node.items) : std::span(&node, 1);
  std::vector<FieldName> fields;
  for (const Node& item : nodes) {
    const auto text = read_scalar(item, problems);
    if (!text) continue;
    auto field = read_field(text->text, text->place, problems);
    if (!field) continue;
    if (field->field >= Field::klass) {
      problems.error(text->place, "'" + text->text + "' is a decision, not a field of the alert");
    } else if (std::ranges::find(fields, *field) != fields.end()) {
      problems.error(text->place, "'" + text->text + "' stands in this list already");
    } else {
      fields.push_back(*std::move(field));
    }
  }
  if (nodes.empty()) problems.error(node.place(), "an empty list of fields");
  return fields;
}

IdentityStatement read_identity(const Node& key, const Node& node, Problems& problems) {
  IdentityStatement identity{key.place(), read_fields(node, problems)};
  for (const FieldName& field : identity.fields) {
    if (field.field != Field::status && field.field != Field::severity) continue;
    problems.error(node.place(), "an identity can't hold '" + field_text(field) +
                                     "': raise and clear would be two alarms");
  }
  return identity;
}

/// The types of a `clears`, each once.
std::vector<std::string> read_types(const Node& node, Problems& problems) {
  std::vector<std::string> types = read_texts(node, problems);
  for (const std::string& type : types) {
    if (type.find("{{") == std::string::npos) continue;
    problems.error(node.place(), "the types of 'clears' can't be templates");
  }
  if (!node.is_sequence()) return types;
  std::set<std::string_view> seen;
  for (const Node& item : node.items) {
    if (!item.is_scalar() || seen.insert(item.text).second) continue;
    problems.error(item.place(), "'" + item.text + "' stands in this list already");
  }
  return types;
}

ClearsStatement read_clears(const Node& key, const Node& node, Problems& problems) {
  static constexpr std::array<std::string_view, 3> from_words{"sender", "source", "any"};
  MapReader reader(node, problems, "'clears'");
  const Node* types = reader.required("type");
  const Node* by = reader.optional("by");
  const Node* from = reader.optional("from");
  reader.finish();

  ClearsStatement clears{.place = key.place()};
  if (types != nullptr) clears.types = read_types(*types, problems);
  clears.by = by != nullptr ? read_fields(*by, problems)
                            : std::vector<FieldName>{{Field::resource, {}}, {Field::qualifier, {}}};
  if (from != nullptr) {
    const auto word = read_one_of(*from, from_words, "what 'from' takes", problems);
    clears.from = static_cast<ClearsFrom>(word.value_or(0));
  }
  return clears;
}

std::optional<DropStatement> read_drop(const Node& key, const Node& node, Problems& problems) {
  if (!node.is_scalar()) {
    problems.error(node.place(),
                   "'drop' takes a reason or false, found " + std::string(kind_name(node)));
    return std::nullopt;
  }
  if (!node.quoted && node.text == "false") return DropStatement{key.place(), std::nullopt};
  if (node.text.empty() || (!node.quoted && node.text == "true")) {
    problems.error(node.place(), "'drop' needs a reason: what was dropped is shown with it");
    return std::nullopt;
  }
  if (node.text.find("{{") != std::string::npos) {
    problems.error(node.place(), "the reason of 'drop' can't be a template");
    return std::nullopt;
  }
  return DropStatement{key.place(), node.text};
}

}  // namespace

Decisions read_decisions(const Node& node, Problems& problems) {
  MapReader reader(node, problems, "'then'");
  Decisions decisions;
  // Problems and identities point at the key, which is in the map when its value was found.
  const auto key_of = [&](const Node* value) -> const Node& {
    return std::ranges::find(node.entries, value, [](const auto& entry) { return &entry.second; })
        ->first;
  };
  if (const Node* set = reader.optional("set")) read_set(*set, decisions.statements, problems);
  for (const Decision decision : texts) {
    const Node* value = reader.optional(name(decision));
    if (value == nullptr) continue;
    if (auto text = read_scalar(*value, problems)) {
      decisions.statements.push_back(
          {.decision = decision, .place = key_of(value).place(), .value = *std::move(text)});
    }
  }
  if (const Node* identity = reader.optional("identity")) {
    decisions.identity = read_identity(key_of(identity), *identity, problems);
  }
  if (const Node* clears = reader.optional("clears")) {
    decisions.clears = read_clears(key_of(clears), *clears, problems);
  }
  if (const Node* drop = reader.optional("drop")) {
    decisions.drop = read_drop(key_of(drop), *drop, problems);
  }
  if (const Node* stop = reader.optional("stop")) decisions.stop = read_bool(*stop, problems);
  for (const std::string_view word : later_decisions) reader.not_yet(word);
  for (const std::string_view word : reserved_words) reader.not_yet(word);
  reader.finish();
  if (node.is_map() && node.entries.empty()) {
    problems.error(node.place(), "'then' decides nothing");
  }
  return decisions;
}

}  // namespace deskd::rules

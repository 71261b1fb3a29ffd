#include "rules/rule_reader.h"

#include <algorithm>
#include <optional>

#include "rules/condition/condition_reader.h"
#include "rules/decision/decision_reader.h"
#include "rules/rule_test/test_reader.h"

namespace deskd::rules {
namespace {

using config::MapReader;
using config::Node;
using config::Problems;

constexpr std::size_t name_bytes_max = 128;  // it stands in metrics and in every explanation

void refuse_reserved(MapReader& reader) {
  for (const std::string_view word : reserved_words) reader.not_yet(word);
}

std::string read_name(const Node& node, Problems& problems) {
  const auto name = read_text(node, problems);
  if (!name) return {};
  const bool is_plain = std::ranges::all_of(
      *name, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7F; });
  if (name->size() > name_bytes_max || !is_plain) {
    problems.error(node.place(),
                   "a name is one line of at most " + std::to_string(name_bytes_max) + " bytes");
  }
  return *name;
}

Rule read_rule(const Node& node, Problems& problems) {
  MapReader reader(node, problems, "a rule");
  Rule rule{.place = node.place()};
  if (const Node* name = reader.required("name")) rule.name = read_name(*name, problems);
  if (const Node* why = reader.optional("why")) {
    rule.why = read_text(*why, problems).value_or("");
  }
  if (const Node* owner = reader.optional("owner")) {
    rule.owner = read_text(*owner, problems).value_or("");
  }
  if (const Node* when = reader.optional("when")) {
    if (auto condition = read_when(*when, problems)) {
      rule.when.push_back(std::make_shared<const Condition>(*std::move(condition)));
    }
  }
  if (const Node* then = reader.required("then")) rule.then = read_decisions(*then, problems);
  if (const Node* tests = reader.optional("tests")) rule.tests = read_tests(*tests, problems);
  refuse_reserved(reader);
  reader.finish();
  return rule;
}

std::vector<Rule> read_list(const Node& node, Problems& problems) {
  std::vector<Rule> rules;
  if (!node.is_sequence()) {
    problems.error(node.place(),
                   "'rules' takes a list of rules, found " + std::string(kind_name(node)));
    return rules;
  }
  if (node.items.empty()) problems.error(node.place(), "a rules file without a rule");
  for (const Node& item : node.items) rules.push_back(read_rule(item, problems));
  return rules;
}

}  // namespace

RulesFile read_rules(const Node& document, Problems& problems) {
  MapReader reader(document, problems, "a rules file");
  RulesFile file;
  if (const Node* profile = reader.optional("profile")) {
    file.profile = read_bool(*profile, problems).value_or(false);
  }
  std::shared_ptr<const Condition> shared_when;
  if (const Node* when = reader.optional("when")) {
    if (auto condition = read_when(*when, problems)) {
      shared_when = std::make_shared<const Condition>(*std::move(condition));
    }
  }
  if (const Node* rules = reader.required("rules")) file.rules = read_list(*rules, problems);
  reader.not_yet("tables");
  refuse_reserved(reader);
  reader.finish();

  for (Rule& rule : file.rules) {
    rule.profile = file.profile;
    if (shared_when) rule.when.insert(rule.when.begin(), shared_when);
  }
  return file;
}

void lint(const std::vector<Rule>& rules, Problems& problems) {
  for (const Rule& rule : rules) {
    if (rule.why.empty()) {
      problems.warning(rule.place, "rule '" + rule.name + "' does not say why it exists");
    }
    if (rule.owner.empty()) {
      problems.warning(rule.place, "rule '" + rule.name + "' has no owner");
    }
  }
}

}  // namespace deskd::rules

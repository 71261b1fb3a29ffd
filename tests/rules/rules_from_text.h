#pragma once
// Rules written in a test, and alerts to judge by them.

#include <algorithm>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/yaml.h"
#include "rules/rule_reader.h"
#include "rules/rule_set.h"
#include "rules/rule_test.h"

namespace deskd::rules::testing {

inline DeskWords test_desk() {
  DeskWords desk{.queues = {"noc-network", "noc-servers", "triage"}};
  desk.catch_all = 2;
  return desk;
}

/// Rules read and compiled, with all that was wrong.
struct Loaded {
  config::Problems problems;
  std::vector<Rule> rules;
  std::shared_ptr<const RuleSet> set;
};

struct RuleText {
  std::string name;
  std::string text;
};

inline Loaded load(const std::vector<RuleText>& files, DeskWords desk = test_desk()) {
  Loaded loaded;
  for (const auto& [name, text] : files) {
    const auto file = std::make_shared<const config::SourceFile>(config::SourceFile{name, text});
    const auto document = config::parse_yaml(file, loaded.problems);
    if (!document) continue;
    auto read = read_rules(*document, loaded.problems);
    for (Rule& rule : read.rules) loaded.rules.push_back(std::move(rule));
  }
  loaded.set = RuleSet::compile(loaded.rules, std::move(desk), loaded.problems);
  return loaded;
}

inline Loaded load(const std::string& text) { return load({{"test.yaml", text}}); }

/// An alert and the memory of its labels; a test names the fields it speaks of.
struct Sample {
  std::string_view source = "test";
  std::string_view sender;
  std::string_view key;
  Status status = Status::firing;
  Severity severity = Severity::unknown;
  std::string_view type;
  std::string_view resource;
  std::string_view qualifier;
  std::string_view summary;
  std::vector<Label> labels;
  std::vector<Label> annotations;

  Alert alert() {
    std::ranges::sort(labels, {}, &Label::name);
    std::ranges::sort(annotations, {}, &Label::name);
    const Time at = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};
    return {.source = source,
            .sender = sender,
            .key = key,
            .status = status,
            .severity = severity,
            .type = type,
            .resource = resource,
            .qualifier = qualifier,
            .summary = summary,
            .labels = labels,
            .annotations = annotations,
            .received_at = at,
            .event_at = at};
  }
};

/// Keeps what its verdicts point to.
class Judge {
 public:
  explicit Judge(const std::vector<RuleText>& files) : loaded_(load(files)) {}
  explicit Judge(const std::string& text) : loaded_(load(text)) {}

  std::string problems() const { return loaded_.problems.text(); }
  bool loaded() const { return loaded_.set != nullptr && !loaded_.problems.has_errors(); }

  Verdict operator()(Sample given) {
    kept_.push_back(std::make_unique<Sample>(std::move(given)));
    return loaded_.set->judge(kept_.back()->alert(), arena_);
  }

  /// The name of the rule that took the decision; "default" or "none".
  std::string author(const Verdict& verdict, Decision decision, std::string_view name = {}) const {
    const auto found = std::ranges::find_if(verdict.stated, [&](const Stated& stated) {
      return stated.decision == decision && stated.name == name;
    });
    if (found == verdict.stated.end()) return "none";
    return found->rule == no_rule ? "default" : loaded_.set->names()[found->rule].name;
  }

  std::vector<std::string> names(std::span<const RuleNumber> rules) const {
    std::vector<std::string> names;
    for (const RuleNumber rule : rules) names.push_back(loaded_.set->names()[rule].name);
    return names;
  }

  std::string queue(const Verdict& verdict) const {
    return verdict.queue == no_queue ? "none" : loaded_.set->desk().queues[verdict.queue];
  }

  std::string priority(const Verdict& verdict) const {
    return loaded_.set->desk().priorities.levels[verdict.priority];
  }

  const RuleSet& set() const { return *loaded_.set; }

 private:
  Loaded loaded_;
  std::pmr::monotonic_buffer_resource arena_;
  std::vector<std::unique_ptr<Sample>> kept_;
};

/// All of a verdict that rules decided, for comparing and for reading.
inline std::string verdict_text(const Verdict& verdict) {
  std::string text;
  for (const Stated& stated : verdict.stated) {
    text += fmt::format("{}.{}={} by {}\n", name(stated.decision), stated.name, stated.value,
                        stated.rule);
  }
  for (const IdentityPart& part : verdict.identity) {
    text += fmt::format("{}={};", part.field, part.value);
  }
  for (const Label& label : verdict.alert.labels) {
    text += fmt::format("{}={};", label.name, label.value);
  }
  text += fmt::format("{} {} {} matched", verdict.alert.type, name(verdict.alert.status),
                      verdict.dropped);
  for (const RuleNumber rule : verdict.matched) text += fmt::format(" {}", rule);
  text += " unstated";
  for (const RuleNumber rule : verdict.unstated) text += fmt::format(" {}", rule);
  return text;
}

using Names = std::vector<std::string>;

}  // namespace deskd::rules::testing

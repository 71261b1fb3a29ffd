#include "rules/rule_test/test_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "rules/rule_test/json_text.h"

namespace deskd::rules {
namespace {

using config::MapReader;
using config::Node;
using config::Problems;
using What = Expectation::What;

// The moment of receipt where a test names none.
constexpr Time default_at = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

std::string read_plain(const Node& node, Problems& problems) {
  if (node.is_scalar()) return node.text;
  problems.error(node.place(), "expected a text, found " + std::string(kind_name(node)));
  return {};
}

std::vector<std::pair<std::string, std::string>> read_labels(const Node& node, Problems& problems) {
  std::vector<std::pair<std::string, std::string>> labels;
  if (!node.is_map()) {
    problems.error(node.place(), "expected a map of texts, found " + std::string(kind_name(node)));
    return labels;
  }
  for (const auto& [key, value] : node.entries) {
    std::string text = read_plain(value, problems);
    if (!text.empty()) labels.emplace_back(key.text, std::move(text));
  }
  std::ranges::sort(labels);
  return labels;
}

Time read_at(const Node& node, Problems& problems) {
  const auto time = parse_rfc3339(read_plain(node, problems));
  if (time && is_known(*time)) return *time;
  problems.error(node.place(), "expected a time, as in 2026-11-22T08:00:00Z");
  return default_at;
}

void read_words(MapReader& reader, Given& given, Problems& problems) {
  static constexpr std::array<std::string_view, 2> statuses{name(Status::firing),
                                                            name(Status::resolved)};
  if (const Node* node = reader.optional("status")) {
    given.status =
        static_cast<Status>(read_one_of(*node, statuses, "a status", problems).value_or(0));
  }
  if (const Node* node = reader.optional("severity")) {
    given.severity = static_cast<Severity>(
        read_one_of(*node, severity_names, "a severity", problems).value_or(0));
  }
}

/// A body or a trap is read by a decoder, which fills all fields: none may stand beside it.
void refuse_beside(std::string_view whole, const Node& node, Problems& problems) {
  for (const auto& [key, value] : node.entries) {
    if (key.text == "source" || key.text == "at" || key.text == whole) continue;
    problems.error(key.place(), "'" + key.text + "' can't stand beside '" + std::string(whole) +
                                    "', which says it all");
  }
}

/// `3`, `up`, or with its type `{hex: 0a00}`.
std::optional<GivenTrap::Varbind> read_varbind(const Node& key, const Node& value,
                                               Problems& problems) {
  static constexpr std::array<std::string_view, 8> types{
      "integer", "unsigned", "counter64", "timeticks", "text", "hex", "oid", "address"};
  GivenTrap::Varbind varbind{.object = {key.text, key.place()}};
  const Node* written = &value;
  if (value.is_map()) {
    if (value.entries.size() != 1) {
      problems.error(value.place(), "a value has one type, as in {hex: 0a0b0c}");
      return std::nullopt;
    }
    const auto& [type, typed] = value.entries.front();
    const auto index = config::read_one_of(type, types, "a type of values", problems);
    if (!index) return std::nullopt;
    varbind.type = types[*index];
    written = &typed;
  }
  varbind.value = {read_plain(*written, problems), written->place()};
  varbind.quoted = written->quoted;
  return varbind;
}

GivenTrap read_trap(const Node& node, Problems& problems) {
  GivenTrap trap{.place = node.place()};
  MapReader reader(node, problems, "'trap'");
  if (const Node* oid = reader.required("oid"))
    trap.oid = {read_plain(*oid, problems), oid->place()};
  trap.from = {"192.0.2.1", node.place()};  // for documentation (RFC 5737)
  if (const Node* from = reader.optional("from")) {
    trap.from = {read_plain(*from, problems), from->place()};
  }
  if (const Node* varbinds = reader.optional("varbinds")) {
    if (!varbinds->is_map()) {
      problems.error(varbinds->place(), "expected a map of objects to values, found " +
                                            std::string(kind_name(*varbinds)));
    }
    for (const auto& [key, value] : varbinds->entries) {
      if (auto varbind = read_varbind(key, value, problems)) {
        trap.varbinds.push_back(*std::move(varbind));
      }
    }
  }
  reader.finish();
  return trap;
}

Given read_given(const Node& node, Problems& problems) {
  MapReader reader(node, problems, "'given'");
  Given given{.place = node.place(), .at = default_at};
  const std::array<std::pair<std::string_view, std::string*>, 7> texts{
      {{"source", &given.source},
       {"sender", &given.sender},
       {"key", &given.key},
       {"type", &given.type},
       {"resource", &given.resource},
       {"qualifier", &given.qualifier},
       {"summary", &given.summary}}};
  for (const auto& [key, text] : texts) {
    if (const Node* value = reader.optional(key)) *text = read_plain(*value, problems);
  }
  read_words(reader, given, problems);
  if (const Node* labels = reader.optional("labels")) {
    given.labels = read_labels(*labels, problems);
  }
  if (const Node* annotations = reader.optional("annotations")) {
    given.annotations = read_labels(*annotations, problems);
  }
  if (const Node* at = reader.optional("at")) given.at = read_at(*at, problems);
  if (const Node* body = reader.optional("body")) {
    given.body = Text{body->is_scalar() ? body->text : json_text(*body), body->place()};
    refuse_beside("body", node, problems);
    if (given.source.empty()) {
      problems.error(node.place(), "a body needs the 'source' that decodes it");
    }
  }
  if (const Node* trap = reader.optional("trap")) {
    given.trap = read_trap(*trap, problems);
    refuse_beside("trap", node, problems);
  }
  reader.finish();
  return given;
}

std::optional<std::string> read_expected(const Node& node, Problems& problems) {
  if (node.is_null()) return std::nullopt;
  return read_plain(node, problems);
}

void read_expected_list(const Node& node, Expectation& expectation, Problems& problems) {
  if (!node.is_sequence()) {
    problems.error(node.place(), "expected a list, found " + std::string(kind_name(node)));
    return;
  }
  for (const Node& item : node.items) {
    expectation.values.push_back(read_expected(item, problems));
  }
}

void read_expected_labels(const Node& node, std::vector<Expectation>& expectations,
                          Problems& problems) {
  if (!node.is_map()) {
    problems.error(node.place(), "expected a map of labels, found " + std::string(kind_name(node)));
    return;
  }
  for (const auto& [key, value] : node.entries) {
    expectations.push_back({.what = What::label,
                            .place = value.place(),
                            .name = key.text,
                            .values = {read_expected(value, problems)}});
  }
}

Expectation read_expected_drop(const Node& node, Problems& problems) {
  Expectation expectation{.what = What::drop, .place = node.place()};
  if (node.is_scalar() && !node.quoted && (node.text == "true" || node.text == "false")) {
    expectation.dropped = node.text == "true";
  } else {
    expectation.values.emplace_back(read_plain(node, problems));
  }
  return expectation;
}

std::vector<Expectation> read_expectations(const Node& node, Problems& problems) {
  static constexpr std::array<std::pair<std::string_view, What>, 9> texts{
      {{"queue", What::queue},
       {"class", What::klass},
       {"priority", What::priority},
       {"severity", What::severity},
       {"status", What::status},
       {"type", What::type},
       {"resource", What::resource},
       {"title", What::title},
       {"runbook", What::runbook}}};
  static constexpr std::array<std::pair<std::string_view, What>, 2> lists{
      {{"identity", What::identity}, {"rules", What::rules}}};

  MapReader reader(node, problems, "'expect'");
  std::vector<Expectation> expectations;
  for (const auto& [key, what] : texts) {
    if (const Node* value = reader.optional(key)) {
      expectations.push_back(
          {.what = what, .place = value->place(), .values = {read_expected(*value, problems)}});
    }
  }
  for (const auto& [key, what] : lists) {
    if (const Node* value = reader.optional(key)) {
      Expectation expectation{.what = what, .place = value->place()};
      read_expected_list(*value, expectation, problems);
      expectations.push_back(std::move(expectation));
    }
  }
  if (const Node* labels = reader.optional("labels")) {
    read_expected_labels(*labels, expectations, problems);
  }
  if (const Node* drop = reader.optional("drop")) {
    expectations.push_back(read_expected_drop(*drop, problems));
  }
  reader.not_yet("group");
  reader.finish();
  if (node.is_map() && node.entries.empty()) {
    problems.error(node.place(), "'expect' expects nothing");
  }
  return expectations;
}

std::optional<RuleTest> read_test(const Node& node, Problems& problems) {
  Problems found;
  RuleTest test{.place = node.place()};
  MapReader reader(node, found, "a test");
  if (const Node* given = reader.required("given")) test.given = read_given(*given, found);
  if (const Node* expect = reader.required("expect")) {
    test.for_each = expect->is_sequence();
    const std::span parts = test.for_each ? std::span(expect->items) : std::span(expect, 1);
    if (parts.empty()) found.error(expect->place(), "'expect' expects nothing");
    for (const Node& part : parts) test.expect.push_back(read_expectations(part, found));
  }
  reader.finish();
  const bool is_sound = !found.has_errors();
  problems.append(std::move(found));
  if (!is_sound) return std::nullopt;
  return test;
}

}  // namespace

std::vector<RuleTest> read_tests(const Node& node, Problems& problems) {
  std::vector<RuleTest> tests;
  if (!node.is_sequence()) {
    problems.error(node.place(),
                   "'tests' takes a list of tests, found " + std::string(kind_name(node)));
    return tests;
  }
  for (const Node& item : node.items) {
    if (auto test = read_test(item, problems)) tests.push_back(*std::move(test));
  }
  return tests;
}

}  // namespace deskd::rules

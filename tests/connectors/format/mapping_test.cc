#include "connectors/format/mapping.h"

#include <doctest/doctest.h>

#include <string>

#include "connectors/format/format.h"

using namespace deskd;

namespace {

/// The mistakes of a source's YAML, one headline a line; with `name` as its format.
std::string mistakes(std::string_view yaml, std::string_view name = "generic",
                     connectors::SourceKind kind = connectors::SourceKind::webhook) {
  config::Problems problems;
  const auto file = std::make_shared<const config::SourceFile>(
      config::SourceFile{"deskd.yaml", std::string(yaml)});
  const auto node = config::parse_yaml(file, problems);
  if (node) {
    config::MapReader reader(*node, problems, "a source");
    const auto format =
        connectors::make_format(name, {.kind = kind, .source = reader, .problems = problems});
    reader.finish();
    if (format == nullptr) CHECK(problems.has_errors());
  }
  std::string all;
  for (const auto& problem : problems.all()) all += config::headline(problem) + "\n";
  return all;
}

}  // namespace

TEST_CASE("mistakes of a mapping are told at their places") {
  struct Row {
    const char* name;
    const char* yaml;
    const char* expected;
  };
  const Row rows[] = {
      {"a pointer without slash", "mapping: {resource: host}",
       "deskd.yaml:1:21: error: 'host' is no JSON pointer: it begins with '/' (did you mean "
       "'/host'?)\n"},
      {"a bad escape, in a list", "mapping:\n  type: [/ok, /a~b]",
       "deskd.yaml:2:15: error: '/a~b' is no JSON pointer: '~' is written '~0', and '/' in a name "
       "'~1'\n"},
      {"an empty list", "mapping: {type: []}",
       "deskd.yaml:1:17: error: a JSON pointer such as /host, or a list of them, expected, not an "
       "empty list\n"},
      {"nothing", "mapping: {type: }",
       "deskd.yaml:1:11: error: a JSON pointer such as /host, or a list of them, expected, not "
       "nothing\n"},
      {"a map inside a list", "mapping: {type: [{const: x}]}",
       "deskd.yaml:1:18: error: a JSON pointer such as /host expected, not a map\n"},
      {"neither const nor at", "mapping: {type: {default: x}}",
       "deskd.yaml:1:11: error: either 'const' or 'at' must stand here\n"},
      {"both", "mapping: {type: {const: x, at: /x}}",
       "deskd.yaml:1:11: error: either 'const' or 'at' must stand here\n"},
      {"a constant with a map", "mapping: {type: {const: x, map: {a: b}}}",
       "deskd.yaml:1:11: error: a constant has no 'map' and no 'default'\n"},
      {"an empty map", "mapping: {type: {at: /x, map: {}}}",
       "deskd.yaml:1:26: error: a map of sent values to texts expected\n"},
      {"a status that is none", "mapping: {status: {const: fireing}}",
       "deskd.yaml:1:11: error: a status is firing or resolved, not 'fireing' (nearest: "
       "'firing')\n"},
      {"a map to a status that is none", "mapping: {status: {at: /s, map: {a: up}}}",
       "deskd.yaml:1:11: error: a status is firing or resolved, not 'up'\n"},
      {"a word in both lists", "mapping: {status: {at: /s, firing: [a, b], resolved: [b]}}",
       "deskd.yaml:1:54: error: 'b' stands in both lists\n"},
      {"each with ^", "mapping: {each: ^/x}",
       "deskd.yaml:1:17: error: 'each' starts at the root anyway: leave out the '^'\n"},
      {"labels as a list", "mapping: {labels: [/a]}",
       "deskd.yaml:1:19: error: a map of names to mapped values expected, not a list\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(mistakes(row.yaml) == row.expected);
  }
}

TEST_CASE("mistakes of what stands beside a Kafka message") {
  struct Row {
    const char* name;
    const char* yaml;
    const char* expected;
  };
  const Row rows[] = {
      {"an unknown field", "mapping: {type: {kafka: keys}}",
       "deskd.yaml:1:25: error: 'keys' is not a field of a Kafka message (nearest: 'key')\n"},
      {"a header without a name", "mapping: {type: {kafka: headers.}}",
       "deskd.yaml:1:25: error: 'headers.' is not a field of a Kafka message: one of key, topic, "
       "partition, offset, timestamp, headers.NAME\n"},
      {"no text", "mapping: {type: {kafka: [key]}}",
       "deskd.yaml:1:25: error: expected a field of a Kafka message, this is a list\n"},
      {"two places", "mapping: {type: {kafka: key, at: /x}}",
       "deskd.yaml:1:11: error: one of 'at', 'kafka' and 'const' must stand here\n"},
      {"in a list, and more", "mapping: {type: [/x, {kafka: key, default: y}]}",
       "deskd.yaml:1:35: error: unknown key 'default': a field of a Kafka message takes kafka\n"},
      {"each", "mapping: {each: {kafka: key}}",
       "deskd.yaml:1:11: error: 'each' is a list of the body: a JSON pointer\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(mistakes(row.yaml, "generic", connectors::SourceKind::kafka) == row.expected);
  }
  CHECK(mistakes("mapping: {type: [/x, {kafka: key}]}") ==
        "deskd.yaml:1:30: error: only the messages of a source of kind kafka have this\n");
}

TEST_CASE("all mistakes of a mapping are told at once, with the nearest known key") {
  const std::string text = mistakes(
      "mapping:\n  resourse: /host\n  type: check\n  status: {at: /s, firing: [1], resolvd: "
      "[0]}\n");
  CHECK(text.find("deskd.yaml:2:3: error: ") != std::string::npos);
  CHECK(text.find("'resource'") != std::string::npos);
  CHECK(text.find("did you mean '/check'") != std::string::npos);
  CHECK(text.find("deskd.yaml:4:33: error: ") != std::string::npos);
  CHECK(text.find("'resolved'") != std::string::npos);
}

TEST_CASE("a status with words needs to know where it stands") {
  const std::string text = mistakes("mapping: {status: {firing: [x]}}");
  CHECK(text.find("deskd.yaml:1:11: error: ") != std::string::npos);
  CHECK(text.find("'at'") != std::string::npos);
}

TEST_CASE("a key of another format is unknown") {
  CHECK(mistakes("mapping: {}", "alertmanager").find("'mapping'") != std::string::npos);
  CHECK(mistakes("ignore_labels: [x]", "generic").find("'ignore_labels'") != std::string::npos);
  CHECK(mistakes("ignore_labels: [x]", "alertmanager_api") == "");
}

TEST_CASE("an unknown format is told with the nearest name") {
  CHECK(mistakes("{}", "alertmanger") ==
        "deskd.yaml:1:1: error: there is no format 'alertmanger' (nearest: 'alertmanager')\n");
}

TEST_CASE("the mapping of a source that has none reads as YAML") {
  CHECK(connectors::default_mapping() != nullptr);
  CHECK(mistakes("mapping:\n  " + [] {
          std::string text(connectors::default_mapping_text());
          for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 3) {
            text.replace(at, 1, "\n  ");
          }
          return text;
        }()) == "");
}

#include "rules/field.h"

#include <doctest/doctest.h>

#include <array>

#include "rules/desk_words.h"
#include "rules/verdict.h"

using namespace deskd::rules;

TEST_CASE("a field's word and its text are the same") {
  for (const char* text : {"source", "sender", "status", "severity", "type", "resource",
                           "qualifier", "summary", "key", "class", "queue", "impact", "urgency",
                           "labels.site", "labels.app.kubernetes.io/name", "annotations.a b"}) {
    CAPTURE(text);
    const auto field = parse_field(text);
    REQUIRE(field);
    CHECK(field_text(*field) == text);
  }
}

TEST_CASE("everything after the first dot is a label's name") {
  CHECK(parse_field("labels.app.kubernetes.io/name")->name == "app.kubernetes.io/name");
  CHECK(parse_field("labels.labels.x")->name == "labels.x");
}

TEST_CASE("other words are no fields") {
  for (const char* text : {"", "labels", "labels.", "annotations.", "label.x", "Type", "title",
                           "labels.NAME ", "type.x"}) {
    CAPTURE(text);
    CHECK((!parse_field(text) || parse_field(text)->field == Field::label));
  }
  CHECK_FALSE(parse_field("priority"));
}

TEST_CASE("an alert's field is read by its name, and a missing one is empty") {
  const std::array<Label, 3> labels{{{"a", "1"}, {"b", "2"}, {"d", "4"}}};
  const Alert alert{.source = "s",
                    .status = Status::resolved,
                    .severity = Severity::major,
                    .type = "t",
                    .labels = labels,
                    .annotations = std::span(labels).first(1)};
  const auto value = [&](const char* text) { return value_of(alert, *parse_field(text)); };
  CHECK(value("source") == "s");
  CHECK(value("status") == "resolved");
  CHECK(value("severity") == "major");
  CHECK(value("type") == "t");
  CHECK(value("resource").empty());
  CHECK(value("labels.b") == "2");
  CHECK(value("labels.c").empty());
  CHECK(value("labels.e").empty());
  CHECK(value("annotations.a") == "1");
  CHECK(value("annotations.b").empty());
  CHECK(value("queue").empty());
}

TEST_CASE("decisions are named as they stand in YAML") {
  CHECK(name(Decision::klass) == "class");
  CHECK(name(Decision::label) == "labels");
  CHECK(name(Decision::event_at) == "event_at");
  CHECK(name(Decision::stop) == "stop");
  CHECK(name(Level::high) == "high");
  CHECK(name(Level::none).empty());
}

TEST_CASE("the matrix needs both impact and urgency") {
  const PriorityMatrix matrix;
  CHECK(matrix.priority(Level::high, Level::high) == 0);
  CHECK(matrix.priority(Level::high, Level::low) == 2);
  CHECK(matrix.priority(Level::low, Level::low) == 3);
  CHECK(matrix.priority(Level::medium, Level::high) == 1);
  CHECK(matrix.priority(Level::high, Level::none) == matrix.otherwise);
  CHECK(matrix.find("P3") == 2);
  CHECK_FALSE(matrix.find("P9"));
}

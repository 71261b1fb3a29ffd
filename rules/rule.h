#pragma once
// Rules as people wrote them: plain structs with places, checked for form but not yet compiled.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/place.h"
#include "rules/field.h"
#include "rules/severity.h"
#include "rules/time.h"
#include "rules/verdict.h"

namespace deskd::rules {

/// A text and where it stands.
struct Text {
  std::string text;
  config::Place place;
};

/// What a condition asks of one value: `{glob: "edge-*"}`, a scalar, a list.
struct Test {
  enum class Operator : std::uint8_t {
    equals,
    glob,
    prefix,
    suffix,
    matches,
    lt,
    le,
    gt,
    ge,
    under,
    cidr,
    exists,
    negation,
    any,
    all,
  };
  Operator op = Operator::equals;
  config::Place place;
  std::vector<Text> values;  // of equals to cidr: one of them must do
  bool exists = true;        // of exists
  std::vector<Test> tests;   // of negation (one), any and all
};

/// One entry of a `when` map, or a whole map (then it is an `all` of its entries).
struct Condition {
  enum class Kind : std::uint8_t { field, negation, any, all };
  Kind kind = Kind::all;
  config::Place place;
  FieldName field;  // of field
  Test test;        // of field
  std::vector<Condition> conditions;
};

/// `{from: labels.state, map: {up: resolved}, else: firing}`; the values may be templates.
struct ValueMap {
  Text from;
  FieldName field;
  std::vector<std::pair<Text, Text>> entries;
  std::optional<Text> otherwise;
};

/// One decision that is a text: a field of `set`, or `class`, `impact`, `urgency`, `priority`,
/// `queue`, `title`, `runbook`.
struct Statement {
  Decision decision = Decision::klass;
  std::string name;  // of a label or annotation
  config::Place place;
  std::variant<Text, ValueMap> value;  // a Text may be a template
};

struct IdentityStatement {
  config::Place place;
  std::vector<FieldName> fields;
};

struct ClearsStatement {
  config::Place place;
  std::vector<std::string> types;
  std::vector<FieldName> by;
  ClearsFrom from = ClearsFrom::sender;
};

struct DropStatement {
  config::Place place;
  std::optional<std::string> reason;  // none: `drop: false`, which protects
};

/// Everything under `then`.
struct Decisions {
  std::vector<Statement> statements;
  std::optional<IdentityStatement> identity;
  std::optional<ClearsStatement> clears;
  std::optional<DropStatement> drop;
  std::optional<bool> stop;
};

/// A trap as a test writes it: names or numbers, values as people read them.
struct GivenTrap {
  struct Varbind {
    Text object;  // `ifOperStatus.3`, `1.3.6.1.4.1.9.2.0`
    Text value;
    bool quoted = false;
    std::string type;  // `integer`, `hex` …; empty: what the object has, else what it looks like
  };
  config::Place place;
  Text oid;
  Text from;  // the sender's address
  std::vector<Varbind> varbinds;
};

/// What a test sends: the fields of one alert, or a body for the decoder of `source`, or a trap.
struct Given {
  config::Place place;
  std::string source, sender, key, type, resource, qualifier, summary;
  Status status = Status::firing;
  Severity severity = Severity::unknown;
  std::vector<std::pair<std::string, std::string>> labels;       // sorted by name
  std::vector<std::pair<std::string, std::string>> annotations;  // likewise
  std::optional<Text> body;
  std::optional<GivenTrap> trap;
  Time at;  // of receipt
};

/// One key of `expect`, and what must stand in the verdict.
struct Expectation {
  enum class What : std::uint8_t {
    queue,
    klass,
    priority,
    severity,
    status,
    type,
    resource,
    title,
    runbook,
    label,
    identity,
    drop,
    rules,
  };
  What what = What::queue;
  config::Place place;
  std::string name;                                // of a label
  std::vector<std::optional<std::string>> values;  // one; identity and rules: all; none is null
  std::optional<bool> dropped;                     // `drop: true` or `drop: false`
};

struct RuleTest {
  config::Place place;
  Given given;
  /// One list for each alert of the body; a test with one list looks at the first alert only.
  std::vector<std::vector<Expectation>> expect;
  bool for_each = false;  // `expect` was written as a list: there must be as many alerts
};

struct Rule {
  config::Place place;
  std::string name;
  std::string why;
  std::string owner;
  bool profile = false;
  /// All must hold: the file's condition, which its rules share, then the rule's own.
  std::vector<std::shared_ptr<const Condition>> when;
  Decisions then;
  std::vector<RuleTest> tests;
};

}  // namespace deskd::rules

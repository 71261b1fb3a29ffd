#pragma once
// A piece of YAML in a test, and what was said about it.

#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "config/yaml.h"

namespace deskd::test {

/// A parsed text and its problems. Movable nowhere: readers keep references into it.
struct YamlText {
  explicit YamlText(std::string text)
      : document(config::parse_yaml(std::make_shared<const config::SourceFile>(
                                        config::SourceFile{"test.yaml", std::move(text)}),
                                    problems)) {}
  YamlText(const YamlText&) = delete;
  YamlText& operator=(const YamlText&) = delete;

  const config::Node& root() const {
    REQUIRE(document.has_value());
    return *document;
  }
  /// The value of a key of the document's map.
  const config::Node& at(std::string_view key) const {
    const config::Node* value = root().find(key);
    REQUIRE(value != nullptr);
    return *value;
  }
  /// "2:5: message" for each problem in the order found, one a line.
  std::string said() const {
    std::string all;
    for (const config::Problem& problem : problems.all()) {
      all += std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column) +
             ": " + problem.message + "\n";
    }
    return all;
  }

  config::Problems problems;
  std::optional<config::Node> document;
};

}  // namespace deskd::test

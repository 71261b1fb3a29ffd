#pragma once
// Texts with `{{ FIELD | filter }}` in them, compiled at load.

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"
#include "rules/condition/subject.h"
#include "rules/rule.h"

namespace deskd::rules {

/// Immutable; any thread. A text without `{{` is a template too: it always renders to itself.
class Template {
 public:
  struct Filter {
    enum class Kind : std::uint8_t { lower, upper, otherwise, replace, truncate };
    Kind kind = Kind::lower;
    std::string first;  // of otherwise (the text), of replace (what)
    std::string second;
    std::size_t characters = 0;  // of truncate
  };
  /// A stretch of plain text, or a field and its filters.
  struct Part {
    std::string plain;
    std::optional<Slot> slot;
    std::vector<Filter> filters;
  };

  /// Reports each mistake at its column in the text where the file shows the text as it is; then
  /// the result is of no use.
  static Template compile(const Text& text, FieldTable& fields, config::Problems& problems);

  const std::vector<Part>& parts() const { return parts_; }
  /// The text when it holds no field at all.
  const std::string* literal() const;

  /// Nothing when a field is missing that has no default, or when the result is longer than
  /// limits::template_bytes_max. What must be put together lives in `arena`; else it is a view of
  /// the subject's value or of this template.
  std::optional<std::string_view> render(Subject& subject, std::pmr::memory_resource& arena) const;

 private:
  std::vector<Part> parts_;  // never empty
};

}  // namespace deskd::rules

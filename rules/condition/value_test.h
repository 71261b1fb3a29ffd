#pragma once
// One question about one value: equal, like a glob, greater …

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"
#include "rules/desk_words.h"
#include "rules/rule.h"

namespace deskd::rules {

/// Immutable; any thread. Linear in the value.
class ValueTest {
 public:
  virtual ~ValueTest() = default;
  /// `value` is empty when the field is missing: then only `exists: false` and negations hold.
  virtual bool holds(std::string_view value) const = 0;
  /// Of `not`, `any` and `all`: the tests that are put together, in the order of the file.
  virtual std::span<const std::unique_ptr<const ValueTest>> parts() const { return {}; }
};

/// The literals that a field of a closed vocabulary (status, severity, impact, urgency, queue)
/// can't have are problems, as are bad patterns and numbers. Never null.
std::unique_ptr<const ValueTest> compile_test(const Test& test, const FieldName& field,
                                              const DeskWords& desk, config::Problems& problems);

/// The values of an `equals` test, checked, sorted, each once.
std::vector<std::string> compile_literals(const Test& test, const FieldName& field,
                                          const DeskWords& desk, config::Problems& problems);

}  // namespace deskd::rules

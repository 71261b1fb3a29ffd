#pragma once
// Alertmanager's label matchers: `severity="critical"`, `instance=~"edge-.*"`.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rules/field.h"

namespace re2 {
class RE2;
}

namespace deskd::api {

/// Immutable; any thread. A label that is missing has the empty value, as with Alertmanager.
class Matcher {
 public:
  /// `NAME OP VALUE`, OP one of `=`, `!=`, `=~`, `!~`; the value bare or in double quotes. Regular
  /// expressions are RE2 and must match all of the value, of which they see
  /// limits::matched_bytes_max. Fails with a sentence.
  static std::expected<Matcher, std::string> parse(std::string_view text);
  /// `=~` for the given name.
  static std::expected<Matcher, std::string> whole(std::string name, std::string_view pattern);

  const std::string& name() const { return label_.name; }
  const rules::FieldName& label() const { return label_; }  // of that name
  bool matches(std::string_view value) const;
  /// The one value that it matches; nothing: it is not of `=`.
  std::optional<std::string_view> only_value() const;

 private:
  Matcher() = default;

  rules::FieldName label_{rules::Field::label, {}};
  std::string value_;
  std::shared_ptr<const re2::RE2> pattern_;  // of =~ and !~
  bool is_negated_ = false;
};

}  // namespace deskd::api

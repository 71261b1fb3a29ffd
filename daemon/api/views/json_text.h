#pragma once
// JSON written straight into a text: what a list shows of hundreds of entities needs no tree first.

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "rules/time.h"

namespace deskd::api {

/// Puts the commas; that names and values take turns in an object is the caller's part. Texts must
/// be UTF-8. One thread at a time.
class JsonText {
 public:
  /// What was written so far, which ends the writing.
  std::string take() { return std::move(out_); }

  /// `members()` writes them.
  template <class Members>
  void object(const Members& members) {
    nested('{', members, '}');
  }
  template <class Values>
  void array(const Values& values) {
    nested('[', values, ']');
  }

  /// Of the value that comes next.
  JsonText& key(std::string_view name) {
    text(name);
    out_ += ':';
    is_first_ = true;
    return *this;
  }

  void text(std::string_view value);
  void text_or_null(std::string_view value);  // null when empty
  void number(std::uint64_t value) {
    char digits[20];
    plain({digits, std::to_chars(digits, digits + sizeof digits, value).ptr});
  }
  void flag(bool value) { plain(value ? "true" : "false"); }
  void null() { plain("null"); }
  void time(rules::Time value);          // RFC 3339 in UTC; null when unknown
  void shown_id(std::uint64_t value);    // "0-4711"
  void id_or_null(std::uint64_t value);  // null when 0

 private:
  template <class Inside>
  void nested(char begin, const Inside& inside, char end) {
    separate();
    out_ += begin;
    is_first_ = true;
    inside();
    out_ += end;
    is_first_ = false;
  }
  void separate() {
    if (!is_first_) out_ += ',';
    is_first_ = false;
  }
  void plain(std::string_view value) {
    separate();
    out_ += value;
  }

  std::string out_;
  bool is_first_ = true;  // nothing stands before the next value that a comma must follow
};

}  // namespace deskd::api

#pragma once
// JSON written straight into a text: what a list shows of hundreds of entities needs no tree first.

#include <cstddef>
#include <cstdint>
#include <cstring>
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
  std::string take() {
    out_.resize(size_);
    return std::move(out_);
  }

  /// `members()` writes them.
  template <class Members>
  void object(const Members& members) {
    begin('{');
    members();
    end('}');
  }
  template <class Values>
  void array(const Values& values) {
    begin('[');
    values();
    end(']');
  }

  /// Of the value that comes next.
  JsonText& key(std::string_view name) {
    text(name);
    return colon();
  }
  /// One that stands in the program: it needs no looking through.
  template <std::size_t size>
  JsonText& key(const char (&name)[size]) {
    char* const place = room(size + 4);
    char* at = separate(place);
    *at++ = '"';
    std::memcpy(at, name, size - 1);
    at += size - 1;
    *at++ = '"';
    size_ += static_cast<std::size_t>(at - place);
    return colon();
  }

  void text(std::string_view value);
  void text_or_null(std::string_view value);  // null when empty
  void number(std::uint64_t value);
  void flag(bool value) { plain(value ? "true" : "false"); }
  void null() { plain("null"); }
  void time(rules::Time value);          // RFC 3339 in UTC; null when unknown
  void shown_id(std::uint64_t value);    // "0-4711"
  void id_or_null(std::uint64_t value);  // null when 0

 private:
  /// Where to write next; so many bytes may be written there, and are added to `size_` then. Asked
  /// for once for each value, since a list has many thousands of them.
  char* room(std::size_t bytes) {
    if (out_.size() - size_ < bytes) grow(bytes);
    return out_.data() + size_;
  }
  void grow(std::size_t bytes);
  char* separate(char* at) {
    if (!is_first_) *at++ = ',';
    is_first_ = false;
    return at;
  }
  void begin(char bracket) {
    char* const place = room(2);
    char* at = separate(place);
    *at++ = bracket;
    size_ += static_cast<std::size_t>(at - place);
    is_first_ = true;
  }
  void end(char bracket) {
    *room(1) = bracket;
    ++size_;
    is_first_ = false;
  }
  JsonText& colon() {
    *room(1) = ':';
    ++size_;
    is_first_ = true;
    return *this;
  }
  void plain(std::string_view value) {
    char* const place = room(value.size() + 1);
    char* at = separate(place);
    at += value.copy(at, value.size());
    size_ += static_cast<std::size_t>(at - place);
  }

  std::string out_;       // what was written, and room for more
  std::size_t size_ = 0;  // of what was written
  bool is_first_ = true;  // nothing stands before the next value that a comma must follow
};

}  // namespace deskd::api

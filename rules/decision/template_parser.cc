#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "config/limits.h"
#include "config/reader.h"
#include "rules/condition/condition_reader.h"
#include "rules/decision/template.h"

namespace deskd::rules {
namespace {

using Filter = Template::Filter;
using Part = Template::Part;

constexpr std::string_view opening = "{{";
constexpr std::string_view closing = "}}";

struct FilterForm {
  std::string_view word;
  Filter::Kind kind;
  std::size_t texts;  // arguments in quotes
};
constexpr std::array<FilterForm, 5> filter_forms{{{"lower", Filter::Kind::lower, 0},
                                                  {"upper", Filter::Kind::upper, 0},
                                                  {"default", Filter::Kind::otherwise, 1},
                                                  {"replace", Filter::Kind::replace, 2},
                                                  {"truncate", Filter::Kind::truncate, 0}}};

/// Where byte `offset` of a text stands, if its line shows the text as it is (no escapes, no block
/// scalar); else where the text begins.
config::Place place_inside(const Text& text, std::size_t offset) {
  config::Place place = text.place;
  if (!place.file || place.line == 0) return place;
  std::string_view line = config::line_text(*place.file, place.line);
  std::size_t begin = place.column - 1;
  if (begin < line.size() && (line[begin] == '"' || line[begin] == '\'')) ++begin;
  if (begin > line.size()) return place;
  line.remove_prefix(begin);
  if (!line.starts_with(std::string_view(text.text).substr(0, offset))) return place;
  place.column = static_cast<std::uint32_t>(begin + offset + 1);
  return place;
}

/// Reads one template from front to back; the first mistake ends the reading.
class TemplateParser {
 public:
  TemplateParser(const Text& text, FieldTable& fields, config::Problems& problems)
      : text_(text), all_(text.text), fields_(fields), problems_(problems) {}

  std::vector<Part> read() {
    std::vector<Part> parts;
    while (!failed_) {
      const auto begin = all_.find(opening, at_);
      const std::string_view plain = all_.substr(at_, begin - at_);
      if (!plain.empty()) parts.push_back({.plain = std::string(plain)});
      if (begin == std::string_view::npos) break;
      at_ = begin + opening.size();
      parts.push_back(read_field_part(begin));
    }
    if (parts.empty()) parts.emplace_back();
    return parts;
  }

 private:
  Part read_field_part(std::size_t begin) {
    Part part;
    if (all_.find(closing, at_) == std::string_view::npos) {
      fail(begin, "'{{' without '}}'");
      return part;
    }
    skip_spaces();
    part.slot = read_slot();
    while (!failed_ && take("|")) part.filters.push_back(read_filter());
    if (!failed_ && !take(closing)) fail(at_, "expected '|' or '}}'");
    return part;
  }

  /// A name may hold spaces and brackets; it ends at `|` or `}}`.
  Slot read_slot() {
    const std::size_t begin = at_;
    const std::size_t end = std::min(all_.find('|', at_), all_.find(closing, at_));
    std::string_view name = all_.substr(begin, end - begin);
    name = name.substr(0, name.find_last_not_of(' ') + 1);
    at_ = begin + name.size();
    skip_spaces();
    if (name.starts_with("tables.")) {
      fail(begin, "tables are not supported yet");
      return 0;
    }
    if (name.empty()) {
      fail(begin, "expected a field, as in {{ resource }}");
      return 0;
    }
    const auto field = parse_field(name);
    if (!field) {
      fail(begin, "unknown field '" + std::string(name) + "'" + field_hint(name));
      return 0;
    }
    return fields_.slot(*field);
  }

  Filter read_filter() {
    skip_spaces();
    const std::size_t begin = at_;
    while (at_ < all_.size() && (is_letter(all_[at_]) || all_[at_] == '_')) ++at_;
    const std::string_view word = all_.substr(begin, at_ - begin);
    skip_spaces();
    const auto form = std::ranges::find(filter_forms, word, &FilterForm::word);
    if (form == filter_forms.end()) {
      std::array<std::string_view, filter_forms.size()> words;
      std::ranges::transform(filter_forms, words.begin(), &FilterForm::word);
      fail(begin, "unknown filter '" + std::string(word) + "'" + config::nearest_hint(word, words));
      return {};
    }
    Filter filter{.kind = form->kind};
    if (form->kind == Filter::Kind::truncate) {
      expect("(");
      filter.characters = read_count();
      expect(")");
    } else if (form->texts > 0) {
      expect("(");
      filter.first = read_quoted();
      if (form->texts == 2) {
        expect(",");
        filter.second = read_quoted();
      }
      expect(")");
    }
    if (form->kind == Filter::Kind::replace && filter.first.empty()) {
      fail(begin, "'replace' needs a text to look for");
    }
    return filter;
  }

  std::size_t read_count() {
    const std::size_t begin = at_;
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(all_.data() + at_, all_.data() + all_.size(), count);
    at_ = static_cast<std::size_t>(end - all_.data());
    if (error != std::errc{} || count == 0 || count > limits::template_bytes_max) {
      fail(begin, "'truncate' takes a number of characters from 1 to " +
                      std::to_string(limits::template_bytes_max));
    }
    skip_spaces();
    return count;
  }

  std::string read_quoted() {
    if (failed_) return {};
    const char quote = at_ < all_.size() ? all_[at_] : ' ';
    if (quote != '"' && quote != '\'') {
      fail(at_, "expected a text in quotes");
      return {};
    }
    const auto end = all_.find(quote, at_ + 1);
    if (end == std::string_view::npos) {
      fail(at_, "a quote that is not closed");
      return {};
    }
    std::string text(all_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    skip_spaces();
    return text;
  }

  bool take(std::string_view token) {
    if (!all_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    if (token != closing) skip_spaces();
    return true;
  }

  void expect(std::string_view token) {
    if (!failed_ && !take(token)) fail(at_, "expected '" + std::string(token) + "'");
  }

  void skip_spaces() {
    while (at_ < all_.size() && all_[at_] == ' ') ++at_;
  }

  static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

  void fail(std::size_t offset, std::string message) {
    if (failed_) return;
    failed_ = true;
    problems_.error(place_inside(text_, offset), "in a template: " + std::move(message));
  }

  const Text& text_;
  std::string_view all_;
  FieldTable& fields_;
  config::Problems& problems_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

Template Template::compile(const Text& text, FieldTable& fields, config::Problems& problems) {
  Template compiled;
  compiled.parts_ = TemplateParser(text, fields, problems).read();
  return compiled;
}

}  // namespace deskd::rules

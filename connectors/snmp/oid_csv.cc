#include "connectors/snmp/oid_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "config/limits.h"
#include "config/reader.h"
#include "connectors/snmp/oid.h"

namespace deskd::connectors {
namespace {

using config::Place;
using config::Problems;

constexpr std::string_view header = "oid,module,name,kind,syntax,hint,refers,values";
enum Column : std::uint8_t { oid, module, name, kind, syntax, hint, refers, values, column_count };

constexpr std::array<std::string_view, 4> kind_names = {"node", "row", "object", "notification"};
// In the order of `Syntax`, without `none`.
constexpr std::array<std::string_view, 10> syntax_names = {
    "integer", "unsigned", "counter64", "timeticks",   "octets",
    "bits",    "oid",      "ipaddress", "inetaddress", "opaque"};

struct Field {
  std::string text;
  Place place;
};
using Fields = std::array<Field, column_count>;

/// A word of a field, taken off `rest`; `place` moves on with it.
std::string_view take_word(std::string_view& rest, Place& place) {
  const auto skip = [&](std::size_t count) {
    rest.remove_prefix(count);
    place.column += static_cast<std::uint32_t>(count);
  };
  skip(std::min(rest.find_first_not_of(' '), rest.size()));
  return rest.substr(0, std::min(rest.find(' '), rest.size()));
}

void drop_word(std::string_view word, std::string_view& rest, Place& place) {
  rest.remove_prefix(word.size());
  place.column += static_cast<std::uint32_t>(word.size());
}

class Reader {
 public:
  Reader(std::shared_ptr<const config::SourceFile> file, Problems& problems)
      : file_(std::move(file)), problems_(problems) {}

  std::vector<OidDefinition> run() {
    std::string_view rest = file_->text;
    while (!rest.empty()) {
      std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      ++line_;
      if (line.empty() || line.starts_with('#')) continue;
      if (!read_line(line)) break;
    }
    if (!has_header_)
      problems_.error({file_, 0, 0}, fmt::format("the line '{}' is missing", header));
    return std::move(definitions_);
  }

 private:
  /// False when there is no sense in reading on.
  bool read_line(std::string_view line) {
    if (!has_header_) {
      if (line != header) return false;
      has_header_ = true;
      return true;
    }
    const auto fields = split(line);
    if (!fields) return true;
    if (std::ranges::all_of(fields->begin(), fields->begin() + values,
                            [](const Field& field) { return field.text.empty(); })) {
      continue_values((*fields)[values]);
      return true;
    }
    is_above_bad_ = true;
    if (definitions_.size() == limits::oid_definitions_max) {
      problems_.error(at(1), fmt::format("more than {} definitions", limits::oid_definitions_max));
      return false;
    }
    if (auto definition = read_definition(*fields)) {
      definitions_.push_back(*std::move(definition));
      is_above_bad_ = false;
    }
    return true;
  }

  Place at(std::size_t column) const { return {file_, line_, static_cast<std::uint32_t>(column)}; }

  std::optional<Fields> split(std::string_view line) {
    Fields fields;
    std::string_view rest = line;
    for (std::size_t i = 0; i < column_count; ++i) {
      fields[i].place = at(line.size() - rest.size() + 1);
      if (!take_field(rest, fields[i])) return std::nullopt;
      const bool is_last = i + 1 == column_count;
      if (rest.empty() != is_last) {
        problems_.error(at(line.size() - rest.size() + 1),
                        fmt::format("{} columns expected: {}", +column_count, header));
        return std::nullopt;
      }
      if (!is_last) rest.remove_prefix(1);
    }
    return fields;
  }

  /// Takes a field off `rest`, which then is empty or begins with the comma behind it.
  bool take_field(std::string_view& rest, Field& field) {
    if (!rest.starts_with('"')) {
      const std::string_view text = rest.substr(0, rest.find(','));
      rest.remove_prefix(text.size());
      field.text = text;
      return true;
    }
    ++field.place.column;
    while (true) {
      rest.remove_prefix(1);
      const std::size_t end = rest.find('"');
      if (end == std::string_view::npos) {
        problems_.error(field.place, "a quote is not closed");
        return false;
      }
      field.text += rest.substr(0, end);
      rest.remove_prefix(end + 1);
      if (!rest.starts_with('"')) break;
      field.text += '"';
    }
    if (rest.empty() || rest.starts_with(',')) return true;
    problems_.error(field.place, "a comma must stand behind a closed quote");
    return false;
  }

  std::optional<OidDefinition> read_definition(const Fields& fields) {
    OidDefinition definition;
    definition.place = fields[oid].place;
    // All of them, so that every mistake of the line is found.
    bool is_good = read_oid(fields[oid], definition);
    is_good &= read_name(fields[module], definition.module);
    is_good &= read_name(fields[name], definition.name);
    is_good &= read_kind(fields[kind], definition);
    if (!is_good) return std::nullopt;
    is_good &= read_syntax(fields[syntax], definition);
    is_good &= read_refers(fields[refers], definition);
    is_good &= read_values(fields[values], definition);
    definition.hint = fields[hint].text;
    if (!is_good) return std::nullopt;
    return definition;
  }

  bool wrong(const Place& place, std::string message) {
    problems_.error(place, std::move(message));
    return false;
  }

  bool read_oid(const Field& field, OidDefinition& definition) {
    const auto parsed = Oid::parse(field.text);
    if (!parsed) return wrong(field.place, fmt::format("'{}' is no OID", field.text));
    const OidView view = *parsed;
    definition.oid.assign(view.begin(), view.end());
    return true;
  }

  bool read_name(const Field& field, std::string& into) {
    if (!is_oid_name(field.text)) {
      return wrong(field.place,
                   fmt::format("'{}' is no name of letters, digits and hyphens", field.text));
    }
    into = field.text;
    return true;
  }

  bool read_kind(const Field& field, OidDefinition& definition) {
    const auto found = std::ranges::find(kind_names, field.text);
    if (found == kind_names.end()) {
      return wrong(field.place,
                   fmt::format("'{}' is none of {}{}", field.text, fmt::join(kind_names, ", "),
                               config::nearest_hint(field.text, kind_names)));
    }
    definition.kind = static_cast<OidKind>(found - kind_names.begin());
    return true;
  }

  bool read_syntax(const Field& field, OidDefinition& definition) {
    if (definition.kind != OidKind::object) {
      return field.text.empty() || wrong(field.place, "only an object has a syntax");
    }
    std::string_view word = field.text;
    constexpr std::string_view sized = "octets(";
    if (word.starts_with(sized) && word.ends_with(')')) {
      const std::string_view size = word.substr(sized.size(), word.size() - sized.size() - 1);
      const auto [stop, error] =
          std::from_chars(size.data(), size.data() + size.size(), definition.fixed_size);
      if (error != std::errc{} || stop != size.data() + size.size() || definition.fixed_size == 0) {
        return wrong(field.place, fmt::format("'{}' is no size from 1 to 65535", size));
      }
      word = word.substr(0, sized.size() - 1);
    }
    const auto found = std::ranges::find(syntax_names, word);
    if (found == syntax_names.end()) {
      return wrong(field.place, fmt::format("'{}' is none of {}, octets(SIZE){}", word,
                                            fmt::join(syntax_names, ", "),
                                            config::nearest_hint(word, syntax_names)));
    }
    definition.syntax = static_cast<Syntax>(found - syntax_names.begin() + 1);
    return true;
  }

  bool read_refers(const Field& field, OidDefinition& definition) {
    std::string_view rest = field.text;
    Place place = field.place;
    bool implied = false;
    const bool is_row = definition.kind == OidKind::row;
    if (!rest.empty() && !is_row && definition.kind != OidKind::notification) {
      return wrong(place, "only rows and notifications refer to objects");
    }
    for (std::string_view word = take_word(rest, place); !word.empty();
         drop_word(word, rest, place), word = take_word(rest, place)) {
      if (is_row && word == "IMPLIED" && !implied) {
        implied = true;
        continue;
      }
      if (definition.refers.size() == limits::oid_references_max) {
        return wrong(place, fmt::format("more than {} objects", limits::oid_references_max));
      }
      OidReference reference{.module = "", .name = "", .implied = implied, .place = place};
      const std::size_t colons = word.find("::");
      if (colons != std::string_view::npos) reference.module = word.substr(0, colons);
      reference.name = colons == std::string_view::npos ? word : word.substr(colons + 2);
      if (!is_oid_name(reference.name) ||
          (colons != std::string_view::npos && !is_oid_name(reference.module))) {
        return wrong(place, fmt::format("'{}' is neither NAME nor MODULE::NAME", word));
      }
      definition.refers.push_back(std::move(reference));
      implied = false;
    }
    return !implied || wrong(place, "IMPLIED stands before the object that it is about");
  }

  bool read_values(const Field& field, OidDefinition& definition) {
    const bool has_values =
        definition.syntax == Syntax::integer || definition.syntax == Syntax::bits;
    if (!field.text.empty() && !has_values) {
      return wrong(field.place, "only integer and bits have values");
    }
    return add_values(field, definition);
  }

  void continue_values(const Field& field) {
    // What it belongs to has a mistake of its own, which is told already.
    if (is_above_bad_) return;
    if (definitions_.empty() || definitions_.back().values.empty() || field.text.empty()) {
      wrong(field.place, "a line without an OID only continues the values of the line above");
      return;
    }
    add_values(field, definitions_.back());
  }

  bool add_values(const Field& field, OidDefinition& definition) {
    std::string_view rest = field.text;
    Place place = field.place;
    for (std::string_view word = take_word(rest, place); !word.empty();
         drop_word(word, rest, place), word = take_word(rest, place)) {
      if (definition.values.size() == limits::oid_values_max) {
        return wrong(place, fmt::format("more than {} values", limits::oid_values_max));
      }
      NamedNumber value;
      const std::size_t sign = std::min(word.find('='), word.size());
      const std::string_view digits = word.substr(std::min(sign + 1, word.size()));
      const auto [stop, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), value.number);
      const bool is_number = error == std::errc{} && stop == digits.data() + digits.size();
      if (!is_oid_name(word.substr(0, sign)) || !is_number) {
        return wrong(place, fmt::format("'{}' is no NAME=NUMBER", word));
      }
      value.name = word.substr(0, sign);
      definition.values.push_back(std::move(value));
    }
    return true;
  }

  std::shared_ptr<const config::SourceFile> file_;
  Problems& problems_;
  std::vector<OidDefinition> definitions_;
  std::uint32_t line_ = 0;
  bool has_header_ = false;
  bool is_above_bad_ = false;  // the definition that values would continue has a mistake
};

/// A field, in quotes if it needs them.
void append_field(std::string_view text, std::string& out) {
  const bool is_quoted = text.find_first_of(",\"") != std::string_view::npos;
  if (is_quoted) out += '"';
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  if (is_quoted) out += '"';
  out += ',';
}

void append_syntax(const OidDefinition& definition, std::string& out) {
  if (definition.syntax == Syntax::none) return;
  out += syntax_names[static_cast<std::size_t>(definition.syntax) - 1];
  const bool is_sized = definition.syntax == Syntax::octets && definition.fixed_size > 0;
  if (is_sized) fmt::format_to(std::back_inserter(out), "({})", definition.fixed_size);
}

std::string references_of(const OidDefinition& definition) {
  std::string all;
  for (const OidReference& reference : definition.refers) {
    if (!all.empty()) all += ' ';
    if (reference.implied) all += "IMPLIED ";
    if (!reference.module.empty()) all.append(reference.module).append("::");
    all += reference.name;
  }
  return all;
}

void append_line(const OidDefinition& definition, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{},{},{},{},", fmt::join(definition.oid, "."),
                 definition.module, definition.name,
                 kind_names[static_cast<std::size_t>(definition.kind)]);
  append_syntax(definition, out);
  out += ',';
  append_field(definition.hint, out);
  append_field(references_of(definition), out);
  std::string_view gap = "";
  for (const NamedNumber& value : definition.values) {
    fmt::format_to(std::back_inserter(out), "{}{}={}", std::exchange(gap, " "), value.name,
                   value.number);
  }
  out += '\n';
}

}  // namespace

std::vector<OidDefinition> read_oid_csv(const std::shared_ptr<const config::SourceFile>& file,
                                        config::Problems& problems) {
  return Reader(file, problems).run();
}

std::string write_oid_csv(std::span<const OidDefinition> definitions) {
  std::string text(header);
  text += '\n';
  for (const OidDefinition& definition : definitions) append_line(definition, text);
  return text;
}

bool is_oid_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || text.size() > limits::oid_name_bytes_max || !is_letter(text.front())) {
    return false;
  }
  // SMI has no underscores (RFC 2578, section 3.1), many vendors do.
  return std::ranges::all_of(
      text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

}  // namespace deskd::connectors

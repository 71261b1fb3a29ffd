#include "connectors/snmp/mibs/reading/parser_log.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include "config/limits.h"
#include "connectors/snmp/mibs/take_until.h"

namespace deskd::connectors {
namespace {

std::uint32_t number_of(std::string_view digits) {
  std::uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// As `take_until`, with the last `mark`: in a message stand words of a module, which may look like
/// the end of one.
std::optional<std::string_view> take_until_last(std::string_view& text, std::string_view mark) {
  const std::size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view before = text.substr(0, at);
  text.remove_prefix(at + mark.size());
  return before;
}

/// `Cannot find module (X)` and `Bad parse of TRAP-TYPE` in words that say what to do.
std::string in_our_words(std::string_view message) {
  std::string_view rest = message;
  if (rest.starts_with("Cannot find module (") && rest.ends_with(')')) {
    rest.remove_prefix(std::string_view("Cannot find module (").size());
    rest.remove_suffix(1);
    return fmt::format("no file of the folders is the module '{}', which is imported here", rest);
  }
  if (rest.starts_with("Bad parse of ")) {
    return fmt::format("this is no {}: nothing of the module is used",
                       rest.substr(std::string_view("Bad parse of ").size()));
  }
  if (rest.starts_with("Warning: ")) rest.remove_prefix(std::string_view("Warning: ").size());
  return std::string(rest);
}

}  // namespace

void ParserLog::take(std::string_view line) {
  while (line.ends_with('\n')) line.remove_suffix(1);
  std::string_view rest = line;
  if (const auto message = take_until_last(rest, ": At line ")) {
    const auto number = take_until(rest, " in ");
    if (number) add(rest, number_of(*number), in_our_words(*message));
  } else if (rest.starts_with("Undefined identifier: ")) {
    take_until(rest, ": ");
    const auto name = take_until(rest, " near line ");
    const auto number = take_until(rest, " of ");
    if (name && number) {
      add(rest, number_of(*number), undefined(*name));
    }
  } else if (rest.starts_with("Did not find '")) {
    take_until(rest, "'");
    const auto name = take_until(rest, "' in module ");
    const auto module = take_until(rest, " (");
    // Of a module that is not there one line is enough, and that one has been written.
    if (!name || !module || module->starts_with('#')) return;
    if (rest.ends_with(')')) rest.remove_suffix(1);
    if (is_carried_path(rest)) return;
    add(rest, words_.find(std::string(rest), std::string(*name)),
        fmt::format("'{}' is imported, but not in the module '{}'", *name, *module));
  } else if (rest.starts_with("Cannot adopt OID in ")) {
    take_orphan(rest.substr(std::string_view("Cannot adopt OID in ").size()));
  } else if (rest.starts_with("Warning: Module ")) {
    rest.remove_prefix(std::string_view("Warning: Module ").size());
    const auto name = take_until(rest, " was in ");
    const auto earlier = take_until(rest, " now is ");
    if (name && earlier) {
      add(rest, 0,
          fmt::format("the module '{}' stands in {} too: this one is used", *name, *earlier));
    }
  }
}

void ParserLog::take_orphan(std::string_view rest) {
  const auto module = take_until(rest, ": ");
  const auto name = take_until(rest, " ::= { ");
  if (!module || !name || orphans_.size() == limits::mib_problems_max) return;
  orphans_.push_back(
      {std::string(*module), std::string(*name), std::string(rest.substr(0, rest.find(' ')))});
}

void ParserLog::add(std::string_view file, std::uint32_t line, std::string text) {
  if (is_carried_path(file) || problems_.size() == limits::mib_problems_max) return;
  problems_.push_back({std::string(file), line, std::move(text)});
}

std::string undefined(std::string_view name) {
  return fmt::format("'{}' is defined neither here nor in what the module imports", name);
}

bool is_carried_path(std::string_view path) { return path.starts_with("/proc/self/fd/"); }

}  // namespace deskd::connectors

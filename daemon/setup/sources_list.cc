#include "daemon/setup/sources_list.h"

#include <fmt/core.h>

#include "config/limits.h"
#include "connectors/format/format.h"
#include "daemon/setup/kafka_section.h"
#include "daemon/setup/snmp_section.h"
#include "daemon/setup/source_auth.h"
#include "daemon/setup/unique_names.h"

namespace deskd::daemon {

namespace {

using config::Node;
using connectors::Source;
using connectors::SourceKind;

constexpr std::string_view reserved_name = "deskd";

bool is_source_name(std::string_view name) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  return name.size() <= limits::name_bytes_max &&
         name.find_first_not_of(letters) == std::string_view::npos;
}

std::vector<std::pair<std::string, rules::Severity>> read_severities(const Node& node,
                                                                     config::Problems& problems) {
  std::vector<std::pair<std::string, rules::Severity>> words;
  if (!node.is_map()) {
    problems.error(node.place(), fmt::format("severity is a map of the sender's words, this is {}",
                                             config::kind_name(node)));
  }
  for (const auto& [word, meaning] : node.entries) {
    const auto index = config::read_one_of(meaning, rules::severity_names, "a severity", problems);
    if (index) words.emplace_back(word.text, static_cast<rules::Severity>(*index));
  }
  return words;
}

class SourceReader {
 public:
  SourceReader(const SourcesPlan& plan, config::Problems& problems)
      : plan_(plan), problems_(problems) {}

  std::optional<Source> read(const Node& node) {
    config::MapReader reader(node, problems_, "a source");
    Source source;
    const Node* name = reader.required("name");
    const bool is_named = name && read_name(*name, source);
    const Node* kind = reader.required("kind");
    // What other keys a source has depends on its kind, and then on its format.
    if (!kind || !read_kind(*kind, source) || !read_format(reader, *kind, source)) {
      return std::nullopt;
    }
    bool is_good = read_own(reader, source);
    read_common(reader, source);
    if (source.kind != SourceKind::snmp) {
      source.reader = connectors::make_format(
          source.format, {.kind = source.kind, .source = reader, .problems = problems_});
      is_good &= source.reader != nullptr;
    }
    reader.finish();
    if (!is_named || !is_good) return std::nullopt;
    return source;
  }

 private:
  bool read_name(const Node& node, Source& source) {
    auto name = config::read_text(node, problems_);
    if (!name) return false;
    if (!is_source_name(*name)) {
      problems_.error(node.place(), fmt::format("'{}' can't be the name of a source: small "
                                                "letters, digits, _ and -, at most {} of them",
                                                *name, limits::name_bytes_max));
      return false;
    }
    if (*name == reserved_name) {
      problems_.error(node.place(), "the name 'deskd' is reserved for what deskd itself reports");
      return false;
    }
    if (!names_.take(*name, node, "source", problems_)) return false;
    source.name = std::move(*name);
    return true;
  }

  bool read_kind(const Node& node, Source& source) {
    const auto index =
        config::read_one_of(node, connectors::source_kind_names, "a kind of source", problems_);
    if (!index) return false;
    source.kind = static_cast<SourceKind>(*index);
    if (source.kind != SourceKind::alertmanager_api) return true;
    if (api_line_) {
      problems_.error(node.place(), fmt::format("only one source can be the Alertmanager API, and "
                                                "the one in line {} is",
                                                *api_line_));
    }
    api_line_ = node.line;
    return true;
  }

  bool read_format(config::MapReader& reader, const Node& kind, Source& source) {
    if (source.kind == SourceKind::alertmanager_api) {
      source.format = kind.text;
      return true;
    }
    if (source.kind == SourceKind::snmp) return true;
    const Node* format = reader.required("format");
    if (!format) return false;
    const auto names = connectors::format_names();
    const auto index = config::read_one_of(*format, names, "a format", problems_);
    if (index) source.format = names[*index];
    return index.has_value();
  }

  /// What only sources of its kind have. False when there was a mistake in that.
  bool read_own(config::MapReader& reader, Source& source) {
    switch (source.kind) {
      case SourceKind::kafka:
        source.kafka = read_kafka(reader, plan_.folder, problems_);
        return source.kafka != nullptr;
      case SourceKind::snmp:
        source.snmp = read_snmp(reader, {plan_.folder, plan_.mibs, listeners_}, problems_);
        return source.snmp != nullptr;
      case SourceKind::webhook:
      case SourceKind::alertmanager_api:
        break;
    }
    read_auth_of(reader, source);
    return true;
  }

  void read_auth_of(config::MapReader& reader, Source& source) {
    if (const Node* auth = reader.optional("auth")) {
      source.auth = read_auth(*auth, plan_.folder, problems_);
    } else if (plan_.must_have_auth) {
      problems_.error(reader.node().place(),
                      fmt::format("source '{0}' needs 'auth', since http.listen lets other "
                                  "machines in: auth: {{token_file: {0}.token}}",
                                  source.name));
    }
  }

  void read_common(config::MapReader& reader, Source& source) {
    if (const Node* lane = reader.optional("lane")) {
      const auto bytes = config::read_bytes(*lane, problems_);
      if (bytes && (*bytes == 0 || *bytes > limits::lane_bytes_max)) {
        problems_.error(lane->place(), fmt::format("a lane holds 1B to {} GiB",
                                                   limits::lane_bytes_max / limits::GiB));
      } else if (bytes) {
        source.lane_bytes = *bytes;
      }
    }
    if (const Node* severity = reader.optional("severity")) {
      source.severity = rules::SeverityWords(read_severities(*severity, problems_));
    }
  }

  const SourcesPlan& plan_;
  config::Problems& problems_;
  UniqueNames names_;
  UniqueNames listeners_;  // for traps
  std::optional<std::uint32_t> api_line_;
};

}  // namespace

std::vector<Source> read_sources(const Node& list, const SourcesPlan& plan,
                                 config::Problems& problems) {
  std::vector<Source> sources;
  const auto items = config::read_list(list, "a list of sources", problems);
  if (items.size() > limits::sources_max) {
    problems.error(list.place(), fmt::format("more than {} sources", limits::sources_max));
    return sources;
  }
  SourceReader reader(plan, problems);
  for (const Node& item : items) {
    if (auto source = reader.read(item)) sources.push_back(std::move(*source));
  }
  return sources;
}

}  // namespace deskd::daemon

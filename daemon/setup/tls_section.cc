#include "daemon/setup/tls_section.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "config/limits.h"
#include "config/raw_file.h"
#include "rules/time.h"

namespace deskd::daemon {

namespace {

using config::Node;

constexpr auto renewal_due = std::chrono::hours{24 * 14};

/// A text in PEM form, and how people know it.
struct Pem {
  const Node* node = nullptr;
  std::string shown;  // the file, or the variable
  std::string text;
};

class TlsReader {
 public:
  TlsReader(const std::string& folder, config::Problems& problems)
      : folder_(folder), problems_(problems) {}

  /// `NAME_file` or `NAME_env`, one of which must stand in the map.
  std::optional<Pem> read(config::MapReader& reader, std::string_view name, bool is_secret) {
    const Node* file = reader.optional(fmt::format("{}_file", name));
    const Node* environment = reader.optional(fmt::format("{}_env", name));
    if (!reader.node().is_map()) return std::nullopt;
    if ((file != nullptr) == (environment != nullptr)) {
      problems_.error(reader.node().place(), fmt::format("tls needs '{0}_file'{1}'{0}_env'", name,
                                                         file ? ", or else " : " or "));
      return std::nullopt;
    }
    return file ? from_file(*file, is_secret) : from_environment(*environment);
  }

 private:
  std::optional<Pem> from_file(const Node& node, bool is_secret) {
    const auto name = config::read_text(node, problems_);
    if (!name) return std::nullopt;
    const std::string path = config::path_in(folder_, *name);
    auto file = config::read_raw_file(path, limits::pem_bytes_max);
    if (!file) {
      problems_.error(node.place(), fmt::format("{} {}", path, file.error()));
      return std::nullopt;
    }
    if (is_secret && file->others_may_read) {
      problems_.warning(node.place(), fmt::format("{} can be read by everybody: chmod o-r", path));
    }
    return Pem{&node, path, std::move(file->bytes)};
  }

  std::optional<Pem> from_environment(const Node& node) {
    const auto name = config::read_text(node, problems_);
    if (!name) return std::nullopt;
    const char* value = std::getenv(name->c_str());
    if (value && *value) return Pem{&node, "the environment variable " + *name, value};
    problems_.error(node.place(), fmt::format("the environment variable {} is {}", *name,
                                              value ? "empty" : "not set"));
    return std::nullopt;
  }

  const std::string& folder_;
  config::Problems& problems_;
};

// A certificate may be good until 9999, and our times end in 2262.
std::string shown_time(std::chrono::sys_seconds time) {
  constexpr std::chrono::sys_days end{std::chrono::year{2262} / 1 / 1};
  return rules::rfc3339(rules::Time(std::min<std::chrono::sys_seconds>(time, end)));
}

void check_validity(const config::TlsIdentity& identity, const Pem& certificate,
                    std::chrono::sys_seconds now, config::Problems& problems) {
  std::string what;
  if (now >= identity.not_after()) {
    what = fmt::format("ran out at {}", shown_time(identity.not_after()));
  } else if (now < identity.not_before()) {
    what = fmt::format("is not valid before {}", shown_time(identity.not_before()));
  } else if (now >= identity.not_after() - renewal_due) {
    what = fmt::format("runs out at {}", shown_time(identity.not_after()));
  } else {
    return;
  }
  problems.warning(certificate.node->place(), fmt::format("{} {}", certificate.shown, what));
}

}  // namespace

std::shared_ptr<const config::TlsIdentity> read_tls(const Node& node, const std::string& folder,
                                                    std::chrono::sys_seconds now,
                                                    config::Problems& problems) {
  config::MapReader reader(node, problems, "tls");
  TlsReader tls(folder, problems);
  const auto certificate = tls.read(reader, "certificate", false);
  const auto key = tls.read(reader, "key", true);
  reader.finish();
  if (!certificate || !key) return nullptr;
  auto identity = config::TlsIdentity::make(certificate->text, key->text);
  if (!identity) {
    const Pem& at_fault = identity.error().is_key ? *key : *certificate;
    problems.error(at_fault.node->place(),
                   fmt::format("{} {}", at_fault.shown, identity.error().reason));
    return nullptr;
  }
  check_validity(**identity, *certificate, now, problems);
  return std::move(*identity);
}

}  // namespace deskd::daemon

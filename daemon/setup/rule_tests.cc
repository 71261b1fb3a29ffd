#include "daemon/setup/rule_tests.h"

#include <map>
#include <memory>
#include <vector>

#include <fmt/core.h>

#include "connectors/batch.h"
#include "connectors/format/format.h"
#include "connectors/snmp/shipped_table.h"
#include "connectors/snmp/snmp_settings.h"
#include "connectors/snmp/trap_labels.h"
#include "daemon/setup/given_trap.h"

namespace deskd::daemon {

namespace {

using connectors::SourceKind;
using rules::Undecoded;

std::string in_words(const connectors::ElementError& error) {
  if (error.pointer.empty()) return error.detail;
  return fmt::format("{}: {}", error.pointer, error.detail);
}

/// Decodes as the sources do, and keeps the memory of all alerts until the last test has run.
class Decoder {
 public:
  explicit Decoder(const connectors::Judging& judging) : judging_(judging) {}

  std::expected<std::vector<rules::Alert>, Undecoded> decode(const rules::Given& given) {
    const connectors::Source* source = judging_.find(given.source);
    // A trap without a source is read by what deskd knows by itself.
    if (!source && (given.body || !given.source.empty())) {
      return undecoded(fmt::format("there is no source '{}'", given.source));
    }
    if (source && (source->kind == SourceKind::snmp) != given.trap.has_value()) {
      return undecoded(
          fmt::format("source '{}' is of kind {}", source->name,
                      connectors::source_kind_names[static_cast<std::size_t>(source->kind)]));
    }
    auto& batch = *batches_.emplace_back(
        std::make_unique<connectors::Batch>(given.body ? given.body->text : std::string()));
    batch.source = given.source;
    batch.received_at = given.at;
    return given.body ? decode_body(*source, batch) : decode_trap(source, *given.trap, batch);
  }

 private:
  static std::unexpected<Undecoded> undecoded(std::string why) {
    return std::unexpected(Undecoded{std::move(why), {}});
  }

  std::expected<std::vector<rules::Alert>, Undecoded> decode_body(const connectors::Source& source,
                                                                  connectors::Batch& batch) const {
    const auto decoded = connectors::decode(source, judging_, batch);
    if (decoded.fatal) return undecoded(in_words(*decoded.fatal));
    if (!decoded.errors.empty()) return undecoded(in_words(decoded.errors.front()));
    return batch.alerts;
  }

  std::expected<std::vector<rules::Alert>, Undecoded> decode_trap(const connectors::Source* source,
                                                                  const rules::GivenTrap& given,
                                                                  connectors::Batch& batch) {
    const auto table = source ? source->snmp->names : connectors::shipped_oid_table();
    const auto trap = traps_.try_emplace(table.get(), *table).first->second.make(given, batch);
    if (!trap) return std::unexpected(trap.error());
    rules::Alert alert = labels_.read(*trap, *table, batch).alert;
    alert.source = batch.source;
    alert.received_at = batch.received_at;
    alert.event_at = batch.received_at;
    return std::vector{alert};
  }

  const connectors::Judging& judging_;
  std::vector<std::unique_ptr<connectors::Batch>> batches_;
  std::map<const connectors::OidTable*, GivenTraps> traps_;  // by whose names they are written
  connectors::TrapLabels labels_;
};

}  // namespace

rules::TestReport run_rule_tests(const connectors::Judging& judging,
                                 std::span<const rules::Rule> rules, config::Problems& problems) {
  Decoder decoder(judging);
  const rules::DecodeGiven decode = [&decoder](const rules::Given& given) {
    return decoder.decode(given);
  };
  return rules::run_tests(*judging.rules, rules, decode, problems);
}

}  // namespace deskd::daemon

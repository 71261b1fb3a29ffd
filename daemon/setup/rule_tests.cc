#include "daemon/setup/rule_tests.h"

#include <memory>
#include <vector>

#include <fmt/core.h>

#include "connectors/batch.h"
#include "connectors/format/format.h"

namespace deskd::daemon {

namespace {

std::string in_words(const connectors::ElementError& error) {
  if (error.pointer.empty()) return error.detail;
  return fmt::format("{}: {}", error.pointer, error.detail);
}

/// Decodes as the sources do, and keeps the memory of all alerts until the last test has run.
class Decoder {
 public:
  explicit Decoder(const connectors::Judging& judging) : judging_(judging) {}

  std::expected<std::vector<rules::Alert>, std::string> decode(std::string_view source_name,
                                                               std::string_view body,
                                                               rules::Time at) {
    const connectors::Source* source = judging_.find(source_name);
    if (!source) return std::unexpected(fmt::format("there is no source '{}'", source_name));
    auto& batch = *batches_.emplace_back(std::make_unique<connectors::Batch>(std::string(body)));
    batch.source = source->name;
    batch.received_at = at;
    const auto decoded = connectors::decode(*source, judging_, batch);
    if (decoded.fatal) return std::unexpected(in_words(*decoded.fatal));
    if (!decoded.errors.empty()) return std::unexpected(in_words(decoded.errors.front()));
    return batch.alerts;
  }

 private:
  const connectors::Judging& judging_;
  std::vector<std::unique_ptr<connectors::Batch>> batches_;
};

}  // namespace

rules::TestReport run_rule_tests(const connectors::Judging& judging,
                                 std::span<const rules::Rule> rules, config::Problems& problems) {
  Decoder decoder(judging);
  const rules::DecodeBody decode = [&decoder](std::string_view source, std::string_view body,
                                              rules::Time at, std::pmr::memory_resource&) {
    return decoder.decode(source, body, at);
  };
  return rules::run_tests(*judging.rules, rules, decode, problems);
}

}  // namespace deskd::daemon

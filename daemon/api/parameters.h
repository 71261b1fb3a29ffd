#pragma once
// Strict reading of a query: every parameter is either asked for, or refused with the nearest known
// name.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/limits.h"
#include "connectors/webhook/http_message.h"
#include "rules/severity.h"
#include "rules/time.h"

namespace deskd::api {

/// What stands behind the path: names and values, decoded, in order.
using Query = std::vector<std::pair<std::string, std::string>>;

/// Reads the parameters of one request, or of what says the same, which must outlive it. Ask for
/// every known one, then for `fault`. The first mistake is kept; after one, every read gives
/// nothing.
///
///   Parameters parameters(request);
///   const auto queues = parameters.texts("queue");
///   if (auto fault = parameters.fault()) return respond(std::move(*fault));
class Parameters {
 public:
  explicit Parameters(const connectors::HttpRequest& request) : query_(request.query) {}
  explicit Parameters(const Query& query) : query_(query) {}

  std::optional<std::string> text(std::string_view name);  // at most once, not empty
  std::vector<std::string> texts(std::string_view name);   // given several times: one of them
  /// Each one of `words`.
  std::vector<std::string> words(std::string_view name, std::span<const std::string_view> words);
  std::optional<bool> flag(std::string_view name);  // true or false
  std::optional<rules::Time> time(std::string_view name);
  std::vector<rules::Severity> severities(std::string_view name);
  /// From 1 to limits::page_max; `otherwise` where it is missing.
  std::size_t limit(std::size_t otherwise = limits::page_default);
  std::optional<std::uint64_t> number(std::string_view name);
  /// All `PREFIX.NAME=VALUE` as (NAME, VALUE).
  std::vector<std::pair<std::string, std::string>> family(std::string_view prefix);
  /// A mistake that only the caller can see.
  void refuse(std::string_view name, std::string detail);

  /// One sentence that names the parameter; empty when all is well.
  const std::string& fault_text();
  /// The same as a 400.
  std::optional<connectors::HttpAnswer> fault();

 private:
  bool is_known(std::string_view name) const;

  const Query& query_;
  std::vector<std::string_view> known_;
  std::vector<std::string_view> prefixes_;
  std::string fault_;
};

}  // namespace deskd::api

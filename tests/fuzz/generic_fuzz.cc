// Hostile bodies through a mapping that uses all the grammar has, and through the one of sources
// that have none.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/decoded_body.h"

namespace {

constexpr std::string_view mapping = R"(mapping:
  each: [/checks, /items]
  resource: [/host, ^/host]
  type: {at: [/check, /n/0], map: {a: b}, default: other}
  qualifier: /disk
  key: /id
  status: {at: /state, firing: [bad, 1, true], resolved: [ok, 0, false], default: firing}
  severity: {at: /prio, map: {1: critical}, default: purple}
  summary: /text
  sender: ^/agent
  annotations: {url: /link, tool: {const: acme}, all: /notes}
  time: /at
  labels: {site: ^/site, all: /tags, nested: ^/tags, whole: '', dc: {at: /zone, default: none}}
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto mapped = deskd::tests::fuzzed_format("generic", mapping);
  static const auto plain = deskd::tests::fuzzed_format("generic");
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  deskd::tests::decode_and_check(*mapped, body);
  deskd::tests::decode_and_check(*plain, body);
  return 0;
}

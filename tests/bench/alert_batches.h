#pragma once
// What the benchmarks below a daemon share: the setup they run with, and the generators' alerts as
// bodies and as judged batches. One thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connectors/judged_batch.h"
#include "daemon/setup/setup.h"
#include "tests/bench/load/alert_corpus.h"

namespace deskd::bench {

constexpr std::size_t alerts_in_a_batch = 64;
constexpr rules::Time start{std::chrono::seconds{1'795'334'400}};  // 2026-11-22T08:00:00Z

/// The setup of a deskd.yaml (desk_under_load.py writes one). Ends the program, with what is wrong
/// on standard error, when there is none.
std::shared_ptr<daemon::Setup> setup_of(const char* config);
/// The same of the program's first argument, which it takes out of the list; `usage` is told where
/// it is missing.
std::shared_ptr<daemon::Setup> take_setup(int& argc, char** argv, const char* usage);

/// A body of Prometheus's API.
struct Body {
  std::string text;
  std::vector<AlertPlaces> alerts;
};

/// The alerts number `first` to `first` + 63 of the corpus, modulo `distinct`.
Body make_body(std::size_t first, std::size_t distinct);

/// A batch as a source makes it of `body`, not decoded yet.
std::unique_ptr<connectors::Batch> received(const std::shared_ptr<daemon::Setup>& setup,
                                            const connectors::Source& source, std::string body,
                                            rules::Time now);
/// A body of Prometheus's API, decoded and judged; its receipt settles for nobody.
std::unique_ptr<connectors::Batch> judged(const std::shared_ptr<daemon::Setup>& setup,
                                          std::string body, rules::Time now);

}  // namespace deskd::bench

#include "tests/bench/alert_batches.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "config/check.h"
#include "connectors/format/format.h"
#include "daemon/core/current_setup.h"

namespace deskd::bench {

std::shared_ptr<daemon::Setup> setup_of(const char* config) {
  config::Problems problems;
  std::shared_ptr<daemon::Setup> setup = daemon::load_setup(config, problems);
  if (setup) return setup;
  fmt::print(stderr, "{}", problems.text());
  std::exit(1);
}

std::shared_ptr<daemon::Setup> take_setup(int& argc, char** argv, const char* usage) {
  if (argc < 2 || argv[1][0] == '-') {
    fmt::print(stderr, "usage: {}\n", usage);
    std::exit(2);
  }
  const char* const config = argv[1];
  std::copy(argv + 2, argv + argc + 1, argv + 1);
  --argc;
  return setup_of(config);
}

Body make_body(std::size_t first, std::size_t distinct) {
  const AlertCorpus corpus(std::chrono::time_point_cast<std::chrono::milliseconds>(start));
  Body body;
  for (std::size_t i = 0; i < alerts_in_a_batch; ++i) {
    body.text += i == 0 ? '[' : ',';
    body.alerts.push_back(corpus.append(body.text, (first + i) % distinct));
  }
  body.text += ']';
  return body;
}

std::unique_ptr<connectors::Batch> received(const std::shared_ptr<daemon::Setup>& setup,
                                            const connectors::Source& source, std::string body,
                                            rules::Time now) {
  auto batch = std::make_unique<connectors::Batch>(std::move(body));
  batch->source = source.name;
  batch->setup = daemon::judging_of(setup);
  batch->received_at = now;
  return batch;
}

std::unique_ptr<connectors::Batch> judged(const std::shared_ptr<daemon::Setup>& setup,
                                          std::string body, rules::Time now) {
  const connectors::Source& source = *setup->judging.alertmanager_api();
  auto batch = received(setup, source, std::move(body), now);
  const auto decoded = connectors::decode(source, setup->judging, *batch);
  DESKD_CHECK(decoded.malformed == 0 && batch->alerts.size() == alerts_in_a_batch);
  connectors::judge(*batch);
  batch->receipt = connectors::Receipt([](connectors::Settlement) {});
  return batch;
}

}  // namespace deskd::bench

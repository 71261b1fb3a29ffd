#pragma once
// One scrape while it is put together: families of series, then text in the exposition format of
// Prometheus, version 0.0.4.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

namespace prometheus {
class Histogram;
}

namespace deskd::daemon {

/// Begin a family, then add its series. One thread. A family without series is left out.
class MetricsPage {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

  void counters(std::string_view name, std::string_view help);
  void gauges(std::string_view name, std::string_view help);
  void add(const Labels& labels, double value);
  void add(const Labels& labels, std::uint64_t value) { add(labels, static_cast<double>(value)); }
  /// A family of its own.
  void add(std::string_view name, std::string_view help, const prometheus::Histogram& histogram);

  std::string text();

 private:
  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace deskd::daemon

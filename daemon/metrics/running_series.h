#pragma once
// The series of sources that run by themselves.

#include <vector>

#include "daemon/metrics/metrics_page.h"
#include "daemon/running_sources.h"

namespace deskd::daemon {

void add_running(MetricsPage& page, const std::vector<RunningSourceView>& running);

}  // namespace deskd::daemon

#include "daemon/setup/desk_file.h"

#include <map>

#include <fmt/core.h>

#include "config/limits.h"
#include "daemon/setup/priority_matrix.h"
#include "daemon/setup/unique_names.h"

namespace deskd::daemon {

namespace {

/// Queue names stand in addresses (`/api/v1/queues/NAME`) and as labels of metrics.
bool is_queue_name(std::string_view name) {
  if (name.size() > limits::name_bytes_max) return false;
  return name.find_first_of("/?#\"\n\r\t") == std::string_view::npos;
}

class QueueReader {
 public:
  explicit QueueReader(config::Problems& problems) : problems_(problems) {}

  void read(const config::Node& node) {
    config::MapReader reader(node, problems_, "a queue");
    desk::Queue queue;
    if (const config::Node* name = reader.required("name")) read_name(*name, queue);
    if (const config::Node* team = reader.optional("team")) {
      queue.team = config::read_text(*team, problems_).value_or("");
    }
    if (const config::Node* tier = reader.optional("tier")) {
      queue.tier = static_cast<int>(config::read_whole(*tier, 0, 99, problems_).value_or(1));
    }
    if (const config::Node* catch_all = reader.optional("catch_all")) {
      read_catch_all(*catch_all, queue);
    }
    if (const config::Node* resolve = reader.optional("auto_resolve")) {
      constexpr std::array<std::string_view, 1> words{"all"};
      queue.resolves_in_progress =
          config::read_one_of(*resolve, words, "a way to resolve", problems_).has_value();
    }
    for (const char* later : {"calendar", "capacity", "skills", "escalate", "escalation"}) {
      reader.not_yet(later);
    }
    reader.finish();
    if (!queue.name.empty()) plan_.queues.push_back(std::move(queue));
  }

  /// `list` is where the queues stand, for what is missing among them.
  desk::DeskPlan finish(const config::Node& list) {
    if (!catch_all_line_ && list.is_sequence()) {
      problems_.error(list.place(), "one queue must be the catch-all: give it catch_all: true");
    }
    for (std::size_t i = 0; i < plan_.queues.size(); ++i) {
      if (plan_.queues[i].catch_all) plan_.catch_all = static_cast<std::uint16_t>(i);
    }
    return std::move(plan_);
  }

 private:
  void read_name(const config::Node& node, desk::Queue& queue) {
    auto name = config::read_text(node, problems_);
    if (!name) return;
    if (!is_queue_name(*name)) {
      problems_.error(node.place(),
                      fmt::format("'{}' can't be the name of a queue: at most {} bytes, without "
                                  "/ ? # \" and line ends",
                                  *name, limits::name_bytes_max));
      return;
    }
    if (!names_.take(*name, node, "queue", problems_)) return;
    queue.name = std::move(*name);
  }

  void read_catch_all(const config::Node& node, desk::Queue& queue) {
    queue.catch_all = config::read_bool(node, problems_).value_or(false);
    if (!queue.catch_all) return;
    if (catch_all_line_) {
      problems_.error(node.place(), fmt::format("only one queue can be the catch-all, and the one "
                                                "in line {} is",
                                                *catch_all_line_));
      queue.catch_all = false;
      return;
    }
    catch_all_line_ = node.line;
  }

  config::Problems& problems_;
  desk::DeskPlan plan_;
  UniqueNames names_;
  std::optional<std::uint32_t> catch_all_line_;
};

desk::DeskPlan read_queues(const config::Node& list, config::Problems& problems) {
  QueueReader reader(problems);
  const auto items = config::read_list(list, "a list of queues", problems);
  if (items.size() > limits::queues_max) {
    problems.error(list.place(), fmt::format("more than {} queues", limits::queues_max));
    return {};
  }
  for (const config::Node& item : items) reader.read(item);
  return reader.finish(list);
}

}  // namespace

desk::DeskPlan read_desk(const config::Node& document, config::Problems& problems) {
  config::MapReader reader(document, problems, "desk.yaml");
  desk::DeskPlan plan;
  if (const config::Node* queues = reader.required("queues")) plan = read_queues(*queues, problems);
  if (const config::Node* priority = reader.optional("priority")) {
    plan.priorities = read_priorities(*priority, problems);
  }
  reader.not_yet("calendars");
  reader.finish();
  return plan;
}

}  // namespace deskd::daemon

#include "daemon/desk/queue.h"

#include <algorithm>

namespace deskd::desk {

const Queue* DeskPlan::find(std::string_view name) const {
  const auto found = std::ranges::find(queues, name, &Queue::name);
  return found == queues.end() ? nullptr : &*found;
}

rules::DeskWords DeskPlan::words() const {
  rules::DeskWords words;
  words.queues.reserve(queues.size());
  for (const auto& queue : queues) words.queues.push_back(queue.name);
  words.catch_all = catch_all;
  words.priorities = priorities;
  return words;
}

}  // namespace deskd::desk

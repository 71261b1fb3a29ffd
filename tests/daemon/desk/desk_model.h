#pragma once
// What the contract says of incidents, written a second time and as plainly as possible: words for
// states, no indexes, no clocks, every question answered by looking at everything. Knows nothing of
// the desk but its arguments' types.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/desk/action.h"

namespace deskd::desk::test {

struct ModelIncident {
  std::string state = "new";
  std::string person, acked_by, queue, priority, impact, urgency, title, klass, runbook;
  std::set<std::string> pinned;
  bool by_hand = false;  // how it was resolved
  Time opened_at, resolved_at, quiet_since, until;
  std::set<AlarmId> firing;
};

/// What an alert is judged to be.
struct ModelVerdict {
  std::string priority, impact, urgency, queue;
};

/// Queues are network, servers (`auto_resolve: all`) and triage (the catch-all); levels P1 to P5.
class DeskModel {
 public:
  static constexpr auto close_after = std::chrono::hours{24 * 7};

  /// The word for the refusal, "" when it is done.
  std::string act(IncidentId incident, const Action& action, Time now);
  std::string raise(const NewIncident& wanted, Time now);
  /// The incident, 0 when none waits.
  IncidentId next(const std::string& queue, const std::string& person);

  void fire(AlarmId alarm, const ModelVerdict& verdict, Time now);
  void clear(AlarmId alarm, Time now);
  void pass(Time now);

  const std::vector<ModelIncident>& incidents() const { return incidents_; }
  /// The earliest time at which something happens by itself; unknown: never.
  Time next_deadline() const;

 private:
  std::string refusal(const ModelIncident& incident, const Action& action, Time now) const;
  static std::string bad_words(const Statement& statement);
  static void state(ModelIncident& incident, const Statement& statement);
  void carry_out(ModelIncident& incident, const Action& action, Time now);
  void raised(AlarmId alarm, const ModelVerdict& verdict, Time now);
  static Time closes_at(const ModelIncident& incident);

  std::vector<ModelIncident> incidents_;  // by id - 1
  std::map<AlarmId, IncidentId> owners_;
};

}  // namespace deskd::desk::test

#pragma once
// Carrying an action out: on one incident, on several, or on all of a list.

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "daemon/ctl/listing.h"
#include "daemon/ctl/session.h"

namespace deskd::ctl {

/// An action as the server takes it.
struct Act {
  std::string action;
  boost::json::object body;
};

/// One request; prints what the incident became. `if_version`: its version, or empty for any.
void act_on_one(Session& session, const std::string& id, const Act& act,
                const std::string& if_version);

/// As few requests as there can be. Prints a line for each incident that was acted on, and says
/// why the others were not; the exit code is that of the first of these. An id counts once.
void act_on_several(Session& session, std::vector<std::string> ids, const Act& act);

/// On all incidents that `filter` (parameters of the list) finds, as above. `is_agreed`: nobody
/// needs to be asked; otherwise asks on the terminal how it is meant, and ends as wrong usage where
/// there is none.
void act_on_all(Session& session, const Query& filter, const Act& act, bool is_agreed);

/// Parameters of a list as the filter of a body: a name with one value is a text, with several a
/// list.
boost::json::object as_filter(const Query& query);
/// Asks the person at the terminal.
bool is_confirmed(const std::string& question);

}  // namespace deskd::ctl

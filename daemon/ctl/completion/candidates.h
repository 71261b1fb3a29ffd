#pragma once
// What can follow on a command line: commands and options from its own definition, values by what
// they stand for.

#include <string>
#include <string_view>
#include <vector>

#include "daemon/ctl/completion/position.h"

namespace deskd::ctl::completion {

struct Candidate {
  std::string value;
  std::string description = {};  // may be empty
};

/// Values that only deskd knows, or the file system.
enum class Kind {
  none,
  files,
  incidents,
  alarms,
  queues,
  priorities,
  people,
  sources,
  rules,
  letters
};

/// What may stand at a position: `kind` besides `candidates`, which need no daemon.
struct Choice {
  std::vector<Candidate> candidates;
  Kind kind = Kind::none;
};

Choice choice_at(const Position& position);

/// The lines for the shells, VALUE TAB DESCRIPTION: those of `candidates` that begin with what is
/// written and were not given before, at most 500. Nothing in them can steer a terminal; a value
/// that would have to be changed for that is left out, since it would be another one.
std::string lines_of(const std::vector<Candidate>& candidates, const Position& position);

}  // namespace deskd::ctl::completion

#pragma once
// What `deskctl top` knows and shows: the last answers, what is selected, and what a key asks for.
// Plain data without terminal, clock and network; `frame` draws it.

#include <boost/json/value.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/ctl/top/keys.h"
#include "rules/time.h"

namespace deskd::ctl::top {

struct Queue {
  std::string name;
  std::vector<std::pair<std::string, std::uint64_t>> backlog;  // open ones, most urgent first
  std::uint64_t open = 0;
  std::uint64_t unacknowledged = 0;
  rules::Time oldest_at;
};

struct Source {
  std::string name;
  std::string state;
  std::string detail;  // what is wrong; empty: nothing is
  std::uint64_t received = 0;
  std::optional<double> alerts_per_second;  // not before the second look
  rules::Time last_alert_at;
};

struct Incident {
  std::string id, priority, state, severity, queue, person, title;
  bool acknowledged = false;
  std::uint64_t firing = 0;
  std::uint64_t alarms = 0;
  rules::Time opened_at;
};

/// Why a look came to nothing.
struct Trouble {
  std::string sentence;
  bool was_answered = false;  // by a refusal or a fault
};

enum class Sort { newest, most_urgent };

/// What is to be asked at every look.
struct Look {
  Sort sort = Sort::newest;
  std::string incident;  // whose page is shown; empty: none
  bool operator==(const Look&) const = default;
};

/// The answers of one look.
struct Reading {
  std::vector<Queue> queues;
  std::vector<Source> sources;
  std::vector<Incident> incidents;
  std::optional<boost::json::value> page;  // of the look's incident
  std::string page_fault;                  // why there is none
  std::string unconfirmed;                 // the ledger does not confirm it: why
};

/// Each from the list that the API gives; what has an unexpected shape is left empty. Sources in
/// trouble stand first.
std::vector<Queue> queues_of(const boost::json::value& list);
std::vector<Source> sources_of(const boost::json::value& list);
std::vector<Incident> incidents_of(const boost::json::value& list);

/// What a key asks deskd to do.
struct Action {
  enum class Kind { ack, take, next } kind = Kind::ack;
  std::string target;  // an incident's id; a queue's name
  bool operator==(const Action&) const = default;
};

enum class Shown { list, page, help };

struct State {
  std::string address;  // where deskd listens, as it is shown
  rules::Time now;

  // The last look that was answered, and why there was none since.
  Reading reading;
  rules::Time answered_at;
  std::optional<Trouble> trouble;

  // What people chose.
  Sort sort = Sort::newest;
  Shown shown = Shown::list;
  std::string incident;        // the selected one's id; empty: none is listed
  std::string queue;           // the selected one's name
  std::string shown_incident;  // whose page
  std::size_t scroll = 0;      // first line of the page

  // What came of the last key.
  std::string message;
  rules::Time message_at;

  Look look() const { return {sort, shown == Shown::page ? shown_incident : std::string{}}; }

  /// Takes over a look of `at`, or why there was none: what was known stays then. The
  /// rates are worked out against the reading before, unless deskd counts anew. What is selected
  /// stays selected; when it is gone, what took its place is.
  void take(std::expected<Reading, Trouble> reading, rules::Time at);
  void say(std::string_view text);
};

/// What a key wants of the one who runs the view.
struct Wish {
  bool quit = false;
  std::optional<Action> action;
};

/// Changes the state as the key says.
Wish press(State& state, const Key& key);

}  // namespace deskd::ctl::top

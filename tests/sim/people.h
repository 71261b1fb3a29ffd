#pragma once
// The people of the simulated world: several at once, each wanting something of the desk, and each
// repeating it until it is answered.

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/core/core.h"

namespace deskd::sim {

/// Outlives every process of the daemon. What somebody wants goes under a key that the core keeps
/// with its answer, so a repeat after a crash must do nothing twice.
class People {
 public:
  explicit People(std::mt19937_64& random) : random_(random) {}

  // In a turn.
  /// Somebody wants something new, or says again what was not answered.
  void do_something(daemon::Core& core);
  /// All say again what was not answered.
  void repeat_all(daemon::Core& core);

  // After the turn.
  void durable();   // what was done in it is on the disk
  void answered();  // and the answers reached people
  void unheard();   // the process died before they did

  /// Of these incidents somebody stated the priority in the turn under way.
  const std::set<desk::IncidentId>& stated() const { return stated_; }
  bool wait() const { return !waiting_.empty(); }
  /// Whatever was answered is there, and there once.
  void check_done(const daemon::Core& core) const;

 private:
  struct Wish {
    enum class Kind : std::uint8_t { act, raise, next, clear };
    std::string key;
    Kind kind = Kind::act;
    std::uint64_t id = 0;  // of the incident or alarm
    desk::Action action{};
    std::string queue{};
  };

  Wish new_wish(const daemon::Core& core);
  desk::Action any_action(const daemon::Core& core, const std::string& key);
  void say(daemon::Core& core, const Wish& wish);
  std::string fulfil(daemon::Core& core, const Wish& wish);
  std::string act(daemon::Core& core, const Wish& wish);
  std::string claim(daemon::Core& core, const Wish& wish);
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }

  std::mt19937_64& random_;
  std::uint64_t last_key_ = 0;
  std::map<std::string, Wish> waiting_;                         // by key, not answered yet
  std::map<std::string, std::string> durable_;                  // answers on the disk, by key
  std::set<std::string> notes_, raises_;                        // answered "done", by key
  std::vector<std::pair<std::string, std::string>> this_turn_;  // key and answer
  std::set<desk::IncidentId> stated_;
};

}  // namespace deskd::sim

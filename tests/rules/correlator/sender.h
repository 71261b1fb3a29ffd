#pragma once
// Drives a correlator in tests: alerts and verdicts by hand, signals and outcomes as text.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "rules/correlator.h"

namespace deskd::rules::test {

/// What a test says of one alert; the rest is filled in. Times are seconds after a fixed start.
struct Said {
  std::string_view sender;
  std::string_view key;
  Status status = Status::firing;
  Severity severity = Severity::major;
  std::string_view type = "linkDown";
  std::string_view resource = "edge-7";
  std::string_view qualifier;
  std::string_view summary;
  std::vector<Label> labels;
  double at = 0;       // receipt
  double event = -1;   // when it happened; below 0: as it is received
  double ends_at = 0;  // 0: unknown
  SourceNumber source = 1;
  SetupNumber setup = 1;
  std::vector<IdentityPart> identity;  // empty: resource, type, qualifier
  std::vector<std::string_view> clears;
  std::vector<std::string_view> by{"resource", "qualifier"};
  ClearsFrom from = ClearsFrom::sender;
  bool dropped = false;
};

Time at_second(double seconds);

/// One correlator and what it said so far.
class Sender {
 public:
  explicit Sender(CorrelatorTimes times = {}) : correlator(times) {}

  /// Applies it and gives the outcome's name; `signals` has what followed.
  std::string_view fire(Said said);
  std::string_view resolve(Said said);
  /// What `fire` or `resolve` would come to, by the status.
  Preview preview(const Said& said) const;
  /// Asks the memory for what these will need.
  std::vector<Fetched> fetch(const std::vector<Said>& all) const;
  /// Runs everything that is due.
  void expire(double at);
  void clear_by_hand(AlarmId alarm, double at);

  bool is_active(AlarmId alarm) const;
  Origin only_origin(AlarmId alarm) const;

  Correlator correlator;
  std::vector<std::string> signals;  // of the last call: "raised 1 major x1", "cleared 1 resolved"
  AlarmId alarm = 0;                 // of the last alert

 private:
  std::string_view apply(const Said& said);
  void show(const std::vector<Signal>& happened);
};

/// The whole state as text, for comparing two correlators.
std::string dump(const Correlator& correlator);

}  // namespace deskd::rules::test

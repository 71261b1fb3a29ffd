// In rounds over all alerts, each of which asks for what is named where the round before has asked:
// it is on its way while the other alerts have their turn.

#include "rules/fetching.h"

#include "rules/correlator/impl.h"

namespace deskd::rules {

namespace {

// What most folded texts and names take, with what stands in front of them.
constexpr std::size_t text_bytes = 96;
constexpr std::size_t name_bytes = 64;

}  // namespace

void Correlator::fetch(std::span<const Verdict> verdicts, std::vector<Fetched>& fetched) const {
  impl_->fetch(verdicts, fetched);
}

void Correlator::Impl::fetch(std::span<const Verdict> verdicts, std::vector<Fetched>& fetched) {
  guesses.clear();
  for (const Verdict& verdict : verdicts) {
    guesses.push_back({.alarm = alarms.guess(verdict.imprint)});
    if (guesses.back().alarm != nullptr) ask_for(*guesses.back().alarm);
  }
  fetched.assign(verdicts.size(), {});
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    auto& [alarm, origin, ends] = guesses[i];
    if (alarm == nullptr) continue;
    const bool fires = verdicts[i].alert.status == Status::firing;
    ends = !fires && alarm->active;
    fetched[i] = {alarm->id, fires != alarm->active};
    ask_for(alarm->text.place(), text_bytes);
    if (alarm->first_origin == 0) continue;
    origin = &origins.at(alarm->first_origin);
    ask_for(*origin);
    ask_for(silences.place(alarm->first_origin), 1);
  }
  for (const Guess& guess : guesses) {
    if (guess.origin != nullptr) ask_for(origins.names().place(guess.origin->name), 1);
  }
  for (const Guess& guess : guesses) {
    if (guess.origin == nullptr) continue;
    if (guess.ends) {
      ask_for(silences.entry(guess.origin->id), 1);
      ask_for(silences.entries_below(guess.origin->id),
              DeadlineHeap::below * sizeof(DeadlineHeap::Deadline));
    }
    ask_for(origins.names().texts_place(guess.origin->name), name_bytes);
  }
}

}  // namespace deskd::rules

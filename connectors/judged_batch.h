#pragma once
// What every source does with a batch between decoding it and offering it: judge its alerts, show
// what was malformed, and close the books on one that finds no room.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/batch.h"
#include "connectors/format/format.h"

namespace deskd::connectors {

/// Has all alerts of the batch judged by its setup and fills `verdicts`, imprints included. Returns
/// how many event times that rules had set were clamped to their alert's receipt + max_skew.
std::uint64_t judge(Batch& batch);

/// The malformed elements of `body`, a part of `batch.received()`, for the list of what was turned
/// away; where the body itself is bad, one entry for all of it.
std::vector<TurnedAway> malformed_entries(Batch& batch, const Decoded& decoded,
                                          std::string_view body);
/// "POINTER: DETAIL", for people.
std::string one_line(const ElementError& error);
/// The first bad element in one line; empty when there is none.
std::string first_error(const Decoded& decoded);

/// Shows people something that happened to alerts which are in the books already. A long `detail`
/// is cut.
void show_refusal(Accounts& accounts, const Batch& batch, std::string_view reason,
                  std::string_view detail);

/// The batch was not admitted to its lane, or not taken from it: its alerts count as refused,
/// people can see `why`, and the receipt settles as full, so that the sender comes again.
void refuse_without_room(Batch& batch, Accounts& accounts,
                         std::string_view why = "the lane is full, or nothing is taken in now");

}  // namespace deskd::connectors

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

/// Has the alerts of the batch that have no verdict yet judged by its setup, imprints included.
/// Returns how many event times that rules had set were clamped to their alert's receipt +
/// max_skew.
std::uint64_t judge(Batch& batch);
/// The same for the one message that `decoded` tells of, and adds to its clamped event times. Where
/// that states more than limits::batch_text_bytes_max together with what rules say of it, all of it
/// is taken out again, and it counts as one that can't be read.
void judge(Batch& batch, Decoded& decoded);

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

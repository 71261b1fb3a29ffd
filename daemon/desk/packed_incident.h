#pragma once
// The head of an incident as bytes: how the many stand in memory that nothing happens to just now.

#include <string>
#include <string_view>

#include "daemon/desk/incident.h"
#include "daemon/desk/shared_texts.h"

namespace deskd::desk {

/// Appends `incident` to `out`, some 60 bytes: what many incidents have in common goes into
/// `texts`, and what most never have takes one byte.
void pack(const Incident& incident, SharedTexts& texts, std::string& out);

/// Overwrites all of `incident` with what `pack` wrote, using its memory again.
void unpack(std::string_view packed, const SharedTexts& texts, Incident& incident);

/// Gives back the texts that are in use by `packed`, which is not to be read again.
void release(std::string_view packed, SharedTexts& texts);

/// Of the incident in `packed`, at the cost of one number.
Time opened_at(std::string_view packed);
Time updated_at(std::string_view packed);

}  // namespace deskd::desk

#pragma once
// Dead letters: which of them a question asks for, copies of them, and how they look.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "daemon/api/views/search.h"
#include "daemon/api/views/views.h"

namespace deskd::api {

/// All that is stated must hold; of a list one must.
struct LetterSearch {
  std::vector<std::string> sources, topics;
  std::optional<std::uint64_t> partition;
  PageOrder order;
};

/// A letter with its source's name.
struct LetterView {
  std::string source;
  ledger::DeadLetter letter;  // in a list without its value
};

/// Those that something is to be done with, in the order of the search.
struct PickedLetters {
  std::vector<std::uint64_t> ids;
  std::optional<std::string> next;  // where to go on; none: there are no more
  std::uint64_t remaining = 0;      // how many the search finds behind these
};

// Core thread only. There are never more than a query may look at.
Page<LetterView> find_letters(const daemon::Core& core, const LetterSearch& search);
/// Ends at `search.order.limit` letters, or where their values exceed `bytes_max`; one at least.
PickedLetters pick_letters(const daemon::Core& core, const LetterSearch& search,
                           std::size_t bytes_max);
/// Nothing when there is no such letter.
std::optional<LetterView> copy_letter(const daemon::Core& core, std::uint64_t letter);
/// For people.
std::string no_such_letter(std::string_view id);

// Any thread. Bytes that are no UTF-8 stand in a member of their own, as base64.
/// As in a list.
boost::json::object render(const LetterView& view);
/// With its value and headers.
boost::json::object render_whole(const LetterView& view);

}  // namespace deskd::api

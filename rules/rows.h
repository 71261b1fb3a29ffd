#pragma once
// Records by number that never move.

#include <boost/container/deque.hpp>

namespace deskd::rules {

/// A deque in large blocks. Those of std::deque hold 512 bytes, so that the list of a million
/// records' blocks is a megabyte itself, and looking there is one more wait for the memory.
template <class Record>
using Rows =
    boost::container::deque<Record, void,
                            boost::container::deque_options_t<boost::container::block_size<1024>>>;

}  // namespace deskd::rules

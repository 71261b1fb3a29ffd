#pragma once
// Text of a file without the secrets that stand in the open in it.

#include <string>

namespace deskd::config {

/// Stars what stands behind `token:`, `password:`, `secret:`, `pem:` and `community:`, also of
/// `sasl.password:` and its like, and the list of `communities:`, byte for byte, so that every
/// place stays where it was. Looks at the text alone, since it is needed most where that is no good
/// YAML. Takes a whole file: a line alone doesn't tell whose value it goes on with.
std::string concealed(std::string text);

}  // namespace deskd::config

#pragma once
// The interface as openapi.yaml describes it, carried in the program so that both always fit.

#include <string_view>

namespace deskd::api {

/// OpenAPI 3.1 in YAML, as it was when this program was built. Any thread.
std::string_view description();

}  // namespace deskd::api

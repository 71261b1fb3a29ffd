#pragma once
// Which function answers which method and path.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/webhook/http_message.h"

namespace deskd::api {

/// One request on its way to its answer.
struct Call {
  connectors::HttpRequest request;
  std::vector<std::string> names;  // what stood in the places of {…}, in order
  connectors::HttpRespond respond;
};

/// Immutable once it serves; any thread.
class Router {
 public:
  using Answering = std::function<void(Call)>;

  /// `path`: "/api/v1/incidents/{id}"; a name in braces takes one segment that is not empty.
  void add(std::string_view method, std::string_view path, Answering answering);

  /// 404 with the nearest path where none fits; 405 with Allow where the method does not.
  void route(connectors::HttpRequest request, connectors::HttpRespond respond) const;

 private:
  struct Route {
    std::string method;
    std::string path;
    std::vector<std::string> segments;
    Answering answering;
  };

  connectors::HttpAnswer not_found(std::string_view path) const;

  std::vector<Route> routes_;
};

}  // namespace deskd::api

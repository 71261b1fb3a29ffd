#pragma once
// Which function answers which method and path.

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/webhook/http_message.h"
#include "daemon/desk/incident.h"
#include "daemon/setup/people.h"

namespace deskd::api {

/// One request on its way to its answer.
struct Call {
  connectors::HttpRequest request;
  std::vector<std::string> names;  // what stood in the places of {…}, in order
  connectors::HttpRespond respond;
  desk::Actor actor;  // who sends it, as far as the gate knows
};

/// Immutable once it serves; any thread.
class Router {
 public:
  using Answering = std::function<void(Call)>;
  /// Who sends a request, or why it may not do what `needed` may: 401 or 403.
  using Gate = std::function<std::expected<desk::Actor, connectors::HttpAnswer>(
      const connectors::HttpRequest&, daemon::Role needed)>;

  explicit Router(Gate gate) : gate_(std::move(gate)) {}

  /// `path`: "/api/v1/incidents/{id}"; a name in braces takes one segment that is not empty.
  /// `needed`: the least role that may.
  void add(std::string_view method, std::string_view path, daemon::Role needed,
           Answering answering);

  struct Entry {
    std::string_view method, path;
    daemon::Role needed;
  };
  /// All routes, in the order in which they are tried.
  std::vector<Entry> entries() const;

  /// 404 with the nearest path where none fits; 405 with Allow where the method does not. A path
  /// that is written out stands before names in braces, for every method.
  void route(connectors::HttpRequest request, connectors::HttpRespond respond) const;

 private:
  struct Route {
    std::string method;
    std::string path;
    std::vector<std::string> segments;
    daemon::Role needed = daemon::Role::admin;
    Answering answering;
  };

  connectors::HttpAnswer not_found(std::string_view path) const;

  const Gate gate_;
  std::vector<Route> routes_;
};

}  // namespace deskd::api

#pragma once
// The HTTP interface as one function from request to answer: routes, parameters, questions to the
// core, JSON.

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "connectors/webhook/http_message.h"
#include "connectors/webhook/intake.h"
#include "daemon/api/questions.h"
#include "daemon/core/core_thread.h"
#include "daemon/metrics/metrics.h"
#include "daemon/reload.h"
#include "daemon/running_sources.h"

namespace deskd::api {

/// Whether deskd can do its work now. Asked on a listener thread: it must answer at once, without
/// the core.
struct Health {
  std::vector<std::string> not_ready;  // why, a sentence each; empty: ready
  std::uint64_t ledger_bytes = 0;      // on disk
};

/// What the interface is made of. All references outlive the Api, and the Api outlives every answer
/// that is still to come: stop the listener, then the core, before it goes.
struct Parts {
  daemon::CoreAccess& core;
  const connectors::Intake& intake;
  connectors::Accounts& accounts;
  const connectors::Inbox& inbox;
  daemon::Metrics& metrics;
  std::function<std::shared_ptr<const daemon::Setup>()> setup;  // the current one; any thread
  /// Must return at once and call the answer when the new version is committed, on any thread.
  std::function<void(daemon::Reloader::Done)> reload;
  std::function<Health()> health;
  std::function<std::vector<daemon::RunningSourceView>()> running_sources = {};  // empty: none
  std::string version;
  rules::Time started_at;
  /// Runs work on a thread of the listener, so that neither the core's nor the ledger's thread
  /// renders answers (`Listener::post`). Empty: on the thread that brings the answer.
  std::function<void(std::move_only_function<void()>)> run = {};
  /// Tells people, once, that requests are being turned away: why, and the last peer.
  std::function<void(std::string_view reason, const std::string& peer)> warn = {};
  /// Who asks the core.
  std::shared_ptr<Questions> questions = std::make_shared<Questions>();
};

class Router;

/// Any thread; holds no state that changes. Every request is answered exactly once.
class Api {
 public:
  explicit Api(Parts parts);
  ~Api();

  void serve(connectors::HttpRequest request, connectors::HttpRespond respond) const;
  const Router& router() const { return *router_; }

 private:
  std::expected<desk::Actor, connectors::HttpAnswer> admitted(
      const connectors::HttpRequest& request, daemon::Role needed) const;

  const Parts parts_;
  std::unique_ptr<const Router> router_;
};

}  // namespace deskd::api

#pragma once
// Takes alerts by HTTP: POST /in/{source} and POST /api/v2/alerts. Decodes and judges on the
// listener's thread, offers the batch to its lane, and answers when the receipt settles.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/accounts.h"
#include "connectors/inbox.h"
#include "connectors/judging.h"
#include "connectors/webhook/http_message.h"

namespace deskd::connectors {

/// The source in whose books requests stand that name none of the configured ones.
constexpr std::string_view no_such_source = "(none)";

/// Any thread; holds no state of its own. What it reports: 202/200 accepted and durable; 400 with
/// every bad element (the good ones are taken); 401 auth; 404 no such source; 405; 413 too large,
/// also after inflating; 415 neither JSON nor an encoding it knows; 422 Idempotency-Key of another
/// body; 503 with Retry-After when the lane is full or deskd stops.
class Intake {
 public:
  using CurrentSetup = std::function<std::shared_ptr<const Judging>()>;

  Intake(CurrentSetup current, Accounts& accounts, Inbox& inbox);

  /// `source` is the name in the path.
  void webhook(std::string_view source, HttpRequest request, HttpRespond respond) const;
  /// POST /api/v2/alerts, for the source of kind alertmanager_api.
  void alertmanager_api(HttpRequest request, HttpRespond respond) const;

 private:
  void take(const Source& source, std::shared_ptr<const Judging> setup, HttpRequest request,
            HttpRespond respond) const;
  void no_source(std::string_view detail, const HttpRequest& request, HttpRespond& respond) const;

  CurrentSetup current_;
  Accounts& accounts_;
  Inbox& inbox_;
};

}  // namespace deskd::connectors

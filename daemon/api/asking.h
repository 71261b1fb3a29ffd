#pragma once
// How a question gets to the core and its answer back: copy on the core's thread, render on one of
// the listener's.

#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "daemon/api/acting/once.h"
#include "daemon/api/answers.h"
#include "daemon/api/api.h"

namespace deskd::api {

/// Runs `work` where answers are rendered.
template <class Work>
void run(const Parts& parts, Work work) {
  if (parts.run) {
    parts.run(std::move(work));
  } else {
    work();
  }
}

/// `search.look(const Core&)` copies something, and says whether it has seen all that it wants; if
/// not it is called again, and alerts are taken in between. `next(search, confirmation, respond)`
/// goes on with it. A question that the core does not take is answered with 503, as is one too
/// many; how many it counts as its `pages_max` says.
template <class Search, class Next>
void ask_in_looks(const Parts& parts, connectors::HttpRespond respond, Search search, Next next) {
  auto place = parts.questions->enter(Search::pages_max);
  if (!place) return respond(busy_answer("too many questions are under way"));
  auto seen = std::make_shared<Search>(std::move(search));
  parts.core.query(
      [seen](const daemon::Core& core) { return seen->look(core); },
      [&parts, seen, place = *std::move(place), next = std::move(next),
       respond = std::move(respond)](const daemon::Confirmation& confirmation) mutable {
        if (confirmation.kind == daemon::Confirmation::Kind::refused) {
          return respond(busy_answer(confirmation.reason));
        }
        run(parts, [seen, place = std::move(place), confirmation, next = std::move(next),
                    respond = std::move(respond)]() mutable {
          next(std::move(*seen), confirmation, std::move(respond));
        });
      });
}

/// `ask_in_looks` where `render(search)` gives the answer.
template <class Search, class Render>
void show_in_looks(const Parts& parts, connectors::HttpRespond respond, Search search,
                   Render render) {
  ask_in_looks(parts, std::move(respond), std::move(search),
               [render = std::move(render)](Search seen, const daemon::Confirmation& confirmation,
                                            connectors::HttpRespond answer_to) mutable {
                 connectors::HttpAnswer answer = render(std::move(seen));
                 mark(answer, confirmation);
                 answer_to(std::move(answer));
               });
}

/// A search that is content with one look.
template <class Copy>
struct OneLook {
  static constexpr std::size_t pages_max = 1;

  bool look(const daemon::Core& core) {
    seen = copy(core);
    return true;
  }

  Copy copy;
  std::invoke_result_t<Copy&, const daemon::Core&> seen = {};
};

/// `look(const Core&)` copies something; `next(copied, confirmation, respond)` goes on with it.
template <class Look, class Next>
void ask(const Parts& parts, connectors::HttpRespond respond, Look look, Next next) {
  ask_in_looks(parts, std::move(respond), OneLook<Look>{std::move(look)},
               [next = std::move(next)](auto search, const daemon::Confirmation& confirmation,
                                        connectors::HttpRespond answer_to) mutable {
                 next(std::move(search.seen), confirmation, std::move(answer_to));
               });
}

/// `ask` where `render(copied)` gives the answer.
template <class Look, class Render>
void show(const Parts& parts, connectors::HttpRespond respond, Look look, Render render) {
  show_in_looks(
      parts, std::move(respond), OneLook<Look>{std::move(look)},
      [render = std::move(render)](auto search) mutable { return render(std::move(search.seen)); });
}

/// The answer to an action on its way: it leaves once it is rendered and what it tells of is
/// durable, whichever comes last.
class Outcome {
 public:
  explicit Outcome(connectors::HttpRespond respond) : respond_(std::move(respond)) {}

  // Once each; any thread.
  void rendered(connectors::HttpAnswer answer);
  void settled(const daemon::Confirmation& confirmation);

 private:
  std::mutex mutex_;
  connectors::HttpRespond respond_;               // under mutex_; empty: it has left
  std::optional<connectors::HttpAnswer> answer_;  // under mutex_
  bool is_durable_ = false;                       // under mutex_
};

/// `change` for a request with an Idempotency-Key: a repeat gets the first answer, once that is
/// durable.
template <class Change, class Render>
void change_once(const Parts& parts, connectors::HttpRespond respond, Once once, Change change,
                 Render render) {
  auto answer = std::make_shared<connectors::HttpAnswer>();
  parts.core.command(
      [answer, once = std::move(once), change = std::move(change),
       render = std::move(render)](daemon::Core& core) mutable {
        if (const auto* first = core.answer_to(once.key)) {
          *answer = answer_again(*first, once);
          return;
        }
        *answer = render(change(core));
        core.remember(std::move(once.key), once.body_hash, answer->status, answer->body);
      },
      [answer, respond = std::move(respond)](const daemon::Confirmation& confirmation) mutable {
        if (confirmation.kind != daemon::Confirmation::Kind::confirmed) {
          return respond(busy_answer(confirmation.reason));
        }
        respond(std::move(*answer));
      });
}

/// Like `show` for something that changes: `change(Core&)` runs in a turn, and the answer leaves
/// once that turn is durable. With `once` it runs the first time only; then the core's thread
/// renders, since the answer is kept with what it tells of.
template <class Change, class Render>
void change(const Parts& parts, connectors::HttpRespond respond, std::optional<Once> once,
            Change change, Render render) {
  if (once) {
    return change_once(parts, std::move(respond), std::move(*once), std::move(change),
                       std::move(render));
  }
  auto outcome = std::make_shared<Outcome>(std::move(respond));
  parts.core.command(
      [&parts, outcome, change = std::move(change),
       render = std::move(render)](daemon::Core& core) mutable {
        // While the turn is made durable.
        run(parts, [outcome, seen = change(core), render = std::move(render)]() mutable {
          outcome->rendered(render(std::move(seen)));
        });
      },
      [outcome](const daemon::Confirmation& confirmation) { outcome->settled(confirmation); });
}

}  // namespace deskd::api

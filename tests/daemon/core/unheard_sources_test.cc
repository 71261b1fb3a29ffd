// Nothing of a source that reads a log ends by a clock that runs on while the core can't hear it.

#include "config/limits.h"
#include "tests/daemon/core/log_source.h"

namespace deskd::daemon::test {

TEST_CASE("nothing ends while the core can't hear how far a source has come") {
  // The ledger has no room for twenty minutes, or the machine sleeps.
  LogDesk desk(log_setup("times: {restart_grace: 1m}\n"), start);
  const auto alarm = [&] { return *desk.core->correlator().find(1); };
  const LogRecord fires{.at = start, .ends_at = start + 5min};
  desk.take(start, log_batch(desk.setup(), {&fires, 1}, 1, {}));
  const auto back = start + 20min;
  desk.turn(back);
  CHECK(alarm().active);
  CHECK(desk.core->positions_of("bus").watermark == start);

  // What the reader held: it was live when that was made.
  const LogRecord quick{.at = start + 1min, .resource = "db-2"};
  auto held = log_batch(desk.setup(), {&quick, 1}, 2, {});
  held->received_at = start + 1min;
  desk.take(back, std::move(held));
  desk.pass(back);
  CHECK(alarm().active);
  CHECK(desk.core->positions_of("bus").watermark == start + 1min);
  SUBCASE("a start in between changes nothing") { desk.recover(back); }
  SUBCASE("and none") {}

  const LogRecord again[] = {{.at = start + 4min, .ends_at = start + 9min},
                             {.at = start + 8min, .ends_at = start + 13min},
                             {.at = start + 12min, .ends_at = start + 17min},
                             {.at = start + 16min, .ends_at = start + 21min}};
  desk.take(back, log_batch(desk.setup(), again, 6, start + 16min));
  desk.take(back, log_batch(desk.setup(), {}, 6, {}));
  desk.pass(back);
  CHECK(alarm().active);
  CHECK(alarm().count == 5);
  CHECK_FALSE(rules::is_known(desk.core->positions_of("bus").watermark));
  desk.take(start + 21min - 1s, log_batch(desk.setup(), {}, 6, {}));
  desk.pass(start + 21min);
  CHECK_FALSE(alarm().active);
  CHECK(alarm().cleared_at == start + 21min);
}

TEST_CASE("a live source that says so again and again stays live, and leaves no record") {
  LogDesk desk(log_setup(), start);
  desk.take(start, log_batch(desk.setup(), {}, 1, {}));
  desk.turn(start);
  const auto records = desk.records.size();
  for (auto at = start; at < start + 1h; at += limits::kafka_time_told_every) {
    desk.take(at, log_batch(desk.setup(), {}, 1, {}));
    desk.turn(at + 1s);
  }
  CHECK(desk.records.size() == records);
  CHECK(desk.core->progress().behind().empty());
}

TEST_CASE("a live source that is never heard again stalls") {
  LogDesk desk(log_setup("times: {stall_max: 15m}\n"), start);
  desk.take(start, log_batch(desk.setup(), {}, 1, {}));
  desk.turn(start + 1min);
  CHECK(desk.core->next_deadline() == start + 16min);
  desk.pass(start + 1h);
  REQUIRE(desk.core->desk().last_incident() == 1);
  CHECK(desk.core->correlator().find_text(1)->view().type == "source-stalled");
}

TEST_CASE("a source that could not be heard has not stood still") {
  LogDesk desk(log_setup("times: {stall_max: 15m}\n"), start);
  desk.take(start, log_batch(desk.setup(), {}, 1, start - 2h));
  desk.core->begin(start + 20min);
  desk.core->listen_again();
  desk.core->expire();
  desk.core->finish();
  CHECK(desk.core->correlator().last_alarm() == 0);
  CHECK(desk.core->next_deadline() == start + 35min);
  desk.pass(start + 35min);
  CHECK(desk.core->progress().is_stalled(desk.core->source_number("bus")));
}

TEST_CASE("senders who were told to come again while the disk was full may still renew") {
  const std::string resource = "web-1";
  LogDesk desk(log_setup("times: {restart_grace: 5m}\n"), start);
  const auto renew = [&](rules::Time at) {
    const LogRecord fires{.at = at, .resource = resource, .ends_at = at + 4min};
    desk.take(at, batch_of(desk.setup(), "hooks", {&fires, 1}));
  };
  renew(start + 5min);              // the grace after the start is over
  const auto back = start + 15min;  // ten minutes without a turn
  const auto silent = [&](rules::Time at) {
    desk.turn(at);
    return !desk.core->correlator().find(1)->active;
  };
  desk.core->begin(back);
  desk.core->listen_again();
  while (!desk.core->expire()) {
  }
  CHECK(desk.core->finish().record.empty());
  CHECK_FALSE(silent(back + 1min));
  SUBCASE("who does lives on") {
    renew(back + 2min);
    CHECK_FALSE(silent(back + 6min - 1s));
    CHECK(silent(back + 6min));
  }
  SUBCASE("who does not ends when the grace is over") {
    CHECK(desk.core->next_deadline() == back + 5min);
    CHECK_FALSE(silent(back + 5min - 1s));
    CHECK(silent(back + 5min));
  }
}

}  // namespace deskd::daemon::test

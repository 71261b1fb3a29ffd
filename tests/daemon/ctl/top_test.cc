#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "daemon/ctl/terminal/shown_text.h"
#include "daemon/ctl/top/frame.h"
#include "daemon/ctl/top/keys.h"
#include "daemon/ctl/top/page.h"
#include "daemon/ctl/top/state.h"

using namespace deskd::ctl;
using namespace deskd::ctl::top;
using namespace std::chrono_literals;
using deskd::rules::Time;

namespace {

const Time now = *deskd::rules::parse_rfc3339("2026-11-22T08:00:00Z");

constexpr const char* queue_list = R"({"items": [
  {"name": "noc-network", "backlog": {"P1": 0, "P2": 3, "P3": 1}, "unacknowledged": 2,
   "oldest_at": "2026-11-22T07:48:00.000Z"},
  {"name": "triage", "backlog": {"P1": 0, "P2": 0, "P3": 0}, "unacknowledged": 0,
   "oldest_at": null}], "next": null})";

std::string incident_json(int number, const std::string& title) {
  return R"({"id": "0-)" + std::to_string(number) +
         R"(", "priority": "P2", "state": "new", "severity": "major", "queue": "noc-network",
           "person": null, "acknowledged_by": null, "firing": 1, "alarm_count": 2,
           "opened_at": "2026-11-22T07:55:00.000Z", "title": ")" +
         title + "\"}";
}

std::vector<Incident> incidents(std::initializer_list<int> numbers,
                                const std::string& title = "Link down on edge-7") {
  std::string text = R"({"items": [)";
  for (const int number : numbers) {
    text += (text.ends_with('[') ? "" : ",") + incident_json(number, title);
  }
  return incidents_of(boost::json::parse(text + "]}"));
}

std::vector<Source> sources(std::uint64_t received) {
  return sources_of(boost::json::parse(R"({"items": [{"name": "hooks", "state": "listening",
      "received": )" + std::to_string(received) +
                                       R"(, "last_alert_at": "2026-11-22T07:59:58.000Z"}]})"));
}

Reading reading(std::vector<Incident> open, std::uint64_t received = 10) {
  Reading reading;
  reading.queues = queues_of(boost::json::parse(queue_list));
  reading.sources = sources(received);
  reading.incidents = std::move(open);
  return reading;
}

State state_with(Reading taken) {
  State state;
  state.address = "127.0.0.1:9480";
  state.now = now;
  state.take(std::move(taken), now);
  return state;
}

std::vector<std::string> plain(const std::vector<Line>& lines) {
  std::vector<std::string> out;
  for (const Line& line : lines) out.push_back(line.plain());
  return out;
}

std::string whole(const std::vector<Line>& lines) {
  std::string out;
  for (const Line& line : lines) out += line.plain() + "\n";
  return out;
}

void check_fits(const std::vector<Line>& lines, const Size& size) {
  CHECK(lines.size() <= size.height);
  for (const Line& line : lines) {
    CAPTURE(line.plain());
    CHECK(line.width() <= size.width);
    CHECK(display_width(line.plain()) == line.width());
    CHECK(one_line(line.plain()) == line.plain());
  }
}

Key key(char character) { return {.kind = Key::Kind::character, .character = character}; }
Key key(Key::Kind kind) { return {.kind = kind, .character = 0}; }

const Terminal colours{.width = 80, .colours = true};
const Terminal no_colours{.width = 80, .colours = false};

}  // namespace

TEST_CASE("80 x 24 shows queues, sources, incidents and keys") {
  const State state = state_with(reading(incidents({3, 2, 1})));
  const auto lines = plain(frame(state, {80, 24}));
  REQUIRE(lines.size() == 24);
  CHECK(lines[0].starts_with("deskd 127.0.0.1:9480  4 open, 2 unacked, - alerts/s"));
  CHECK(lines[0].ends_with("08:00:00 UTC"));
  CHECK(lines[1].starts_with("  QUEUE "));
  CHECK(lines[2].starts_with("> noc-network "));
  CHECK(lines[2].find("    4     2    .    3    1    12m") != std::string::npos);
  CHECK(lines[3].starts_with("  triage "));
  CHECK(lines[1].ends_with(" OLDEST"));
  CHECK(lines[4].starts_with("  SOURCE "));
  CHECK(lines[5].find("hooks") != std::string::npos);
  CHECK(lines[5].find("listening") != std::string::npos);
  CHECK(lines[6].starts_with("  ID "));
  CHECK(lines[7].starts_with("> 0-3 P2  new "));
  CHECK(lines[7].find("5m Link down on edge-7") != std::string::npos);
  CHECK(lines[9].starts_with("  0-1 "));
  CHECK(lines[23].starts_with("q quit"));
}

TEST_CASE("no frame is wider or higher than the terminal") {
  State state =
      state_with(reading(incidents({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}), 1'234'567'890'123));
  for (const Shown shown : {Shown::list, Shown::page, Shown::help}) {
    state.shown = shown;
    state.reading.page = boost::json::parse(incident_json(7, std::string(300, 'x')));
    for (std::size_t width = 0; width <= 200; ++width) {
      for (const std::size_t height : {0, 1, 2, 3, 4, 5, 8, 10, 12, 24, 40}) {
        CAPTURE(width);
        CAPTURE(height);
        check_fits(frame(state, {width, height}), {width, height});
      }
    }
  }
}

TEST_CASE("a wider terminal shows queues and sources side by side, and more of incidents") {
  const State state = state_with(reading(incidents({1})));
  const auto lines = plain(frame(state, {120, 40}));
  REQUIRE(lines.size() == 40);
  CHECK(lines[1].find("QUEUE") < lines[1].find("SOURCE"));
  CHECK(lines[2].find("noc-network") < lines[2].find("hooks"));
  CHECK(lines[4].find("SEVERITY") != std::string::npos);
  CHECK(lines[5].find("major") != std::string::npos);
  CHECK(lines[5].find("1/2") != std::string::npos);
}

TEST_CASE("sources in trouble stand first and say why") {
  State state = state_with(reading(incidents({1})));
  state.reading.sources = sources_of(boost::json::parse(R"({"items": [
      {"name": "hooks", "state": "listening", "detail": null, "received": 1},
      {"name": "bus", "state": "broker away", "detail": "connection refused", "received": 2}]})"));
  const auto lines = plain(frame(state, {80, 24}));
  CHECK(lines[4].starts_with("  SOURCE STATE "));
  CHECK(lines[5].starts_with("  bus    broker away: connection refused "));
  CHECK(lines[6].starts_with("  hooks  listening "));
  CHECK(lines[6].find("null") == std::string::npos);
}

TEST_CASE("a small terminal keeps the incidents") {
  const State state = state_with(reading(incidents({1, 2, 3})));
  const auto text = whole(frame(state, {40, 10}));
  CHECK(text.find("noc-network") != std::string::npos);
  CHECK(text.find("hooks") == std::string::npos);
  CHECK(text.find("> 0-1 P2  new           5m Link down") != std::string::npos);
  CHECK(frame(state, {40, 10}).size() == 10);
}

TEST_CASE("texts of strangers can't steer the terminal or break a line") {
  const std::string hostile[] = {
      "\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m", "a\\nb\\r\\tc", "\\u202eevil\\u2066",
      "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E",
      "e\xCC\x81\xCC\x81\xCC\x81 \xF0\x9F\x94\xA5\xF0\x9F\x94\xA5"};
  for (const std::string& title : hostile) {
    State state = state_with(reading(incidents({1, 2}, title + title + title + title)));
    state.reading.queues[0].name = state.reading.incidents[0].title;
    state.reading.sources[0].name = state.reading.incidents[0].title;
    state.address = "h\x1b[31m\xff";
    state.say("said: \x1b[31m\x07");
    state.reading.page = boost::json::parse(incident_json(1, title));
    for (const Shown shown : {Shown::list, Shown::page}) {
      state.shown = shown;
      for (const Size& size : {Size{80, 24}, Size{120, 40}, Size{40, 10}, Size{7, 9}}) {
        const auto lines = frame(state, size);
        check_fits(lines, size);
        for (const Line& line : lines) CHECK(line.painted(no_colours) == line.plain());
      }
    }
    state.take(std::unexpected(Trouble{"no answer: \x1b[2J"}), now);
    check_fits(frame(state, {80, 24}), {80, 24});
  }
}

TEST_CASE("colours and the inverse line go with NO_COLOR, the mark stays") {
  const State state = state_with(reading(incidents({1})));
  const auto lines = frame(state, {80, 24});
  const auto selected = std::find_if(lines.begin(), lines.end(), [](const Line& line) {
    return line.plain().starts_with("> 0-1");
  });
  REQUIRE(selected != lines.end());
  CHECK(selected->painted(colours).starts_with("\x1b[7m> 0-1"));
  CHECK(selected->painted(no_colours).starts_with("> 0-1"));
}

TEST_CASE("rates lie between two looks, and start anew when deskd does") {
  State state = state_with(reading({}, 10));
  CHECK_FALSE(state.reading.sources[0].alerts_per_second);
  state.take(reading({}, 310), now + 2s);
  CHECK(state.reading.sources[0].alerts_per_second == 150.0);
  CHECK(whole(frame(state, {80, 24})).find("150 alerts/s") != std::string::npos);
  state.take(reading({}, 5), now + 3s);
  CHECK_FALSE(state.reading.sources[0].alerts_per_second);
  state.take(reading({}, 6), now + 4s);
  CHECK(whole(frame(state, {80, 24})).find("1.0 alerts/s") != std::string::npos);
}

TEST_CASE("without an answer it says since when and why, and keeps what it knew") {
  State state = state_with(reading(incidents({1})));
  state.take(std::unexpected(Trouble{"Connection refused"}), now + 1s);
  state.now = now + 12s;
  const auto text = whole(frame(state, {80, 24}));
  CHECK(text.find("no answer since 12s: Connection refused") != std::string::npos);
  CHECK(text.find("Link down on edge-7") != std::string::npos);
  state.take(reading(incidents({2})), now + 13s);
  CHECK(whole(frame(state, {80, 24})).find("no answer") == std::string::npos);

  state.take(std::unexpected(Trouble{"a token is needed", true}), now + 14s);
  CHECK(whole(frame(state, {80, 24})).find("an error since 0s: a token is needed") !=
        std::string::npos);

  State never;
  never.now = now;
  never.take(std::unexpected(Trouble{"Connection refused"}), now);
  CHECK(whole(frame(never, {80, 24})).find("no answer yet: Connection refused") !=
        std::string::npos);
}

TEST_CASE("what is selected stays selected while incidents come and go") {
  State state = state_with(reading(incidents({5, 4, 3})));
  CHECK(state.incident == "0-5");
  press(state, key('j'));
  CHECK(state.incident == "0-4");
  state.take(reading(incidents({9, 8, 5, 4, 3})), now);
  CHECK(state.incident == "0-4");
  state.take(reading(incidents({9, 8, 5, 3})), now);
  CHECK(state.incident == "0-3");
  press(state, key(Key::Kind::down));
  CHECK(state.incident == "0-3");
  press(state, key(Key::Kind::home));
  CHECK(state.incident == "0-9");
  state.take(reading({}), now);
  CHECK(state.incident.empty());
  CHECK_FALSE(press(state, key('a')).action);
}

TEST_CASE("the selected incident is always among those shown") {
  std::vector<Incident> many;
  for (int i = 0; i < 50; ++i) {
    auto one = incidents({i});
    many.push_back(one.front());
  }
  State state = state_with(reading(many));
  for (int i = 0; i < 60; ++i) {
    const std::string selected = "> " + state.incident + " ";
    CHECK(whole(frame(state, {80, 24})).find(selected) != std::string::npos);
    CHECK(whole(frame(state, {40, 10})).find(selected) != std::string::npos);
    press(state, key('j'));
  }
  CHECK(state.incident == "0-49");
}

TEST_CASE("keys ask for what they say, of what is selected") {
  State state = state_with(reading(incidents({5, 4})));
  press(state, key('j'));
  CHECK(press(state, key('a')).action == Action{Action::Kind::ack, "0-4"});
  CHECK(press(state, key('t')).action == Action{Action::Kind::take, "0-4"});
  CHECK(press(state, key('n')).action == Action{Action::Kind::next, "noc-network"});
  press(state, key(Key::Kind::tab));
  CHECK(press(state, key('n')).action == Action{Action::Kind::next, "triage"});
  press(state, key(Key::Kind::tab));
  CHECK(state.queue == "noc-network");
  press(state, key('s'));
  CHECK(state.look().sort == Sort::most_urgent);
  CHECK(press(state, key('q')).quit);
  CHECK_FALSE(press(state, key('x')).quit);
}

TEST_CASE("Enter shows the page of the selected incident, q leads back before it quits") {
  State state = state_with(reading(incidents({5, 4})));
  press(state, key('j'));
  press(state, key(Key::Kind::enter));
  CHECK(state.look().incident == "0-4");
  CHECK(whole(frame(state, {80, 24})).find("asking") != std::string::npos);
  Reading with_page = reading(incidents({5, 4}));
  with_page.page = boost::json::parse(incident_json(4, "Link down on edge-9"));
  state.take(with_page, now);
  CHECK(whole(frame(state, {80, 24})).find("0-4  Link down on edge-9") != std::string::npos);
  CHECK(press(state, key('a')).action == Action{Action::Kind::ack, "0-4"});
  CHECK_FALSE(press(state, key('q')).quit);
  CHECK(state.look().incident.empty());
  CHECK(press(state, key('q')).quit);
}

TEST_CASE("a page of another incident is never shown under the wrong id") {
  State state = state_with(reading(incidents({5, 4})));
  press(state, key(Key::Kind::enter));
  Reading first = reading(incidents({5, 4}));
  first.page = boost::json::parse(incident_json(5, "the first"));
  state.take(first, now);
  press(state, key(Key::Kind::escape));
  press(state, key('j'));
  press(state, key(Key::Kind::enter));
  state.take(reading(incidents({5, 4})), now);
  CHECK(whole(frame(state, {80, 24})).find("the first") == std::string::npos);
}

TEST_CASE("a page scrolls to its end and no further") {
  State state = state_with(reading(incidents({5})));
  state.shown = Shown::page;
  state.shown_incident = "0-5";
  auto incident = boost::json::parse(incident_json(5, "x"));
  boost::json::array timeline;
  for (int i = 0; i < 60; ++i) {
    timeline.push_back({{"at", "2026-11-22T07:55:00.000Z"},
                        {"actor", "anna"},
                        {"action", "note"},
                        {"text", "entry " + std::to_string(i)}});
  }
  incident.as_object()["timeline"] = timeline;
  state.reading.page = incident;
  const Size size{80, 24};
  CHECK(whole(frame(state, size)).find("entry 0\n") == std::string::npos);
  press(state, key(Key::Kind::end));
  state.scroll = std::min(state.scroll, scroll_max(state, size));
  CHECK(plain(frame(state, size))[22].find("entry 0") != std::string::npos);
  press(state, key('k'));
  CHECK(plain(frame(state, size))[22].find("entry 1") != std::string::npos);
}

TEST_CASE("lists of an unexpected shape are empty, not a crash") {
  for (const char* text : {"null", "[]", "{}", R"({"items": 3})", R"({"items": [null, 3, []]})",
                           R"({"items": [{"name": {}, "backlog": [], "received": -5}]})",
                           R"({"items": [{"backlog": {"P1": "many", "P2": -1}}]})"}) {
    CAPTURE(text);
    const auto list = boost::json::parse(text);
    Reading taken;
    taken.queues = queues_of(list);
    taken.sources = sources_of(list);
    taken.incidents = incidents_of(list);
    check_fits(frame(state_with(taken), {80, 24}), {80, 24});
  }
}

TEST_CASE("bytes of a terminal become keys") {
  using Kind = Key::Kind;
  struct Case {
    const char* name;
    std::string bytes;
    std::vector<Key> keys;
  };
  for (const Case& one :
       {Case{"letters", "jk", {key('j'), key('k')}},
        Case{"arrows",
             "\x1b[A\x1b[B\x1bOC\x1bOD",
             {key(Kind::up), key(Kind::down), key(Kind::right), key(Kind::left)}},
        Case{"paging",
             "\x1b[5~\x1b[6~\x1b[H\x1b[4~",
             {key(Kind::page_up), key(Kind::page_down), key(Kind::home), key(Kind::end)}},
        Case{"with a modifier", "\x1b[1;5A", {key(Kind::up)}},
        Case{"enter, tab", "\r\n\t", {key(Kind::enter), key(Kind::enter), key(Kind::tab)}},
        Case{"escape alone", "\x1b", {key(Kind::escape)}},
        Case{"unknown sequences", "\x1b[99~\x1b[?1;2c\x1b[200~", {}},
        Case{"cut short", "\x1b[1;", {}}, Case{"no ASCII", "\xC3\xA4\x01\x7f", {}}}) {
    CAPTURE(one.name);
    CHECK(keys_in(one.bytes) == one.keys);
  }
}

// deskctl top

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "daemon/ctl/commands.h"
#include "daemon/ctl/terminal/shown_text.h"
#include "daemon/ctl/top/feed.h"
#include "daemon/ctl/top/frame.h"
#include "daemon/ctl/top/keys.h"
#include "daemon/ctl/top/screen.h"

namespace deskd::ctl {

namespace {

using std::chrono::milliseconds;

// A ledger that stalls lets its readers wait for 2 s; who takes longer than this is not there.
constexpr milliseconds answer_within{3'000};

struct TopOptions {
  double every_s = 1;
  bool once = false;
};

rules::Time clock() { return std::chrono::system_clock::now(); }

bool can_draw() {
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) == 1 && !(terminal && std::string_view{terminal} == "dumb");
}

std::string shown_address(const std::string& url) {
  const std::size_t scheme = url.find("://");
  return one_line(scheme == url.npos ? url : url.substr(scheme + 3));
}

// The client names its address in what it says; the head of the view has it already.
std::string without_address(const std::string& sentence, const std::string& url) {
  const std::string said = "no answer from " + url + ": ";
  return sentence.starts_with(said) ? sentence.substr(said.size()) : sentence;
}

void take_news(top::State& state, top::Feed& feed, const std::string& url) {
  for (auto& news : feed.take()) {
    if (!news.message.empty()) state.say(news.message);
    if (!news.incident.empty()) state.incident = news.incident;
    if (!news.reading) continue;
    if (!*news.reading) {
      auto& sentence = news.reading->error().sentence;
      sentence = without_address(sentence, url);
    }
    state.take(std::move(*news.reading), clock());
  }
}

// False: a key said quit.
bool take_keys(top::State& state, top::Feed& feed, const std::string& bytes) {
  for (const top::Key& key : top::keys_in(bytes)) {
    const top::Wish wish = top::press(state, key);
    if (wish.quit) return false;
    if (wish.action && !feed.act(*wish.action)) {
      state.say("the action before this one has no answer yet");
    }
  }
  return true;
}

// Until a key says quit, or a signal comes.
int run_view(top::State& state, top::Screen& screen, top::Feed& feed, const std::string& url,
             const Terminal& terminal) {
  for (;;) {
    state.now = clock();
    const top::Size size = screen.size();
    state.scroll = std::min(state.scroll, top::scroll_max(state, size));
    screen.draw(top::frame(state, size), terminal);
    const auto event = screen.wait(feed.news(), milliseconds{1'000});  // ages go on by the second
    state.now = clock();
    if (event.ended_by) return event.ended_by;
    if (event.has_news) take_news(state, feed, url);
    if (!take_keys(state, feed, event.bytes)) return 0;
    feed.look_at(state.look());
  }
}

// The signal that ended it; 0: a key did.
int live(top::State& state, const ClientOptions& client, const TopOptions& options,
         const Terminal& terminal) {
  top::Screen screen;
  top::Feed feed{client, milliseconds{static_cast<long>(options.every_s * 1000)}, state.look()};
  const int signal = run_view(state, screen, feed, client.url, terminal);
  screen.leave();  // the feed may have to wait for its last answer
  return signal;
}

// Two looks, since a rate lies between two.
void show_one_frame(Session& session, top::State& state, milliseconds between) {
  const top::Ask ask =
      [&](const Request& request) -> std::expected<boost::json::value, top::Trouble> {
    auto answer = session.ask(request);
    if (!answer) return std::unexpected(top::Trouble{});
    return std::move(*answer);
  };
  for (const int look : {1, 2}) {
    if (look == 2) std::this_thread::sleep_for(between);
    auto reading = top::look_once(ask, state.look());
    if (!reading) return;
    state.take(std::move(reading), clock());
  }
  state.now = clock();
  state.incident.clear();
  state.queue.clear();
  const std::size_t rows = 4 + state.reading.queues.size() + state.reading.sources.size() +
                           std::max<std::size_t>(state.reading.incidents.size(), 1);
  auto lines = top::frame(state, {session.terminal().width.value_or(100), 4 * rows});
  lines.pop_back();  // it tells keys
  while (!lines.empty() && lines.back().width() == 0) lines.pop_back();
  for (const top::Line& line : lines) {
    const std::string text = line.painted(session.terminal());
    print(text.substr(0, text.find_last_not_of(' ') + 1) + "\n");
  }
}

void run_top(Session& session, const TopOptions& options) {
  auto client = session.client_options();
  if (!client) {
    complain(client.error());
    return session.end_with(ExitCode::usage);
  }
  client->timeout = std::min(client->timeout, answer_within);
  top::State state;
  state.address = shown_address(client->url);
  if (options.once || !can_draw()) {
    return show_one_frame(session, state, milliseconds{static_cast<long>(options.every_s * 1000)});
  }
  const int signal = live(state, *client, options, session.terminal());
  // Who waits for deskctl shall see that a signal ended it; Ctrl-C is a way to quit.
  if (signal != 0 && signal != SIGINT) std::raise(signal);
}

}  // namespace

void add_top_command(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("top", "a live view of queues, sources and open incidents");
  auto options = std::make_shared<TopOptions>();
  command->add_option("--every", options->every_s, "how often to look, in seconds")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command->add_flag("--once", options->once,
                    "print one frame and end, as is done when the output is no terminal");
  command->footer(
      "Keys: j k and arrows select an incident, Enter shows its page, a acknowledges it, t takes\n"
      "it, Tab selects a queue, n takes the next of that queue, s sorts, ? helps, q quits.\n"
      "It goes on by itself when deskd comes back.\n"
      "Example:\n  deskctl top --every 2");
  command->callback([&session, options] { run_top(session, *options); });
}

}  // namespace deskd::ctl

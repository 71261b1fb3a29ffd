#pragma once
// The terminal while `deskctl top` has it: alternate screen, keys without echo, signals as events.

#include <termios.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ctl/top/frame.h"
#include "daemon/ctl/top/line.h"

namespace deskd::ctl::top {

/// Has the terminal from construction to destruction, and leaves it as it was, whatever ended the
/// view: a key, SIGINT, SIGTERM, SIGHUP. SIGTSTP gives it back until SIGCONT. Made before any other
/// thread, since it blocks these signals for all that follow; one thread.
class Screen {
 public:
  /// What happened while waiting.
  struct Event {
    std::string bytes;      // of keys
    bool resized = false;   // or in the foreground again: draw anew
    bool has_news = false;  // the file descriptor given to `wait` can be read
    int ended_by = 0;       // a signal; SIGHUP also when the terminal is gone
  };

  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  Size size() const;
  /// Until a key, a signal, news, or `timeout`.
  Event wait(int news, std::chrono::milliseconds timeout);
  /// In one write, so that no half frame is seen.
  void draw(const std::vector<Line>& lines, const Terminal& terminal);
  /// Gives the terminal back, for who has something to wait for before the end.
  void leave();

 private:
  void enter();
  void read_signals(Event& event);
  void read_keys(Event& event);
  void stop_until_continued();

  int signals_ = -1;
  bool has_terminal_ = false;
  sigset_t handled_{};
  sigset_t before_{};
  std::optional<termios> line_mode_;  // nothing: standard input is no terminal
};

}  // namespace deskd::ctl::top

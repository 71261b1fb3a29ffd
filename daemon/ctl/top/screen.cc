#include "daemon/ctl/top/screen.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "config/check.h"

namespace deskd::ctl::top {

namespace {

// Alternate screen, cursor hidden, no wrapping: a character that the terminal takes for wider than
// we do must not push lines down.
constexpr std::string_view enter_view = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
constexpr std::string_view leave_view = "\x1b[?7h\x1b[?25h\x1b[?1049l";

void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // the terminal is gone: SIGHUP follows
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

Screen::Screen() {
  ::sigemptyset(&handled_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH}) {
    ::sigaddset(&handled_, signal);
  }
  ::pthread_sigmask(SIG_BLOCK, &handled_, &before_);
  signals_ = ::signalfd(-1, &handled_, SFD_CLOEXEC | SFD_NONBLOCK);
  DESKD_CHECK(signals_ >= 0);
  termios mode{};
  if (::tcgetattr(STDIN_FILENO, &mode) == 0) line_mode_ = mode;
  enter();
}

Screen::~Screen() {
  leave();
  ::close(signals_);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Screen::enter() {
  if (line_mode_) {
    termios mode = *line_mode_;
    mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    mode.c_cc[VMIN] = 0;
    mode.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &mode);
  }
  write_all(enter_view);
  has_terminal_ = true;
}

void Screen::leave() {
  if (!has_terminal_) return;
  has_terminal_ = false;
  write_all(leave_view);
  if (line_mode_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &*line_mode_);
}

Size Screen::size() const {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
    return {};
  }
  return {.width = size.ws_col, .height = size.ws_row};
}

Screen::Event Screen::wait(int news, std::chrono::milliseconds timeout) {
  std::array<pollfd, 3> wanted{
      {{signals_, POLLIN, 0}, {news, POLLIN, 0}, {line_mode_ ? STDIN_FILENO : -1, POLLIN, 0}}};
  Event event;
  if (::poll(wanted.data(), wanted.size(), static_cast<int>(timeout.count())) <= 0) return event;
  if (wanted[0].revents) read_signals(event);
  event.has_news = wanted[1].revents != 0;
  if (wanted[2].revents) read_keys(event);
  return event;
}

void Screen::read_signals(Event& event) {
  signalfd_siginfo info{};
  while (::read(signals_, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGWINCH) {
      event.resized = true;
    } else if (info.ssi_signo == SIGTSTP) {
      stop_until_continued();
      event.resized = true;
    } else {
      event.ended_by = static_cast<int>(info.ssi_signo);
    }
  }
}

void Screen::read_keys(Event& event) {
  std::array<char, 256> bytes{};
  const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  if (count > 0) {
    event.bytes.assign(bytes.data(), static_cast<std::size_t>(count));
  } else if (count == 0 || errno != EINTR) {
    event.ended_by = SIGHUP;
  }
}

void Screen::stop_until_continued() {
  leave();
  ::raise(SIGSTOP);
  enter();
}

void Screen::draw(const std::vector<Line>& lines, const Terminal& terminal) {
  // A line is erased before it is written: behind its last column that would take its last
  // character.
  std::string out = "\x1b[H";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += (i > 0 ? "\r\n\x1b[K" : "\x1b[K") + lines[i].painted(terminal);
  }
  write_all(out);
}

}  // namespace deskd::ctl::top

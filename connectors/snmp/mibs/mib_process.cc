#include "connectors/snmp/mibs/mib_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>

#include "config/limits.h"

namespace deskd::connectors {
namespace {

using Clock = std::chrono::steady_clock;

/// Closed with this.
class Descriptor {
 public:
  Descriptor() = default;
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void open(int number) { number_ = number; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }
  int number() const { return number_; }

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;

  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read.open(ends[0]);
    write.open(ends[1]);
    return true;
  }
};

/// What a new process has of this one: two pipes.
class Surroundings {
 public:
  Surroundings(const Pipe& names, const Pipe& problems) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, names.write.number(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files_, problems.write.number(), STDERR_FILENO);
    // Not every library opens its sockets so that they close by themselves.
    posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
  }
  ~Surroundings() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;

  /// The process; 0 and errno set when there is none.
  pid_t start(const std::string& program, const std::vector<std::string>& arguments) const {
    std::vector<char*> pointers;
    for (const std::string& each : arguments) pointers.push_back(const_cast<char*>(each.c_str()));
    pointers.push_back(nullptr);
    std::array<char*, 1> environment = {nullptr};
    pid_t process = 0;
    errno = ::posix_spawn(&process, program.c_str(), &files_, &attributes_, pointers.data(),
                          environment.data());
    return errno == 0 ? process : 0;
  }

 private:
  posix_spawn_file_actions_t files_;
  posix_spawnattr_t attributes_;
};

struct Stream {
  Descriptor& end;
  std::string& text;
  std::size_t bytes_max;

  /// False when there is too much of it. Closes the end when there is no more.
  bool take() {
    std::array<char, 64 * limits::KiB> block;
    const ssize_t count = ::read(end.number(), block.data(), block.size());
    if (count < 0 && errno == EINTR) return true;
    if (count <= 0) {
      end.close();
      return true;
    }
    text.append(block.data(), static_cast<std::size_t>(count));
    return text.size() <= bytes_max;
  }
};

/// Until when, of which how much is left.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds patience)
      : patience_(patience), end_(Clock::now() + patience) {}

  /// Milliseconds, as poll takes them; 0: it is over.
  int left() const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
  }
  std::string missed() const {
    return fmt::format("took longer than {:.3g} s",
                       std::chrono::duration<double>(patience_).count());
  }

 private:
  std::chrono::milliseconds patience_;
  Clock::time_point end_;
};

/// Reads both until they end. What went wrong, in words.
std::optional<std::string> read_all(std::array<Stream, 2> streams, const Deadline& deadline) {
  while (streams[0].end.number() >= 0 || streams[1].end.number() >= 0) {
    const int left = deadline.left();
    if (left == 0) return deadline.missed();
    // A closed end is -1, which poll passes over.
    std::array<pollfd, 2> ready = {pollfd{streams[0].end.number(), POLLIN, 0},
                                   pollfd{streams[1].end.number(), POLLIN, 0}};
    if (::poll(ready.data(), ready.size(), left) < 0) continue;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (ready[i].revents != 0 && !streams[i].take()) {
        return fmt::format("wrote more than {} MiB", streams[i].bytes_max / limits::MiB);
      }
    }
  }
  return std::nullopt;
}

/// Waits for its end, which is there soon after that of its output. False when it is not. Asks
/// again and again: a descriptor that tells of it (pidfd_open) is not to be had everywhere.
bool has_ended(pid_t process, const Deadline& deadline) {
  siginfo_t ended{};
  while (::waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == 0) {
    if (deadline.left() == 0) return false;
    ::poll(nullptr, 0, 1);
  }
  return true;
}

/// How it ended, unless well.
std::optional<std::string> end_of(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return fmt::format("can't be waited for: {}", std::strerror(errno));
  }
  if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
  if (WEXITSTATUS(status) == 0) return std::nullopt;
  return fmt::format("ended with {}", WEXITSTATUS(status));
}

std::vector<std::string> arguments_of(const std::string& program,
                                      const std::vector<std::string>& folders) {
  std::vector<std::string> arguments = {program, "--read-mibs"};
  // No folder's name is taken for an option.
  for (const std::string& folder : folders) {
    arguments.push_back(folder.starts_with('-') ? "./" + folder : folder);
  }
  return arguments;
}

}  // namespace

std::expected<MibOutput, std::string> run_mib_process(const std::string& program,
                                                      const std::vector<std::string>& folders,
                                                      std::chrono::milliseconds patience) {
  Pipe names;
  Pipe problems;
  if (!names.open() || !problems.open()) {
    return std::unexpected(fmt::format("can't be started: {}", std::strerror(errno)));
  }
  const pid_t process =
      Surroundings(names, problems).start(program, arguments_of(program, folders));
  if (process == 0)
    return std::unexpected(fmt::format("can't be started: {}", std::strerror(errno)));
  names.write.close();
  problems.write.close();
  const Deadline deadline(patience);
  MibOutput output;
  auto fault = read_all({Stream{names.read, output.names, limits::mib_names_bytes_max},
                         Stream{problems.read, output.problems, limits::mib_problems_bytes_max}},
                        deadline);
  if (!fault && !has_ended(process, deadline)) fault = deadline.missed();
  if (fault) ::kill(process, SIGKILL);
  const auto end = end_of(process);
  if (fault || end) return std::unexpected(fault ? *fault : *end);
  return output;
}

}  // namespace deskd::connectors

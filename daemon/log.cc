#include "daemon/log.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include "rules/time.h"

namespace deskd::daemon::log {

namespace {

constexpr std::array<std::string_view, 3> level_names{"info", "warning", "error"};

struct Output {
  Form form = Form::text;
  std::shared_ptr<spdlog::logger> logger;
};

Output& output() {
  static Output the_output;
  return the_output;
}

std::string now_text() {
  return rules::rfc3339(
      std::chrono::time_point_cast<rules::Duration>(std::chrono::system_clock::now()));
}

std::string as_json(std::string_view level, std::string_view component, std::string_view message,
                    std::initializer_list<Fact> facts) {
  boost::json::object line{
      {"at", now_text()}, {"level", level}, {"component", component}, {"message", message}};
  for (const auto& [name, value] : facts) line[name] = value;
  return boost::json::serialize(line);
}

/// A fact may hold what a sender wrote: no control byte of it reaches a terminal.
void append_plain(std::string& line, std::string_view text) {
  for (const char byte : text) {
    const bool is_control = static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
    line.push_back(is_control ? ' ' : byte);
  }
}

std::string as_text(std::string_view level, std::string_view component, std::string_view message,
                    std::initializer_list<Fact> facts) {
  std::string line = now_text();
  line.append(" ").append(level).append(" ").append(component).append(": ");
  append_plain(line, message);
  for (const auto& [name, value] : facts) {
    line.append("  ").append(name).append("=");
    append_plain(line, value);
  }
  return line;
}

}  // namespace

Form form_of_surroundings() {
  const bool is_terminal = ::isatty(STDERR_FILENO) == 1;
  return !is_terminal && std::getenv("JOURNAL_STREAM") != nullptr ? Form::json : Form::text;
}

void open(Form form) {
  output().form = form;
  output().logger = spdlog::stderr_logger_mt("deskd");
  output().logger->set_pattern("%v");
}

void write(Level level, std::string_view component, std::string_view message,
           std::initializer_list<Fact> facts) {
  if (!output().logger) return;
  const std::string_view level_name = level_names[static_cast<std::size_t>(level)];
  const std::string line = output().form == Form::json
                               ? as_json(level_name, component, message, facts)
                               : as_text(level_name, component, message, facts);
  output().logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace deskd::daemon::log

#pragma once
// What deskd says about itself: one line per event, as text on a terminal and as JSON under
// systemd.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace deskd::daemon::log {

enum class Level : std::uint8_t { info, warning, error };
enum class Form : std::uint8_t { text, json };

/// JSON where systemd reads (JOURNAL_STREAM is set and stderr is no terminal), else text.
Form form_of_surroundings();
/// Before the first line; from then on any thread.
void open(Form form);

/// A fact that belongs to a line, such as {"source", "hooks"}. Never a secret.
using Fact = std::pair<std::string_view, std::string>;

/// Writes one line to stderr. `component` is the folder that speaks: "daemon", "ledger", "api" …
void write(Level level, std::string_view component, std::string_view message,
           std::initializer_list<Fact> facts = {});

inline void info(std::string_view component, std::string_view message,
                 std::initializer_list<Fact> facts = {}) {
  write(Level::info, component, message, facts);
}
inline void warning(std::string_view component, std::string_view message,
                    std::initializer_list<Fact> facts = {}) {
  write(Level::warning, component, message, facts);
}
inline void error(std::string_view component, std::string_view message,
                  std::initializer_list<Fact> facts = {}) {
  write(Level::error, component, message, facts);
}

}  // namespace deskd::daemon::log

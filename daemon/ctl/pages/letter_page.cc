#include "daemon/ctl/pages/letter_page.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>

#include "daemon/ctl/json_view.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

std::string place(const boost::json::value& letter) {
  return fmt::format("{}[{}]@{}", text_at(letter, "topic"), text_at(letter, "partition"),
                     text_at(letter, "offset"));
}

// The text, or the base64 of what is none.
std::string bytes_at(const boost::json::value& object, const std::string& name) {
  const std::string encoded = text_at(object, name + "_base64");
  return encoded.empty() ? text_at(object, name) : "base64 " + encoded;
}

std::string headers(const boost::json::value& letter) {
  std::string out;
  for (const auto& header : list_at(letter, "headers")) {
    out += fmt::format("{}{}={}", out.empty() ? "" : ", ", bytes_at(header, "name"),
                       bytes_at(header, "value"));
  }
  return out;
}

std::string size(const boost::json::value& letter) {
  const std::string bytes = text_at(letter, "value_bytes") + " bytes";
  if (text_at(letter, "cut") != "true") return bytes;
  return bytes + "; not all of the message is kept, so it can't be retried";
}

// Of a list, the elements that could be read at once.
std::string taken(const boost::json::value& letter) {
  const std::string count = text_at(letter, "taken");
  return count == "0" ? "" : count;
}

}  // namespace

Table letter_table(const boost::json::array& letters, const TimeStyle& times) {
  using Align = Column::Align;
  Table table{{{.title = "ID"},
               {.title = "SOURCE", .shrinks = true, .drops = 2},
               {.title = "POSITION", .shrinks = true, .least = 12},
               {.title = "WRITTEN"},
               {.title = "KEY", .shrinks = true, .drops = 1},
               {.title = "BYTES", .align = Align::right, .drops = 3},
               {.title = "REASON", .shrinks = true, .least = 20}}};
  for (const auto& letter : letters) {
    const bool is_cut = text_at(letter, "cut") == "true";
    table.row({{text_at(letter, "id"), Colour::cyan},
               {text_at(letter, "source")},
               {place(letter)},
               {times.show(text_at(letter, "at"))},
               {bytes_at(letter, "key")},
               {text_at(letter, "value_bytes"), is_cut ? Colour::yellow : Colour::none},
               {text_at(letter, "reason")}});
  }
  return table;
}

std::string letter_page(const boost::json::value& letter, const Session& session) {
  const Terminal& terminal = session.terminal();
  std::string page =
      fmt::format("{}  {}\n\n", terminal.paint(one_line(text_at(letter, "id")), Colour::cyan),
                  terminal.paint(one_line(text_at(letter, "reason")), Colour::bold));
  page += fields({{"source", {text_at(letter, "source")}},
                  {"position", {place(letter)}},
                  {"written", {session.times().show(text_at(letter, "at"))}},
                  {"key", {bytes_at(letter, "key")}},
                  {"headers", {headers(letter)}},
                  {"value", {size(letter)}},
                  {"alerts taken", {taken(letter)}}},
                 terminal);
  return page + "\n" + paragraph(bytes_at(letter, "value")) + "\n";
}

std::string retried_line(const boost::json::value& result, const Terminal& terminal) {
  std::string became;
  if (const auto* outcomes = at(result, "outcomes").if_object()) {
    for (const auto& [outcome, count] : *outcomes) {
      became += fmt::format("{}{} {}", became.empty() ? "" : ", ", text(count),
                            std::string_view{outcome});
    }
  }
  return fmt::format("{}  retried: {}\n",
                     terminal.paint(one_line(text_at(result, "id")), Colour::cyan),
                     became.empty() ? "no alerts" : one_line(became));
}

}  // namespace deskd::ctl

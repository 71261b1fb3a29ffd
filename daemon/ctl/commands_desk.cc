// deskctl sources, deskctl reload

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "config/reader.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/listing.h"
#include "daemon/ctl/pages/source_page.h"
#include "daemon/ctl/terminal/shown_text.h"

namespace deskd::ctl {

namespace {

constexpr std::size_t sources_shown_max = 1'000;

// Fails with the nearest name where there is none of that name.
const boost::json::value* find_source(const boost::json::array& sources, const std::string& name,
                                      Session& session) {
  std::vector<std::string> names;
  for (const auto& source : sources) {
    names.push_back(text_at(source, "name"));
    if (names.back() == name) return &source;
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  complain(fmt::format("no source is named '{}'{}", name, config::nearest_hint(name, known)));
  session.end_with(ExitCode::not_found);
  return nullptr;
}

void show_source(Session& session, const std::string& name) {
  const auto pages = fetch(session, "/api/v1/sources", {}, sources_shown_max);
  if (!pages) return;
  const auto* source = find_source(pages->items, name, session);
  if (source == nullptr) return;
  print(session.options.json ? boost::json::serialize(*source) + "\n"
                             : source_page(*source, session));
}

void add_sources(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("sources", "list the sources: state, lag, refusals; or one");
  auto name = std::make_shared<std::string>();
  command->add_option("source", *name, "show this one whole")->type_name("SOURCE");
  command->footer(
      "Those in trouble stand first, with the reason. LAG counts the records of topics that wait\n"
      "to be read (? while nobody knows), DROPPED the datagrams that became no alert.\n"
      "Example:\n  deskctl sources\n  deskctl sources traps");
  command->callback([&session, name] {
    if (!name->empty()) return show_source(session, *name);
    show_list(
        session, "/api/v1/sources", Filters{sources_shown_max},
        [&](const auto& sources) { return sources_page(sources, session); }, "no source");
  });
}

void reload(Session& session) {
  session.show({.method = "POST", .path = "/api/v1/reload"}, [](const boost::json::value& answer) {
    std::fputs(paragraph(text_at(answer, "text")).c_str(), stderr);
    for (const auto& setting : list_at(answer, "restarts")) {
      complain(text(setting) + " differs, and takes effect with the next start");
    }
    print(fmt::format("reloaded: setup {} is in force (hash {})\n", text_at(answer, "number"),
                      one_line(text_at(answer, "hash"))));
  });
}

void add_reload(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand("reload", "have deskd read all its files again");
  command->footer(
      "Waits until the new files are in force. With a mistake in any of them nothing changes,\n"
      "every mistake is told, and the exit code is 78.\n"
      "Example:\n  deskctl reload");
  command->callback([&session] { reload(session); });
}

}  // namespace

void add_desk_commands(CLI::App& cli, Session& session) {
  add_sources(cli, session);
  add_reload(cli, session);
}

}  // namespace deskd::ctl

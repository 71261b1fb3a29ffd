// deskctl dead-letters

#include <fmt/format.h>
#include <unistd.h>

#include "daemon/ctl/acting/act_on_letters.h"
#include "daemon/ctl/acting/actions.h"
#include "daemon/ctl/acting/words.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/listing.h"
#include "daemon/ctl/pages/letter_page.h"

namespace deskd::ctl {

namespace {

struct LetterArguments {
  std::vector<std::string> words;
  Filters filters;
  bool is_for_all = false;
  bool is_agreed = false;
};

void refuse(Session& session, std::string_view sentence) {
  complain(sentence);
  session.end_with(ExitCode::usage);
}

void act_on_all(Session& session, const std::string& verb, const LetterArguments& arguments) {
  const Query filter = arguments.filters.query();
  if (!arguments.words.empty()) {
    return refuse(session, "--all stands for all of them; leave out the ids");
  }
  if (verb == "drop" && !arguments.is_agreed) {
    if (::isatty(STDIN_FILENO) != 1) {
      return refuse(session, "drop --all asks first, and here is nobody to ask: say --yes");
    }
    if (!may_drop_all(session, filter)) return;
  }
  act_on_all_letters(session, verb, filter);
}

void show_letters(Session& session, const Filters& filters) {
  show_list(
      session, letters_path, filters,
      [&](const auto& letters) {
        return letter_table(letters, session.times()).text(session.terminal());
      },
      "no such dead letter");
}

void run(Session& session, const CLI::App& command, const LetterArguments& arguments) {
  const std::string verb = action_of(command);
  if (arguments.is_for_all) return act_on_all(session, verb, arguments);
  if (verb.empty() && arguments.words.empty()) return show_letters(session, arguments.filters);
  if (!arguments.filters.query().empty()) {
    return refuse(session, verb.empty() ? "filters are for the list; leave out the ids"
                                        : "filters go with --all, ids without filters");
  }
  const auto ids = checked_ids(arguments.words, action_names(command));
  if (!ids) return refuse(session, ids.error() + (verb.empty() ? "" : "; or say --all"));
  if (!verb.empty()) return act_on_letters(session, verb, *ids);
  for (const std::string& id : *ids) {
    session.show({.path = fmt::format("{}/{}", letters_path, percent_encoded(id))},
                 [&](const boost::json::value& letter) { print(letter_page(letter, session)); });
  }
}

void add_verbs(CLI::App& command, const std::shared_ptr<LetterArguments>& arguments) {
  auto* retry = command.add_subcommand(
      "retry", "read them again, by the source's format, mapping and rules of now");
  retry->add_flag("--all", arguments->is_for_all, "all that the filters find");
  retry->footer(
      "What can be read is applied and the letter is gone; what can't stays, with the reason of\n"
      "now. Alerts of a list that were taken when it first came in are not taken again.\n"
      "Example:\n  deskctl dead-letters retry --all --source bus");
  auto* drop = command.add_subcommand("drop", "forget them: somebody has dealt with it");
  drop->add_flag("--all", arguments->is_for_all, "all that the filters find; asks first");
  drop->add_flag("-y,--yes", arguments->is_agreed, "with --all: don't ask first");
  drop->footer("Example:\n  deskctl dead-letters drop 0-12 0-13");
}

}  // namespace

void add_letter_commands(CLI::App& cli, Session& session) {
  auto* command = cli.add_subcommand(
      "dead-letters", "messages of a log that can't become alerts: list, show, retry, drop");
  auto arguments = std::make_shared<LetterArguments>();
  command->require_subcommand(0, 1);
  command->add_option("ids", arguments->words, "show these, or do something with them; none: list")
      ->type_name("ID…");
  arguments->filters.add_several(*command, "source", "the source that read it");
  arguments->filters.add_several(*command, "topic", "the topic in which it stands");
  arguments->filters.add(*command, "partition", "the partition, a number");
  arguments->filters.add_limit(*command);
  add_verbs(*command, arguments);
  command->footer(
      "POSITION is topic[partition]@offset. A value of which BYTES is yellow was too large to be\n"
      "kept whole, and can't be retried.\n"
      "Examples:\n"
      "  deskctl dead-letters --source bus\n"
      "  deskctl dead-letters 0-12\n"
      "  deskctl dead-letters retry 0-12\n"
      "  deskctl dead-letters retry --all --source bus\n"
      "  deskctl dead-letters drop 0-12");
  command->callback([&session, command, arguments] { run(session, *command, *arguments); });
}

}  // namespace deskd::ctl

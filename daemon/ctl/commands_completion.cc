// deskctl completion, deskctl __complete

#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "daemon/ctl/commands.h"
#include "daemon/ctl/completion/candidates.h"
#include "daemon/ctl/completion/lookup.h"
#include "daemon/ctl/completion/position.h"
#include "daemon/ctl/completion/scripts.h"

namespace deskd::ctl {

namespace {

// Lets the options that stand before the cursor hold, such as another deskd's --url.
void apply_options(CLI::App& cli, const completion::Position& position) {
  for (const auto& [option, value] : position.given) {
    if (option->get_lnames().empty() || !completion::takes_value(*option)) continue;
    if (cli.get_option_no_throw("--" + option->get_lnames().front()) != option) continue;
    try {
      option->clear();
      option->add_result(value);
      option->run_callback();
    } catch (const CLI::Error&) {
      return;  // a value that makes no sense is told when the command runs
    }
  }
}

void complete(CLI::App& cli, const Session& session, const std::vector<std::string>& words) {
  const auto position = completion::position_in(cli, words);
  auto choice = completion::choice_at(position);
  if (choice.kind == completion::Kind::files) return print(":files\n");
  if (choice.kind != completion::Kind::none) {
    apply_options(cli, position);
    const auto client = session.client_options();
    if (!client) return;
    auto found = completion::look_up(choice.kind, *client);
    choice.candidates.insert(choice.candidates.end(), found.begin(), found.end());
  }
  print(completion::lines_of(choice.candidates, position));
}

void add_completion(CLI::App& cli) {
  auto* command = cli.add_subcommand("completion", "print the completion script of a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->type_name("SHELL")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(
      "Commands, options, ids, queues, people and sources complete, the last four by asking "
      "deskd.\n"
      "Examples:\n"
      "  source <(deskctl completion bash)     # in ~/.bashrc\n"
      "  source <(deskctl completion zsh)      # in ~/.zshrc, behind compinit\n"
      "  deskctl completion fish | source      # in ~/.config/fish/config.fish");
  command->callback([shell] { print(completion::script_for(*shell)); });
}

}  // namespace

void add_completion_commands(CLI::App& cli, Session& session) {
  add_completion(cli);
  auto* command = cli.add_subcommand("__complete", "what can follow: for the scripts");
  command->group("");  // not for people
  auto words = std::make_shared<std::vector<std::string>>();
  command->add_option("words", *words, "behind --: the words so far, the last one being written");
  command->callback([&cli, &session, words] { complete(cli, session, *words); });
}

}  // namespace deskd::ctl

#include <doctest/doctest.h>

#include <algorithm>

#include "daemon/ctl/commands.h"
#include "daemon/ctl/completion/candidates.h"
#include "daemon/ctl/completion/lookup.h"
#include "daemon/ctl/completion/position.h"
#include "daemon/ctl/completion/scripts.h"

using namespace deskd::ctl;
using namespace deskd::ctl::completion;

namespace {

using Words = std::vector<std::string>;

// The real commands, under a program with one option of its own.
struct Program {
  Session session;
  CLI::App cli{"", "deskctl"};

  Program() {
    cli.fallthrough();
    cli.add_option("--url", session.options.url, "where deskd listens");
    cli.add_flag("--json", session.options.json, "print JSON");
    add_incident_commands(cli, session);
    add_queue_commands(cli, session);
    add_alarm_commands(cli, session);
    add_alert_commands(cli, session);
    add_letter_commands(cli, session);
    add_desk_commands(cli, session);
    add_rule_commands(cli, session);
    add_completion_commands(cli, session);
  }

  Choice choice(const Words& words) { return choice_at(position_in(cli, words)); }

  Words values(const Words& words) {
    const Position position = position_in(cli, words);
    const std::string lines = lines_of(choice_at(position).candidates, position);
    Words out;
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
      out.push_back(lines.substr(at, lines.find('\t', at) - at));
    }
    return out;
  }
};

bool has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Position writing(const std::string& word) {
  Position position;
  position.written = word;
  return position;
}

}  // namespace

TEST_CASE("commands complete, those for scripts don't") {
  Program program;
  const Words all = program.values({""});
  for (const char* command : {"incidents", "incident", "queues", "next", "alarms", "sources",
                              "rules", "reload", "completion"}) {
    CAPTURE(command);
    CHECK(has(all, command));
  }
  CHECK_FALSE(has(all, "__complete"));
  CHECK(program.values({"inc"}) == Words{"incidents", "incident"});
  CHECK(program.values({"rules", "ch"}) == Words{"check"});
}

TEST_CASE("options are those of the command and of what stands around it") {
  Program program;
  const Words options = program.values({"incidents", "--"});
  CHECK(has(options, "--queue"));
  CHECK(has(options, "--url"));
  CHECK(has(options, "--help"));
  CHECK_FALSE(has(program.values({"queues", "--"}), "--queue"));
  CHECK_FALSE(has(program.values({"--url", "http://x", "incidents", "--"}), "--url"));
  CHECK(program.values({"incidents", "--unac"}) == Words{"--unacked"});
}

TEST_CASE("values complete by what they stand for") {
  struct Case {
    Words words;
    Kind kind;
  };
  Program program;
  for (const Case& one :
       {Case{{"incidents", "--queue", ""}, Kind::queues},
        Case{{"incidents", "--queue=noc"}, Kind::queues}, Case{{"next", ""}, Kind::queues},
        Case{{"incident", ""}, Kind::incidents}, Case{{"incident", "0-1", ""}, Kind::incidents},
        Case{{"incident", "0-1", "ack", ""}, Kind::incidents},
        Case{{"incident", "0-1", "assign", "--person", ""}, Kind::people},
        Case{{"incident", "0-1", "set", "--priority", ""}, Kind::priorities},
        Case{{"alarm", ""}, Kind::alarms}, Case{{"alerts", "--source", ""}, Kind::sources},
        Case{{"dead-letters", "0-1", ""}, Kind::letters},
        Case{{"dead-letters", "retry", ""}, Kind::letters},
        Case{{"dead-letters", "retry", "--all", "--source", ""}, Kind::sources},
        Case{{"sources", ""}, Kind::sources}, Case{{"sources", "hooks", ""}, Kind::none},
        Case{{"rules", "check", "--config", ""}, Kind::files},
        Case{{"incident", "0-1", "note", "-m", ""}, Kind::none},
        Case{{"next", "noc", ""}, Kind::none}, Case{{"queues", ""}, Kind::none}}) {
    CAPTURE(one.words);
    CHECK(program.choice(one.words).kind == one.kind);
  }
  CHECK(program.values({"incidents", "--severity", "m"}) == Words{"minor", "major"});
  CHECK(program.values({"incidents", "--severity=m"}) ==
        Words{"--severity=minor", "--severity=major"});
  CHECK(has(program.values({"incidents", "--state", ""}), "in_progress"));
  CHECK(program.values({"completion", ""}) == Words{"bash", "zsh", "fish"});
  CHECK(program.values({"completion", "zsh", ""}).empty());
}

TEST_CASE("actions stand behind an id, and behind --apply") {
  Program program;
  CHECK_FALSE(has(program.values({"incident", ""}), "ack"));
  CHECK(has(program.values({"incident", "0-1", ""}), "ack"));
  CHECK(program.values({"incident", "0-1", "rel"}) == Words{"release"});
  CHECK(has(program.values({"incident", "0-1", "take", "--"}), "--force"));
  CHECK_FALSE(has(program.values({"incidents", ""}), "ack"));
  CHECK(has(program.values({"incidents", "--queue", "noc", "--apply", ""}), "ack"));
}

TEST_CASE("what is done with dead letters stands before or behind their ids") {
  Program program;
  CHECK(program.values({"dead-letters", ""}) == Words{"retry", "drop"});
  CHECK(program.values({"dead-letters", "0-1", "d"}) == Words{"drop"});
  CHECK(has(program.values({"dead-letters", "drop", "--"}), "--all"));
  CHECK(has(program.values({"dead-letters", "drop", "--"}), "--source"));
}

TEST_CASE("a value that looks like a command is a value") {
  Program program;
  const Position position = position_in(
      program.cli, Words{"incidents", "--queue", "rules", "--class=next", "--person", "a"});
  CHECK(position.command->get_name() == "incidents");
  REQUIRE(position.option);
  CHECK(position.option->get_name() == "--person");
  CHECK(position.written == "a");
  REQUIRE(position.given.size() == 2);
  CHECK(position.given[0].second == "rules");
  CHECK(position.given[1].second == "next");
}

TEST_CASE("words that make no sense are passed over") {
  Program program;
  for (const Words& words :
       {Words{}, Words{""}, Words{"-"}, Words{"--"}, Words{"--=", ""}, Words{"--no-such", "x", ""},
        Words{"nonsense", "incident", "--", "-"}, Words{"incident", "--", "--queue", ""},
        Words{"-m", "-m", "-"}, Words{std::string(100'000, 'x')}, Words{"\xff\xfe", "\x1b[2J"}}) {
    const Position position = position_in(program.cli, words);
    lines_of(choice_at(position).candidates, position);
    CHECK(position.command != nullptr);
  }
}

TEST_CASE("what is offered can't steer a terminal, and no value is changed to another") {
  const std::vector<Candidate> candidates{{"0-1", "Link\tdown\x1b[2J\nrm -rf /"},
                                          {"0-2\x1b[2J", "x"},
                                          {"0-3\nrm -rf /", "x"},
                                          {"0-4\tx", ""},
                                          {"0-5", std::string(500, 'x')},
                                          {"$(reboot)", "a queue"},
                                          {"", "nothing"}};
  const std::string lines = lines_of(candidates, writing(""));
  CHECK(lines.starts_with("0-1\tLink down\xEF\xBF\xBD[2J rm -rf /\n0-5\txxx"));
  CHECK(lines.ends_with("\xE2\x80\xA6\n$(reboot)\ta queue\n"));
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 3);
}

TEST_CASE("a page of candidates is enough, and none is offered twice") {
  std::vector<Candidate> many;
  for (int i = 0; i < 2'000; ++i) many.push_back({"0-" + std::to_string(i)});
  const std::string lines = lines_of(many, writing("0-"));
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 500);
  Position position = writing("0-1");
  position.positionals = {"0-1"};
  CHECK(lines_of({{"0-1"}, {"0-12"}}, position) == "0-12\t\n");
}

TEST_CASE("nobody at the other end: nothing is offered, soon") {
  ClientOptions nobody;
  nobody.url = "http://127.0.0.1:1";
  for (const Kind kind : {Kind::incidents, Kind::alarms, Kind::queues, Kind::priorities,
                          Kind::sources, Kind::rules, Kind::letters}) {
    CHECK(look_up(kind, nobody).empty());
  }
  nobody.actor = "anna";
  CHECK(look_up(Kind::people, nobody).size() == 1);
}

TEST_CASE("there is a script for each shell, and for no other") {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    CAPTURE(shell);
    CHECK(script_for(shell).find("__complete -- ") != std::string_view::npos);
  }
  CHECK(script_for("tcsh").empty());
}

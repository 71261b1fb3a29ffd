"""What completes in real shells: bash, zsh and fish, each as a person has it."""

import socket
import subprocess
import time

import pytest
from desk import DESKCTL, Desk, deskctl, link_down
from tmux import Terminal

QUEUES = """\
queues:
  - {name: noc-network, team: NOC, tier: 1}
  - {name: "noc $(touch owned) `touch owned`", team: "$(touch owned)"}
  - {name: sre}
  - {name: triage, catch_all: true}
"""

HOSTILE = "\x1b[2J\x1b]0;owned\x07$(touch owned)`touch owned`; touch owned\ttab\nline"

PROMPTS = {"bash": "PS1='ready> '", "zsh": "PROMPT='ready> '",
           "fish": "function fish_prompt; echo -n 'ready> '; end"}
START = {"bash": ["bash", "--norc", "--noprofile"], "zsh": ["zsh", "-f"],
         "fish": ["fish", "--no-config"]}
LOAD = {"bash": "source <(deskctl completion bash)",
        "zsh": "autoload -U compinit && compinit -u -D && source <(deskctl completion zsh)",
        "fish": "deskctl completion fish | source"}


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path, desk=QUEUES) as running:
        running.send(link_down(7), link_down(8, summary=HOSTILE))
        yield running


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request, desk, program, tmp_path):
    """A terminal with that shell, `deskctl` in its PATH and its completions loaded."""
    name = request.param
    program(name)
    path = tmp_path / "bin"
    path.mkdir()
    (path / "deskctl").symlink_to(DESKCTL)
    env = {"DESKCTL_URL": desk.url, "PATH": f"{path}:/usr/bin:/bin", "ZDOTDIR": str(tmp_path),
           "XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_DATA_HOME": str(tmp_path / "share")}
    with Terminal(program, tmp_path, START[name], 120, 40, env) as terminal:
        time.sleep(0.3)  # a shell that starts may lose what is typed before its first prompt
        terminal.type_text(f"cd {tmp_path}; {PROMPTS[name]}; {LOAD[name]}; clear")
        terminal.type("Enter")
        terminal.shows(lambda screen: screen.strip() == "ready>")
        terminal.name = name
        yield terminal
    assert not (tmp_path / "owned").exists(), "something that was only offered has been executed"

# The first key writes what all have in common; bash wants to be asked twice for the rest.
KEYS_TO_LIST = {"bash": 3, "zsh": 2, "fish": 1}


def completed(terminal, typed, until, lists=False):
    """Types, asks for completion, and waits for what must be seen then."""
    terminal.type("C-u")  # takes back what stands there; a signal could hit what is typed next
    terminal.type_text("clear")
    terminal.type("Enter")
    terminal.shows(lambda screen: screen.strip() == "ready>")
    terminal.type_text(typed)
    terminal.shows(lambda screen: f"ready> {typed}".strip() in screen)
    terminal.type(*["Tab"] * (KEYS_TO_LIST[terminal.name] if lists else 1))
    return terminal.shows(until)


def ids(desk):
    return {incident["title"][:9]: incident["id"] for incident in desk.incidents()}


def test_commands_options_and_actions(shell, desk):
    completed(shell, "deskctl relo", "ready> deskctl reload")
    completed(shell, "deskctl incidents --unack", "ready> deskctl incidents --unacked")
    completed(shell, "deskctl rules che", "ready> deskctl rules check")
    some = ids(desk)["Link down"]
    completed(shell, f"deskctl incident {some} relea", f"deskctl incident {some} release")


def test_values_known_to_deskd(shell, desk):
    completed(shell, "deskctl incidents --queue tri", "deskctl incidents --queue triage")
    completed(shell, "deskctl incidents --queue=tri", "deskctl incidents --queue=triage")
    completed(shell, "deskctl next tri", "deskctl next triage")
    completed(shell, "deskctl alerts --source alertm", "deskctl alerts --source alertmanager")
    completed(shell, "deskctl incidents --severity crit", "deskctl incidents --severity critical")


def test_ids_complete_with_what_they_are(shell, desk):
    screen = completed(shell, "deskctl incident ", ids(desk)["Link down"], lists=True)
    assert all(incident["id"] in screen for incident in desk.incidents())
    if shell.name != "bash":  # which shows no descriptions
        assert "new: Link down on edge-7" in screen
    [alarm] = desk.items("/api/v1/alarms", resource="edge-7")
    completed(shell, "deskctl alarm ", alarm["id"], lists=True)


def test_hostile_titles_are_shown_and_do_nothing(shell, desk):
    screen = completed(shell, "deskctl incident ", ids(desk)["Link down"], lists=True)
    if shell.name != "bash":
        assert "\ufffd[2J" in screen and "touch owned" in screen
    assert "owned" not in shell.asked("#{pane_title}")


def test_a_hostile_queue_is_quoted_when_it_is_inserted(shell, desk):
    screen = completed(shell, "deskctl next noc\\ ", "touch")
    [line] = [line for line in screen.split("\n") if line.startswith("ready> ")]
    assert "\\$\\(touch" in line or "'" in line, line
    shell.type("Enter")
    # deskctl gets the queue's whole name as one word, and nothing was executed to make it.
    shell.shows(lambda screen: "nothing" in screen or "waits" in screen or "queue" in screen)


def test_files_complete_where_files_are_meant(shell, tmp_path, desk):
    completed(shell, "deskctl rules check --config deskd.y",
              "deskctl rules check --config deskd.yaml")


def test_another_deskd_is_asked_where_the_line_says_so(shell, desk):
    screen = completed(shell, "deskctl --url http://127.0.0.1:1 next tri", "next tri")
    time.sleep(1.0)  # longer than a look-up may take
    assert "triage" not in shell.screen(), screen


def complete(*words, url, **options):
    started = time.monotonic()
    done = deskctl("__complete", "--", *words, url=url, **options)
    done.seconds = time.monotonic() - started
    return done


def test_it_is_silent_and_soon_done_when_nobody_answers(folder):
    with socket.socket() as silent:  # takes connections and says nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        done = complete("incident", "", url=f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert done.seconds < 2
    done = complete("next", "", url="http://127.0.0.1:1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "incidents\t" in complete("inc", url="http://127.0.0.1:1").stdout


def test_a_token_that_cannot_be_read_is_no_reason_to_speak(desk):
    done = complete("next", "", url=desk.url, env={"DESKCTL_TOKEN_FILE": "/nonexistent"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_lines_are_values_and_clean_descriptions(desk):
    lines = complete("incident", "", url=desk.url).stdout.split("\n")
    assert lines.pop() == ""
    assert len(lines) == 2
    for line in lines:
        value, description = line.split("\t")
        assert value in {incident["id"] for incident in desk.incidents()}
        assert description.isprintable() or "\ufffd" in description
        assert "\x1b" not in line and "\x07" not in line


def test_people_are_those_who_work(desk):
    incident = desk.incidents()[0]["id"]
    assert desk.post(f"/api/v1/incidents/{incident}/take",
                     headers={"X-Desk-Actor": "ben"}).status == 200
    offered = complete("incidents", "--person", "", url=desk.url).stdout
    assert [line.split("\t")[0] for line in offered.splitlines()] == ["anna", "ben"]


def test_every_command_and_option_of_help_completes(desk):
    """The completions are read from the command line's own definition; --help is too."""
    for command in ([], ["incidents"], ["incident"], ["alarms"], ["alerts"], ["rules", "check"]):
        help = subprocess.run([str(DESKCTL), *command, "--help"], capture_output=True, text=True,
                              check=True).stdout
        offered = complete(*command, "--", url=desk.url).stdout.replace("\t", " ").split()
        for word in help.split():
            word = word.strip(",.").split("=")[0]
            if word.startswith("--") and not help.split("Example")[0].count(word) == 0:
                name = word.split(",")[0]
                assert name in offered, (command, name)

"""`deskctl top` in a real terminal: what a shift sees, and what its keys do."""

import re
import signal
import subprocess
import time

import pytest
from desk import DESKCTL, deskctl, link_down
from tmux import Terminal


@pytest.fixture
def shell(desk, program, tmp_path):
    """Opens a terminal with a shell that has started `deskctl top`."""
    opened = []

    def open(*options, width=80, height=24, env=None):
        terminal = Terminal(program, tmp_path, ["bash", "--norc", "--noprofile"], width, height,
                            {"DESKCTL_URL": desk.url, "PS1": "prompt$ "} | (env or {}))
        opened.append(terminal)
        terminal.shows("prompt$")
        terminal.type_text("stty -a > before; echo before the view")
        terminal.type("Enter")
        terminal.shows("\nbefore the view")
        terminal.type_text(" ".join([str(DESKCTL), "top", "--every", "0.2", *options]))
        terminal.type("Enter")
        terminal.shows("SOURCE")
        return terminal

    yield open
    for terminal in opened:
        terminal.__exit__()


def selected(screen):
    """The id in the marked line of incidents."""
    found = re.search(r"^> (\d+-\d+) ", screen, re.M)
    return found and found[1]


def in_order(screen, first, second):
    return 0 <= screen.find(first) < screen.find(second)


def assert_terminal_is_as_before(terminal):
    terminal.shows("before the view")
    assert terminal.asked("#{alternate_on} #{cursor_flag} #{wrap_flag}") == "0 1 1"
    terminal.type_text("stty -a > after; cmp before after && echo the same")
    terminal.type("Enter")
    terminal.shows("\nthe same")


def test_incidents_appear_and_keys_act(desk, shell):
    terminal = shell()
    terminal.shows("no open incident")
    desk.send(link_down(7), link_down(8))
    screen = terminal.shows("Link down on edge-8")
    assert "2 open, 2 unacked" in screen and re.search(r" \d\d:\d\d:\d\d UTC$", screen, re.M)
    assert re.search(r"^> noc-network +2 +2 ", screen, re.M)
    assert re.search(r"hooks +listening +[\d.]+ +2 ", screen)
    by_title = {incident["title"]: incident["id"] for incident in desk.incidents()}
    newest, oldest = by_title["Link down on edge-8"], by_title["Link down on edge-7"]
    assert selected(screen) == newest

    terminal.type("j")
    terminal.shows(lambda screen: selected(screen) == oldest)
    terminal.type("a")
    terminal.shows("is acknowledged by anna")
    assert desk.incident(oldest)["acknowledged_by"] == "anna"
    assert desk.incident(newest)["acknowledged_by"] is None
    terminal.shows("2 open, 1 unacked")

    terminal.type("Up")
    terminal.shows(lambda screen: selected(screen) == newest)
    terminal.type("t")
    terminal.shows("is with anna")
    assert desk.incident(newest)["person"] == "anna"


def test_next_gives_the_most_urgent_of_the_selected_queue(desk, shell):
    desk.send(link_down(1), {"resource": "shop", "type": "Slow", "labels": {"team": "sre"},
                             "severity": "major", "summary": "The shop is slow"})
    terminal = shell()
    terminal.shows("The shop is slow")
    terminal.type("Tab")
    terminal.shows(lambda screen: re.search(r"^> sre ", screen, re.M))
    # The newest first, then the most urgent.
    terminal.shows(lambda screen: in_order(screen, "The shop is slow", "Link down"))
    terminal.type("s")
    screen = terminal.shows(lambda screen: in_order(screen, "Link down", "The shop is slow"))
    assert "an error" not in screen
    terminal.type("n")
    terminal.shows("is with anna: The shop is slow")
    terminal.type("n")
    terminal.shows("nothing new waits in sre")
    assert [i["person"] for i in desk.incidents(queue="noc-network")] == [None]


def test_a_refusal_is_told_and_a_page_shown(desk, shell):
    desk.send(link_down(1))
    [incident] = desk.incidents()
    assert desk.post(f"/api/v1/incidents/{incident['id']}/take",
                     headers={"X-Desk-Actor": "ben"}).status == 200
    terminal = shell()
    terminal.shows("Link down on edge-1")
    terminal.type("t")
    terminal.shows(lambda screen: "ben" in screen.rstrip("\n").split("\n")[-1])
    terminal.type("Enter")
    page = terminal.shows("Decided by")
    assert "network.link" in page and "person         ben" in page
    terminal.type("End")
    terminal.shows("Timeline, newest first")
    terminal.type("q")
    terminal.shows("QUEUE")
    terminal.type("?")
    terminal.shows("acknowledge it")
    terminal.type("x")
    terminal.shows("QUEUE")
    terminal.type("s")
    terminal.shows("s most urgent")


def test_it_uses_the_room_there_is(desk, shell):
    desk.send(*[link_down(n) for n in range(30)])
    terminal = shell()
    terminal.shows("Link down on edge-29")
    assert "FIRING" not in terminal.screen()
    terminal.resize(120, 40)
    screen = terminal.shows("FIRING")
    assert any(in_order(line, "QUEUE", "SOURCE") for line in screen.split("\n"))
    assert len(re.findall("Link down", screen)) > 25
    terminal.resize(40, 10)
    screen = terminal.shows(lambda screen: "SOURCE" not in screen and selected(screen))
    assert all(len(line) <= 40 for line in screen.split("\n"))
    terminal.type("End")
    terminal.shows(lambda screen: selected(screen) == min(
        (i["id"] for i in desk.incidents()), key=lambda id: int(id.split("-")[1])))


def test_a_restart_of_deskd_is_survived(desk, shell):
    desk.send(link_down(1))
    terminal = shell()
    terminal.shows("Link down on edge-1")
    desk.kill()
    screen = terminal.shows(re.compile(r"no answer since \d+s: \S").search)
    assert "Link down on edge-1" in screen, "what was known stays"
    terminal.type("a")
    terminal.shows("no answer from")
    desk.start()
    terminal.shows("1 open, 1 unacked")
    desk.send(link_down(2))
    terminal.shows("Link down on edge-2")


def test_a_deskd_that_hangs_does_not_hang_the_keys(desk, shell):
    desk.send(link_down(1), link_down(2))
    terminal = shell()
    terminal.shows("Link down on edge-2")
    first = selected(terminal.screen())
    desk.process.send_signal(signal.SIGSTOP)
    try:
        time.sleep(0.5)  # a look is under way
        started = time.monotonic()
        terminal.type("j")
        terminal.shows(lambda screen: selected(screen) not in (None, first))
        assert time.monotonic() - started < 2.5, "a look waits for 3 s"
        terminal.shows("no answer since")
        terminal.type("q")
        terminal.shows("before the view")
    finally:
        desk.process.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("end", ["q", "C-c", "TERM", "HUP"])
def test_the_terminal_is_left_as_it_was(desk, shell, end, tmp_path):
    desk.send(link_down(1))
    terminal = shell()
    terminal.shows("Link down on edge-1")
    assert terminal.asked("#{alternate_on}") == "1"
    if end in ("TERM", "HUP"):
        top = subprocess.run(["pgrep", "-f", f"^{DESKCTL} top", "-P", terminal.asked("#{pane_pid}")],
                             capture_output=True, text=True, check=True).stdout.split()
        subprocess.run(["kill", f"-{end}", *top], check=True)
    else:
        terminal.type(end)
    assert_terminal_is_as_before(terminal)


def test_stopped_and_continued(desk, shell):
    desk.send(link_down(1))
    terminal = shell()
    terminal.shows("Link down on edge-1")
    terminal.type("C-z")
    terminal.shows("Stopped")
    assert terminal.asked("#{alternate_on}") == "0"
    terminal.type_text("fg")
    terminal.type("Enter")
    terminal.shows("Link down on edge-1")
    terminal.type("q")
    assert_terminal_is_as_before(terminal)


def test_no_colour_where_none_is_wanted(desk, shell):
    desk.send(link_down(1))
    terminal = shell(env={"NO_COLOR": "1"})
    terminal.shows("Link down on edge-1")
    assert "\x1b[" not in terminal.colours()


def test_hostile_alerts_do_no_harm(desk, shell):
    evil = "日本語\x1b[2J\x1b]0;owned\x07\x1b[?1049l\x1b[31mred\x9b5m\u202e" + "日本語" * 30
    desk.send(link_down(1, summary=evil), link_down(2))
    terminal = shell()
    screen = terminal.shows("\ufffd[2J")
    assert "日本語" in screen and "Link down on edge-2" in screen
    assert terminal.asked("#{alternate_on}") == "1"
    assert "owned" not in terminal.asked("#{pane_title}")
    terminal.type("q")
    assert_terminal_is_as_before(terminal)


def test_one_frame_where_there_is_no_terminal(desk):
    desk.send(link_down(1))
    done = desk.ctl("top", "--every", "0.3")
    assert done.returncode == 0, done
    assert "Link down on edge-1" in done.stdout and "noc-network" in done.stdout
    assert re.search(r"hooks +listening +0 +1 ", done.stdout), done.stdout
    assert "\x1b" not in done.stdout
    assert desk.ctl("top", "--once", columns=60).returncode == 0
    assert deskctl("top", "--once", url="http://127.0.0.1:1").returncode == 5
    assert deskctl("top", "--every", "0", url=desk.url).returncode == 2

"""deskctl for people on shift: every action, what it takes, and what a script sees of it."""

import datetime
import json
import os
import pty
import re
import subprocess

from desk import (DESKCTL, NOT_FOUND, OK, REFUSED, UNREACHABLE, USAGE, deskctl, free_port,
                  link_down, shown, wait_until)


def entries(desk, id, action):
    return [e for e in desk.incident(id)["timeline"] if e["action"] == action]


def typed(desk, answer, *arguments):
    """Runs deskctl on a terminal on which somebody types `answer`; exit code and what it showed."""
    mine, theirs = pty.openpty()
    os.write(mine, answer.encode())
    done = subprocess.run([str(DESKCTL), "--url", desk.url, "--as", "anna", *arguments],
                          stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=30, env=os.environ | {"NO_COLOR": "1"})
    os.close(theirs)
    os.close(mine)
    return done.returncode, done.stdout


# Each action.

def test_a_shift_of_one_incident(desk, incident):
    def do(*arguments, by="anna"):
        return shown(desk.ctl("incident", incident, *arguments, "--as", by))

    assert "new, acknowledged by anna" in do("ack")
    assert f"{incident}  assigned to anna" in do("take")
    assert "in progress with anna" in do("start")
    assert "assigned to ben" in do("assign", "--person", "ben", "-m", "my shift ends")
    assert "in progress with ben" in do("start", by="ben")
    assert "pending with ben, wakes in 2h" in do("pend", "--until", "2h", "-m", "carrier")
    assert "in progress with ben" in do("start", by="ben")
    assert f"{incident}  new" in do("release")
    assert "sre" in do("assign", "--queue", "sre")
    assert "assigned to carl" in do("assign", "--queue", "noc-network", "--person", "carl")
    assert "resolved" in do("resolve", "-m", "cable")
    assert "assigned to carl" in do("reopen", "-m", "still down")
    do("note", "-m", "the carrier knows")
    assert "cancelled" in do("cancel", "-m", "planned work")
    do("reopen")
    do("resolve")
    assert "closed" in do("close")
    assert [e["text"] for e in entries(desk, incident, "note")] == ["the carrier knows"]
    assert "carrier" in entries(desk, incident, "pend")[0]["text"]


def test_take_names_the_holder_and_force_takes_it(desk, incident):
    shown(desk.ctl("incident", incident, "take", "--as", "anna"))
    held = desk.ctl("incident", incident, "take", "--as", "ben")
    shown(held, REFUSED)
    assert "anna" in held.stderr and held.stdout == ""
    assert "assigned to ben" in shown(
        desk.ctl("incident", incident, "take", "--force", "--as", "ben"))


def test_pend_until_when(desk, incident):
    def until(text, zone="UTC"):
        shown(desk.ctl("incident", incident, "take"))
        shown(desk.ctl("incident", incident, "pend", "--until", text, env={"TZ": zone}))
        time = desk.incident(incident)["pending_until"]
        shown(desk.ctl("incident", incident, "start"))
        return datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))

    now = datetime.datetime.now(datetime.timezone.utc)
    hours = (until("1h30m") - now).total_seconds() / 3600
    assert 1.49 < hours < 1.6
    soon = (now + datetime.timedelta(days=3)).replace(microsecond=0)
    assert until(soon.isoformat()) == soon
    # EST5 is five hours behind UTC.
    clock = until("08:30", zone="EST5")
    assert (clock.hour, clock.minute, clock.second) == (13, 30, 0)
    assert datetime.timedelta() < clock - now <= datetime.timedelta(days=1, minutes=1)
    for odd in ("soon", "25:00", "2w", ""):
        shown(desk.ctl("incident", incident, "pend", "--until", odd), USAGE)
    shown(desk.ctl("incident", incident, "pend", "--until", "2020-01-01T00:00:00Z"), REFUSED)


def test_set_pins(desk, incident):
    shown(desk.ctl("incident", incident, "set", "--priority", "P1", "--class", "network.fibre",
                   "--title", "Fibre cut", "--runbook", "https://wiki/fibre", "-m", "hospital"))
    seen = desk.incident(incident)
    assert (seen["priority"], seen["class"], seen["title"], seen["runbook"]) == (
        "P1", "network.fibre", "Fibre cut", "https://wiki/fibre")
    page = shown(desk.ctl("incident", incident))
    assert re.search(r"pinned +.*priority.*stated by a person", page), page
    wrong = desk.ctl("incident", incident, "set", "--priority", "P9")
    shown(wrong, REFUSED)
    assert "P9" in wrong.stderr
    by_levels = desk.ctl("incident", incident, "set", "--impact", "high", "--urgency", "high")
    shown(by_levels)


def test_words_from_standard_input(desk, incident):
    done = subprocess.run(
        [str(DESKCTL), "--url", desk.url, "incident", incident, "note", "-m", "-"],
        input="two\nlines\n", text=True, capture_output=True, timeout=30)
    shown(done)
    assert entries(desk, incident, "note")[0]["text"] == "two\nlines"
    nothing = subprocess.run(
        [str(DESKCTL), "--url", desk.url, "incident", incident, "note", "-m", "-"],
        input="", text=True, capture_output=True, timeout=30)
    shown(nothing, USAGE)
    too_long = subprocess.run(
        [str(DESKCTL), "--url", desk.url, "incident", incident, "note", "-m", "-"],
        input="x" * 1_000_000, text=True, capture_output=True, timeout=30)
    shown(too_long, REFUSED)
    assert len(entries(desk, incident, "note")) == 1


def test_an_option_of_another_action_is_refused_by_name(desk, incident):
    for action, option in (("ack", "--force"), ("take", "--until=2h"), ("assign", "--priority=P1"),
                           ("resolve", "--person=ben"), ("set", "--queue=sre"),
                           ("note", "--nonsense")):
        done = desk.ctl("incident", incident, action, option)
        shown(done, USAGE)
        assert option.split("=")[0] in done.stderr, (action, done.stderr)
    assert desk.incident(incident)["version"] == 1


def test_what_an_action_needs_is_said_before_anything_is_sent(incident, desk):
    for words, named in ((["pend"], "--until"), (["assign"], "--person"), (["set"], "--priority"),
                         (["note"], "-m"), (["ack", "resolve"], "second action"),
                         (["resolv"], "nearest: 'resolve'"), (["--why", "ack"], "--why"),
                         (["0-9", "ack", "--if-version", "1"], "--if-version")):
        done = desk.ctl("incident", incident, *words)
        shown(done, USAGE)
        assert named in done.stderr, (words, done.stderr)
    assert desk.incident(incident)["version"] == 1


def test_every_action_has_help_with_an_example():
    top = shown(deskctl("incident", "--help", url=""))
    actions = re.findall(r"^  ([a-z]+) ", top[top.index("Subcommands:"):], re.MULTILINE)
    assert {"ack", "take", "assign", "release", "start", "pend", "resolve", "close", "reopen",
            "cancel", "note", "set"} <= set(actions)
    for action in actions[:12]:
        text = shown(deskctl("incident", action, "--help", url=""))
        assert re.search(rf"Example:\n +deskctl incident 0-4711 {action}", text), text
        assert "-m" in text and "--if-version" in text


# Several at once.

def test_several_ids_in_one_go(desk):
    desk.send(*[link_down(n) for n in range(4)])
    ids = [i["id"] for i in desk.incidents(sort="id")]
    shown(desk.ctl("incident", ids[1], "resolve"))
    done = desk.ctl("incident", *ids, ids[0], "0-999999", "take", "-m", "all mine")
    shown(done, REFUSED)  # the first that failed: it was resolved; only then the unknown one
    assert done.stdout.splitlines() == [f"{id}  assigned" for id in ids if id != ids[1]]
    assert f"{ids[1]}: " in done.stderr and "resolved" in done.stderr
    assert "0-999999: " in done.stderr
    assert len(entries(desk, ids[0], "take")) == 1
    as_json = desk.ctl("incident", ids[0], ids[1], "ack", "--json")
    results = json.loads(shown(as_json, REFUSED))["items"]
    assert [r["status"] for r in results] == [200, 409]


def test_ids_may_stand_behind_the_action(desk, incident):
    assert "acknowledged" in shown(desk.ctl("incident", "ack", incident))


def test_more_ids_than_one_request_takes(desk):
    desk.post("/in/hooks", [link_down(n) for n in range(620)])
    ids = [i["id"] for i in desk.incidents()]
    assert len(shown(desk.ctl("incident", "ack", *ids)).splitlines()) == 620
    assert all(i["acknowledged_by"] == "anna" for i in desk.incidents())


# All of a list.

def test_apply_to_all_that_are_found(desk):
    desk.post("/in/hooks", [link_down(n) for n in range(620)])
    desk.send({"resource": "db-1", "type": "DiskFull", "severity": "minor"})
    done = desk.ctl("incidents", "--queue", "noc-network", "--state", "new", "--state", "assigned",
                    "--apply", "--yes", "assign", "--queue", "sre", "-m", "all theirs")
    assert len(shown(done).splitlines()) == 620
    by_queue = [i["queue"] for i in desk.incidents()]
    assert by_queue.count("sre") == 620 and by_queue.count("triage") == 1
    resolved = shown(desk.ctl("incidents", "--state", "open", "--queue", "sre", "-y", "--json",
                              "--apply", "resolve", "-m", "cable"))
    page = json.loads(resolved)
    assert len(page["items"]) == 620 and page["next"] is None
    assert len(desk.incidents(state="open")) == 1


def test_apply_asks_first(desk):
    desk.send(link_down(1), link_down(2))
    code, text = typed(desk, "n\n", "incidents", "--state", "open", "--apply", "ack")
    assert code == REFUSED and "ack 2 incidents?" in text and "nothing was done" in text
    assert not any(i["acknowledged_by"] for i in desk.incidents())
    code, text = typed(desk, "\n", "incidents", "--state", "open", "--apply", "ack")
    assert code == REFUSED
    code, text = typed(desk, "y\n", "incidents", "--state", "open", "--apply", "ack")
    assert code == OK, text
    assert all(i["acknowledged_by"] == "anna" for i in desk.incidents())
    code, text = typed(desk, "y\n", "incidents", "--queue", "sre", "--apply", "ack")
    assert "no such incident" in text and "?" not in text


def test_apply_says_what_it_needs(desk, incident):
    for words, named in ((["--state", "open", "--apply", "ack"], "--yes"),
                         (["--state", "open", "--apply"], "needs an action"),
                         (["--apply", "--yes", "ack"], "needs a filter"),
                         (["--state", "open", "ack"], "--apply ack"),
                         (["-n", "5", "--state", "open", "--yes", "--apply", "ack"], "--limit"),
                         (["--sort", "id", "--state", "open", "--yes", "--apply", "ack"], "--sort"),
                         (["--state", "open", "--yes", "--apply", "pend"], "--until")):
        done = desk.ctl("incidents", *words)
        shown(done, USAGE)
        assert named in done.stderr, (words, done.stderr)
    assert desk.incident(incident)["version"] == 1
    shown(desk.ctl("incidents", "--state", "opn", "--yes", "--apply", "ack"), REFUSED)


def test_filters_several_times_and_sorts(desk):
    desk.send(link_down(1), {"resource": "db-1", "type": "DiskFull", "severity": "minor"})
    one, disk = "Link down on edge-1", "DiskFull on db-1"

    def listed(*filters):
        return [i["title"] for i in json.loads(
            shown(desk.ctl("incidents", *filters, "--json")))["items"]]

    assert sorted(listed("--queue", "noc-network", "--queue", "triage")) == [disk, one]
    assert listed("--sort", "priority") == [one, disk]
    assert listed("--sort", "-priority") == [disk, one]
    assert listed("--sort", "opened_at") == [one, disk]
    shown(desk.ctl("incidents", "--q", "a", "--q", "b"), USAGE)


# Queues, next, raise.

def test_next_until_nothing_waits(desk):
    desk.send(link_down(1), link_down(2))
    first = shown(desk.ctl("next", "noc-network"))
    assert "Timeline" in first and re.search(r"person +anna", first)
    second = json.loads(shown(desk.ctl("next", "noc-network", "--json", "--as", "ben")))
    assert second["person"] == "ben"
    empty = desk.ctl("next", "noc-network")
    assert shown(empty, NOT_FOUND) == "" and "nothing new waits in noc-network" in empty.stderr
    unknown = desk.ctl("next", "noc-netwrk")
    shown(unknown, NOT_FOUND)
    assert "noc-network" in unknown.stderr
    shown(desk.ctl("next"), USAGE)


def test_queues_show_who_is_at_it(desk):
    desk.send(link_down(1), link_down(2), link_down(3))
    one, two, _ = [i["id"] for i in desk.incidents(sort="id")]
    shown(desk.ctl("incident", one, "ack"))
    shown(desk.ctl("incident", two, "take"))
    shown(desk.ctl("incident", two, "start"))
    text = shown(desk.ctl("queues"))
    # backlog, unacked, new, assigned, in progress, pending, oldest
    assert re.search(r"noc-network +NOC +1 +3: P2 3 +2 +2 +0 +1 +0 +(now|\d+s ago)", text), text
    assert re.search(r"triage .* catch-all", text)
    for line in shown(desk.ctl("queues", columns=80)).splitlines():
        assert len(line) <= 80, line


def test_raise_prints_the_id(desk):
    id = shown(desk.ctl("raise", "No light on the fibre", "--queue", "noc-network", "--impact",
                        "high", "--urgency", "high", "--resource", "edge-7", "--class",
                        "network.fibre", "-m", "the carrier called")).strip()
    seen = desk.incident(id)
    assert (seen["title"], seen["queue"], seen["priority"], seen["resource"], seen["class"]) == (
        "No light on the fibre", "noc-network", "P1", "edge-7", "network.fibre")
    assert "the carrier called" in seen["timeline"][0]["text"]
    assert re.search(r"resource +edge-7", shown(desk.ctl("incident", id)))
    # A title may be what is a command elsewhere.
    other = shown(desk.ctl("raise", "alarms")).strip()
    assert desk.incident(other)["queue"] == "triage"
    wrong = desk.ctl("raise", "x", "--queue", "noc-netwrk")
    shown(wrong, REFUSED)
    assert "nearest: 'noc-network'" in wrong.stderr
    shown(desk.ctl("raise"), USAGE)


# Why.

RULES_MOVED = """\
rules:
  - name: another
    when: {type: other}
    then: {queue: sre}
  - name: links
    when: {type: linkDown}
    then: {queue: sre}
"""


def test_why_under_the_setup_then_in_force(desk, incident):
    def where(text):
        return re.search(r"queue +noc-network +links +\S+10-test.yaml:2 +(.*)", text)[1]

    page = shown(desk.ctl("incident", incident, "--why"))
    assert where(page) == "the same" and "rule:links" in page and "Alarms" not in page
    desk.write_rules(RULES_MOVED)
    shown(desk.ctl("reload"))
    assert where(shown(desk.ctl("incident", incident, "--why"))).endswith("10-test.yaml:5")
    desk.write_rules(RULES_MOVED.replace("name: links", "name: lines"))
    shown(desk.ctl("reload"))
    assert where(shown(desk.ctl("incident", incident, "--why"))) == "gone"
    shown(desk.ctl("incident", incident, "set", "--priority", "P1"))
    assert "A person stated: priority" in shown(desk.ctl("incident", incident, "--why"))
    reasons = json.loads(shown(desk.ctl("incident", incident, "--why", "--json")))
    assert reasons["verdict"]["queue"]["today"] is None
    assert {e["actor"] for e in reasons["timeline"]} == {"rule:links"}
    shown(desk.ctl("incident", "0-999999", "--why"), NOT_FOUND)


def test_acting_on_nobody_there():
    url = f"http://127.0.0.1:{free_port()}"
    for words in (["incident", "0-1", "ack"], ["incident", "0-1", "0-2", "ack"], ["raise", "x"],
                  ["next", "sre"], ["queues"], ["incident", "0-1", "--why"],
                  ["incidents", "--state", "open", "--yes", "--apply", "ack"]):
        done = deskctl(*words, url=url)
        assert shown(done, UNREACHABLE) == "" or "--json" in words
        assert url in done.stderr


def test_a_pending_incident_wakes(desk, incident):
    shown(desk.ctl("incident", incident, "take"))
    shown(desk.ctl("incident", incident, "pend", "--until", "1s"))
    wait_until("it is in progress again",
               lambda: desk.incident(incident)["state"] == "in_progress")

"""deskctl against the real daemon: what a person sees, and the exit codes that a script sees."""

import http.server
import json
import os
import pty
import re
import subprocess
import threading
import time

import pytest
from desk import (DESKCTL, FAULT, NOT_FOUND, REFUSED, UNREACHABLE, USAGE, Desk, deskctl,
                  free_port, link_down, shown)


def test_send_then_see_it_everywhere(desk):
    assert "accepted: 1" in shown(desk.ctl("send", "--resource", "edge-7", "--type", "linkDown",
                                           "--severity", "critical"))
    [incident] = desk.incidents()
    [alarm] = desk.items("/api/v1/alarms")
    assert alarm["labels"] == {"deskctl_test": "true"}

    listed = shown(desk.ctl("incidents"))
    assert incident["id"] in listed and "noc-network" in listed and "critical" in listed
    assert alarm["id"] in shown(desk.ctl("alarms"))
    alerts = shown(desk.ctl("alerts"))
    assert "raised" in alerts and "links" in alerts and alarm["id"] in alerts
    assert re.search(r"noc-network +NOC +1 +1: P2 1", shown(desk.ctl("queues")))
    assert re.search(r"hooks +webhook generic +listening +1 +0", shown(desk.ctl("sources")))
    assert re.search(r"links +1 +0 +\S*10-test.yaml:2", shown(desk.ctl("rules")))

    shown(desk.ctl("send", "--resource", "edge-7", "--type", "linkDown", "--resolved"))
    assert [i["state"] for i in desk.incidents()] == ["resolved"]


def test_one_incident_whole(desk, incident):
    page = shown(desk.ctl("incident", incident, "--utc"))
    for part in ("Link down on edge-7", "noc-network", "network.link", "links", "10-test.yaml:2",
                 "Alarms", "Decided by", "Timeline", "opened"):
        assert part in page, (part, page)
    assert re.search(r"opened +\d{4}-\d\d-\d\dT", page)
    assert re.search(r"opened +(now|\d+s ago)", shown(desk.ctl("incident", incident)))


def test_actions_and_their_actor(desk, incident):
    assert "acknowledged by anna" in shown(desk.ctl("incident", incident, "ack"))
    shown(desk.ctl("incident", incident, "note", "-m", "is on it", "--as", "bert"))
    assert "resolved" in shown(desk.ctl("incident", incident, "resolve", "-m", "cable"))
    shown(desk.ctl("incident", incident, "reopen"))
    shown(desk.ctl("incident", incident, "resolve"))
    shown(desk.ctl("incident", incident, "close"))
    timeline = desk.incident(incident)["timeline"]
    by = {entry["action"]: (entry["actor"], entry["text"]) for entry in timeline}
    assert "anna" in by["ack"][0]
    assert "bert" in by["note"][0] and by["note"][1] == "is on it"


def test_refusals_are_sentences_and_exit_codes(desk, incident):
    closed = desk.ctl("incident", incident, "close")
    shown(closed, REFUSED)
    assert "new" in closed.stderr and closed.stdout == ""
    shown(desk.ctl("incident", incident, "ack", "--if-version", "999"), REFUSED)
    assert "nearest" in desk.ctl("incident", incident, "resolv").stderr
    missing = desk.ctl("incident", "0-999999")
    shown(missing, NOT_FOUND)
    assert "0-999999" in missing.stderr
    shown(desk.ctl("alarm", "0-999999"), NOT_FOUND)
    shown(desk.ctl("send", "--source", "nobody"), NOT_FOUND)
    shown(desk.ctl("incidents", "--sort", "colour"), REFUSED)


def test_wrong_command_lines(desk, incident):
    for arguments in ([], ["incidnets"], ["incident"], ["incident", "ack"], ["incident", "4711"],
                      ["incident", incident, "ack", "close"], ["incident", incident, "note"],
                      ["alarm", "0-1", "ack"], ["incidents", "--limit", "0"],
                      ["incidents", "--label", "site"], ["incidents", "--nonsense"]):
        done = desk.ctl(*arguments)
        assert done.returncode == USAGE, (arguments, done)
        assert done.stderr, arguments


def test_several_incidents_at_once(desk):
    desk.send(link_down(1), link_down(2))
    ids = [i["id"] for i in desk.incidents(sort="id")]
    done = desk.ctl("incident", *ids, "0-999999", "ack")
    shown(done, NOT_FOUND)  # the others were done all the same
    assert all(i["acknowledged_by"] for i in desk.incidents())


def test_filters(desk):
    desk.send(link_down(1, labels={"site": "fra"}), link_down(2, labels={"site": "lyon"}),
              {"resource": "db-1", "type": "DiskFull", "severity": "minor"})
    ids = {i["title"]: i["id"] for i in desk.incidents()}
    assert len(ids) == 3
    shown(desk.ctl("incident", ids["Link down on edge-1"], "ack"))

    def listed(*filters):
        found = json.loads(shown(desk.ctl("incidents", *filters, "--json")))["items"]
        return sorted(i["title"] for i in found)

    one, two, disk = "Link down on edge-1", "Link down on edge-2", "DiskFull on db-1"
    assert listed("--queue", "noc-network") == [one, two]
    assert listed("--label", "site=lyon") == [two]
    assert listed("--severity", "minor") == [disk]
    assert listed("--acked") == [one]
    assert listed("--unacked") == [disk, two]
    assert listed("--state", "open", "--firing") == [disk, one, two]
    assert listed("--q", "EDGE-2") == [two]
    assert listed("--resource", "db-1") == [disk]
    assert listed("--opened-since", "2100-01-01T00:00:00Z") == []
    assert listed("-n", "1") != [] and len(listed("-n", "1")) == 1


def test_more_than_a_page(desk):
    desk.post("/in/hooks", [link_down(n) for n in range(700)])
    assert len(json.loads(shown(desk.ctl("incidents", "-n", "1000", "--json")))["items"]) == 700
    few = desk.ctl("incidents", "-n", "600")
    assert len(shown(few).splitlines()) == 601
    assert "there are more" in few.stderr


def test_json_is_the_servers(desk, incident):
    by_tool = json.loads(shown(desk.ctl("--json", "incident", incident)))
    assert by_tool == desk.incident(incident)
    assert json.loads(shown(desk.ctl("queues", "--json")))["items"][0]["name"] == "noc-network"


def test_tables_fit_the_terminal_and_hostile_text_does_no_harm(desk):
    desk.send(link_down(7, summary="\x1b[2J\u202eevil\n" + "long " * 50),
              link_down("ü" * 60, summary="网络中断" * 20))
    for command in ("incidents", "alarms", "alerts", "sources", "queues"):
        for columns in (80, 100, 140):
            text = shown(desk.ctl(command, columns=columns))
            assert "\x1b" not in text and "\u202e" not in text
            for line in text.splitlines():
                wide = sum(2 if 0x2E80 <= ord(c) <= 0xFFE6 and c != "\ufffd" else 1 for c in line)
                assert wide <= columns, (command, columns, line)
    assert "…" in shown(desk.ctl("incidents", columns=80))
    assert "…" not in shown(desk.ctl("incidents"))  # a pipe gets all of it


def test_colours_only_on_a_terminal(desk, incident):
    def on_a_terminal(**env):
        mine, theirs = pty.openpty()
        subprocess.run([str(DESKCTL), "--url", desk.url, "incidents"], stdout=theirs, timeout=30,
                       env=os.environ | {"TERM": "xterm"} | env)
        os.close(theirs)
        return os.read(mine, 65536).decode()

    assert "\x1b[" in on_a_terminal()
    assert "\x1b[" not in on_a_terminal(NO_COLOR="1")
    assert "\x1b[" not in shown(desk.ctl("incidents"))


def test_follow(desk):
    process = subprocess.Popen([str(DESKCTL), "--url", desk.url, "alerts", "-f", "--json"],
                               stdout=subprocess.PIPE, text=True)
    try:
        for number in (1, 2):
            desk.send(link_down(number))
            assert json.loads(process.stdout.readline())["resource"] == f"edge-{number}"
            time.sleep(0.1)
    finally:
        process.kill()
        process.wait()


def test_clearing_an_alarm_by_hand(desk, incident):
    [alarm] = desk.items("/api/v1/alarms")
    page = shown(desk.ctl("alarm", alarm["id"]))
    assert "resource=edge-7" in page and "site=fra" in page and "Origins" in page
    assert "cleared" in shown(desk.ctl("alarm", alarm["id"], "clear", "-m", "the sender is gone"))
    assert desk.incident(incident)["state"] == "resolved"


def test_nobody_there():
    url = f"http://127.0.0.1:{free_port()}"
    started = time.monotonic()
    done = deskctl("incidents", url=url)
    shown(done, UNREACHABLE)
    assert url in done.stderr
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("status", [200, 302, 500, 503])
def test_what_is_not_deskd_is_a_fault(status):
    class Stranger(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"\x1b[2J<html>")

        do_POST = do_GET

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            for words in (["queues"], ["incident", "0-1"], ["incident", "0-1", "ack"],
                          ["incident", "0-1", "0-2", "ack"], ["raise", "x"], ["next", "sre"]):
                done = deskctl(*words, url=f"http://127.0.0.1:{server.server_port}")
                assert shown(done, FAULT) == "" and done.stderr and "\x1b" not in done.stderr
        finally:
            server.shutdown()


def test_an_unreadable_token_is_said_before_anything_is_sent(tmp_path):
    for name, content in (("none", None), ("empty", ""), ("control", "a\tb")):
        path = tmp_path / name
        if content is not None:
            path.write_text(content)
        done = deskctl("queues", "--token-file", path, url="http://127.0.0.1:1")
        shown(done, USAGE)
        assert str(path) in done.stderr


def test_every_command_has_help_with_an_example():
    top = shown(deskctl("--help", url=""))
    commands = re.findall(r"^  ([a-z-]+) ", top[top.index("Subcommands:"):top.index("Exit codes:")],
                          re.MULTILINE)
    assert {"alerts", "alarms", "alarm", "incidents", "incident", "next", "queues", "raise",
            "reload", "rules", "send", "sources"} <= set(commands)
    assert "Exit codes:" in top and "78" in top
    for command in [[c] for c in commands] + [["rules", "check"], ["rules", "test"]]:
        text = shown(deskctl(*command, "--help", url=""))
        assert "Example" in text and f"deskctl {' '.join(command)}" in text, text


def test_rules_check_and_test_need_no_daemon(folder):
    tested = """\
rules:
  - name: links
    when: {type: linkDown}
    then: {queue: noc-network}
    tests:
      - given: {type: linkDown}
        expect: {queue: QUEUE}
"""
    desk = Desk(folder, rules=tested.replace("QUEUE", "noc-network"))
    assert "good" in shown(deskctl("rules", "check", "--config", desk.config, url=""))
    assert "1 test passed" in shown(deskctl("rules", "test", "--config", desk.config, url=""))
    desk.write_rules(tested.replace("QUEUE", "sre"))
    failed = deskctl("rules", "test", "--config", desk.config, url="")
    assert failed.returncode == 78
    assert "10-test.yaml:7:" in failed.stderr

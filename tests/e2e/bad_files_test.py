"""Guarantee 7: a bad file changes nothing, and every mistake is told with its line."""

import signal
import socket
import subprocess

from desk import DESK_YAML, DESKD, RULES_YAML, Desk, link_down, wait_until

BAD_CONFIGURATION = 78

MISTAKEN_RULES = """\
rules:
  - name: links
    why: To be misspelled.
    owner: noc
    when: {type: linkDown}
    then: {queue: noc-netwrok}
  - name: more
    why: Likewise.
    owner: sre
    when: {sevrity: critical}
    then: {queue: sre}
"""

REROUTED = RULES_YAML.replace("queue: noc-network", "queue: sre")


def run(desk, *options):
    return subprocess.run([str(DESKD), "--config", str(desk.config), *options],
                          capture_output=True, text=True, timeout=20)


def test_every_mistake_is_named_with_its_line_and_exits_78(folder):
    desk = Desk(folder, rules=MISTAKEN_RULES, desk=DESK_YAML.replace("tier: 2", "teir: 2"))
    for options in ([], ["--check"]):
        done = run(desk, *options)
        assert done.returncode == BAD_CONFIGURATION
        assert "10-test.yaml:6:" in done.stderr and "'noc-netwrok'" in done.stderr
        assert "nearest: 'noc-network'" in done.stderr
        assert "10-test.yaml:10:" in done.stderr and "nearest: 'severity'" in done.stderr
        assert "desk.yaml:3:" in done.stderr and "nearest: 'tier'" in done.stderr
        assert "^" in done.stderr
    checked = desk.ctl("rules", "check", "--config", desk.config)
    assert checked.returncode == BAD_CONFIGURATION
    assert "10-test.yaml:6:" in checked.stderr and "10-test.yaml:10:" in checked.stderr


def test_good_files_pass_the_check_without_touching_anything(folder):
    desk = Desk(folder)
    before = sorted(folder.rglob("*"))
    done = run(desk, "--check")
    assert done.returncode == 0, done.stderr
    assert sorted(folder.rglob("*")) == before


def test_a_missing_file_exits_78(folder):
    desk = Desk(folder)
    (folder / "desk.yaml").unlink()
    done = run(desk)
    assert done.returncode == BAD_CONFIGURATION
    assert "desk.yaml" in done.stderr
    nothing = subprocess.run([str(DESKD), "--config", "/nonexistent.yaml"], capture_output=True,
                             text=True, timeout=20)
    assert nothing.returncode == BAD_CONFIGURATION
    assert "/nonexistent.yaml" in nothing.stderr


def test_a_listener_that_is_not_on_loopback_is_refused(folder):
    for address in ("0.0.0.0:9480", "[::]:9480", "192.0.2.1:9480"):
        desk = Desk(folder)
        text = desk.config.read_text().replace(f"127.0.0.1:{desk.port}", address)
        desk.config.write_text(text)
        done = run(desk)
        assert done.returncode == BAD_CONFIGURATION, (address, done)
        assert "deskd.yaml:1:" in done.stderr and address in done.stderr


def test_a_bad_reload_keeps_serving_by_the_old_files(desk):
    desk.write_rules(MISTAKEN_RULES)
    answer = desk.post("/api/v1/reload")
    assert answer.status == 422
    lines = {(p["file"].rsplit("/", 1)[-1], p["line"]) for p in answer.json["problems"]}
    assert lines == {("10-test.yaml", 6), ("10-test.yaml", 10)}

    by_tool = desk.ctl("reload")
    assert by_tool.returncode == BAD_CONFIGURATION
    assert "10-test.yaml:6:" in by_tool.stderr and "^" in by_tool.stderr
    assert desk.metrics()[("desk_config_reload_success", ())] == 0

    desk.send(link_down(7))
    [incident] = desk.incidents()
    assert incident["queue"] == "noc-network"


def test_a_good_reload_routes_the_next_alert_elsewhere(desk):
    desk.send(link_down(7))
    desk.write_rules(MISTAKEN_RULES)
    assert desk.ctl("reload").returncode == BAD_CONFIGURATION
    desk.write_rules(REROUTED)
    done = desk.ctl("reload")
    assert done.returncode == 0, done.stderr
    assert desk.metrics()[("desk_config_reload_success", ())] == 1
    desk.send(link_down(8))
    queues = {i["title"]: i["queue"] for i in desk.incidents()}
    assert queues == {"Link down on edge-7": "noc-network", "Link down on edge-8": "sre"}


def test_hup_reloads(desk):
    desk.write_rules(MISTAKEN_RULES)
    desk.process.send_signal(signal.SIGHUP)
    wait_until("the reload failed",
               lambda: desk.metrics()[("desk_config_reload_success", ())] == 0)
    desk.write_rules(REROUTED)
    desk.process.send_signal(signal.SIGHUP)
    wait_until("the reload succeeded",
               lambda: desk.metrics()[("desk_config_reload_success", ())] == 1)
    desk.send(link_down(8))
    assert [i["queue"] for i in desk.incidents()] == ["sre"]


def test_a_second_deskd_on_the_same_ledger_ends_with_a_sentence(desk, tmp_path):
    second = Desk(tmp_path / "second", ledger=tmp_path / "data")
    done = run(second)
    assert done.returncode == 1
    assert "ledger" in done.stdout + done.stderr
    assert desk.is_ready()


def test_a_port_in_use_ends_with_a_sentence(folder):
    with socket.socket() as taken:
        desk = Desk(folder)
        taken.bind(("127.0.0.1", desk.port))
        taken.listen()
        done = run(desk)
        assert done.returncode == 1
        assert str(desk.port) in done.stdout + done.stderr

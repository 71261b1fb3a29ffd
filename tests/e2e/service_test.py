"""deskd as a service: what it tells systemd, and the unit that starts it."""

import os
import re
import shutil
import signal
import socket
import subprocess

import pytest
from desk import DESKCTL, DESKD, ROOT, Desk, wait_until

UNIT = ROOT / "systemd" / "deskd.service"


class Manager:
    """systemd's end of sd_notify: every assignment that came, in order."""

    def __init__(self):
        self.address = f"@deskd-e2e-{os.getpid()}"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + self.address[1:])
        self.socket.setblocking(False)
        self.heard = []

    def listen(self):
        while True:
            try:
                self.heard += self.socket.recv(65536).decode().split("\n")
            except BlockingIOError:
                return self.heard

    def has_heard(self, assignment):
        return lambda: assignment in self.listen()


@pytest.fixture
def manager(monkeypatch):
    manager = Manager()
    monkeypatch.setenv("NOTIFY_SOCKET", manager.address)
    monkeypatch.setenv("WATCHDOG_USEC", "1000000")
    yield manager
    manager.socket.close()


def test_systemd_hears_ready_alive_and_stopping(folder, manager):
    with Desk(folder) as desk:
        wait_until("READY=1", manager.has_heard("READY=1"))
        manager.heard.clear()
        wait_until("it feeds the watchdog", lambda: manager.listen().count("WATCHDOG=1") >= 3, 5)
        assert desk.stop() == 0
        wait_until("STOPPING=1", manager.has_heard("STOPPING=1"))


def test_a_core_that_stands_still_stops_feeding_the_watchdog(folder, manager):
    with Desk(folder) as desk:
        wait_until("READY=1", manager.has_heard("READY=1"))
        desk.process.send_signal(signal.SIGSTOP)
        manager.listen()
        manager.heard.clear()
        with pytest.raises(AssertionError):
            wait_until("WATCHDOG=1", manager.has_heard("WATCHDOG=1"), 2)
        desk.process.send_signal(signal.SIGCONT)
        wait_until("it goes on", manager.has_heard("WATCHDOG=1"))


def test_the_log_is_json_under_systemd(folder, monkeypatch):
    monkeypatch.setenv("JOURNAL_STREAM", "1:1")
    monkeypatch.setenv("INVOCATION_ID", "0" * 32)
    with Desk(folder) as desk:
        assert desk.stop() == 0
        lines = desk.log_path.read_text().splitlines()
        assert lines and all(line.startswith("{") and line.endswith("}") for line in lines), lines


@pytest.fixture
def analyze():
    path = shutil.which("systemd-analyze")
    if path is None:
        pytest.skip("systemd-analyze is not installed")

    def run(*arguments):
        done = subprocess.run([path, *map(str, arguments)], capture_output=True, text=True,
                              timeout=60)
        return done.stdout + done.stderr

    return run


@pytest.fixture
def unit(tmp_path):
    """The unit as systemd would see it with the programs installed."""
    text = UNIT.read_text().replace("/usr/bin/deskd", str(DESKD))
    path = tmp_path / "deskd.service"
    path.write_text(text.replace("/usr/bin/deskctl", str(DESKCTL)))
    return path


def test_systemd_finds_nothing_wrong_with_the_unit(analyze, unit):
    complaints = [line for line in analyze("verify", "--man=no", unit).splitlines()
                  if "deskd.service" in line]
    assert complaints == []


def test_the_unit_leaves_little_open(analyze, unit):
    shown = analyze("security", "--offline=true", unit)
    exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", shown)
    assert exposure and float(exposure[1]) <= 1.5, shown[-300:]

"""A full disk: senders are told to wait, people still see, and all goes on when there is room."""

import contextlib
import os
import pathlib
import subprocess
import time

import pytest
from desk import Desk, link_down, wait_until

UNSHARE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]


@pytest.fixture
def small_disk(tmp_path):
    """How to start a program that has 16 MiB at `tmp_path / "disk"`."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=16m none '{disk}'"
    probe = subprocess.run([*UNSHARE, "sh", "-c", mount], capture_output=True, text=True)
    if probe.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here: {probe.stderr.strip()}")
    return [*UNSHARE, "sh", "-c", mount + ' && exec "$0" "$@"']


class Disk:
    """The daemon's disk, seen through its mount namespace."""

    def __init__(self, desk, folder):
        self.filler = pathlib.Path(f"/proc/{desk.process.pid}/root{folder}/disk/filler")

    def fill(self):
        with open(self.filler, "ab", buffering=0) as file, contextlib.suppress(OSError):
            for size in (1 << 20, 4096, 512):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(size))

    def free(self):
        self.filler.unlink()


def test_senders_wait_people_see_and_all_goes_on(folder, small_disk):
    desk = Desk(folder, ledger=folder / "disk" / "data")
    with desk.start(wrapper=small_disk):
        desk.send(link_down(1))
        disk = Disk(desk, folder)
        disk.fill()

        # What does not fit any more is refused, not lost and not half taken.
        sent = accepted = 0

        def is_refused():
            nonlocal sent, accepted
            sent += 1
            answer = desk.post("/in/hooks", link_down(1000 + sent), {"Idempotency-Key": f"k{sent}"},
                               timeout=20)
            accepted += answer.status == 202
            assert answer.status in (202, 503), answer
            if answer.status == 503:
                assert int(answer.headers["Retry-After"]) >= 1
            return answer.status == 503

        wait_until("a sender gets 503", is_refused, 60)

        # People still see, the daemon says why it is not ready, and it lives.
        started = time.monotonic()
        listed = desk.get("/api/v1/incidents", timeout=10)
        assert listed.status == 200, listed
        assert any(i["title"] == "Link down on edge-1" for i in listed.json["items"])
        assert time.monotonic() - started < 5
        ready = desk.get("/readyz")
        assert ready.status == 503
        assert "ledger" in ready.body.decode(), ready
        assert desk.get("/healthz").status == 200
        assert desk.get("/metrics").status == 200

        disk.free()
        wait_until("it is ready again", lambda: desk.get("/readyz").status == 200, 30)
        desk.send(link_down(2))
        for number in range(1, sent + 1):  # as the senders would, with the same keys
            answer = desk.post("/in/hooks", link_down(1000 + number),
                               {"Idempotency-Key": f"k{number}"})
            assert answer.status == 202, answer
        counts = {a["resource"]: a["count"] for a in desk.items("/api/v1/alarms")}
        assert counts == {f"edge-{n}": 1 for n in (1, 2, *range(1001, 1001 + sent))}
        desk.assert_books_balance()

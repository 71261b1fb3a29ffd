"""A full disk: senders are told to wait, people still see, and all goes on when there is room."""

import contextlib
import os
import pathlib
import subprocess
import time

import pytest
from desk import Desk, link_down, wait_until

UNSHARE = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]

DISK_BYTES = 16 << 20


@pytest.fixture
def small_disk(tmp_path):
    """How to start a program that has 16 MiB at `tmp_path / "disk"`."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size={DISK_BYTES} none '{disk}'"
    probe = subprocess.run([*UNSHARE, "sh", "-c", mount], capture_output=True, text=True)
    if probe.returncode != 0:
        pytest.skip(f"no tmpfs can be mounted here: {probe.stderr.strip()}")
    return [*UNSHARE, "sh", "-c", mount + ' && exec "$0" "$@"']


class Disk:
    """The daemon's disk, seen through its mount namespace."""

    def __init__(self, desk, folder):
        disk = f"/proc/{desk.process.pid}/root{folder}/disk"
        self.filler = pathlib.Path(disk, "filler")
        size = os.statvfs(disk).f_blocks * os.statvfs(disk).f_frsize
        assert size <= DISK_BYTES, f"{disk} is not the small disk: filling it would hurt"

    def fill(self):
        with open(self.filler, "ab", buffering=0) as file:
            for size in (1 << 20, 4096, 512):
                with contextlib.suppress(OSError):
                    for _ in range(DISK_BYTES // size):
                        file.write(bytes(size))

    def free(self):
        self.filler.unlink()


def test_senders_wait_people_see_and_all_goes_on(folder, small_disk):
    desk = Desk(folder, ledger=folder / "disk" / "data")
    with desk.start(wrapper=small_disk):
        desk.send(link_down(1))
        disk = Disk(desk, folder)
        disk.fill()

        # What does not fit any more is refused, not lost and not half taken. A sender whose alert is
        # in the record that waits for room waits with it.
        sent = 0

        def is_refused():
            nonlocal sent
            sent += 1
            try:
                answer = desk.post("/in/hooks", link_down(1000 + sent),
                                   {"Idempotency-Key": f"k{sent}"}, timeout=2)
            except TimeoutError:
                return False
            assert answer.status in (202, 503), answer
            if answer.status == 503:
                assert int(answer.headers["Retry-After"]) >= 1
            return answer.status == 503

        # Room that the ledger made for itself beforehand takes a thousand of them.
        wait_until("a sender gets 503", is_refused, 120, every=0)

        # People still see, the daemon says why it is not ready, and it lives.
        started = time.monotonic()
        listed = desk.get("/api/v1/incidents", timeout=10)
        assert listed.status == 200 and listed.json["items"], listed
        first = desk.get("/api/v1/incidents/0-1", timeout=10)
        assert first.json["title"] == "Link down on edge-1", first
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

"""Memory stays under what daemon/README.md says ("Memory"), however much comes at once: all lanes
full behind a slow disk, bodies that never end, thousands of connections, answers that nobody reads,
and everything that is remembered for a while. Everybody gets a proper answer, and what was
acknowledged is there afterwards.

STORM=250 makes what is remembered 250 times as much, which is all that may be: some minutes."""

import os
import subprocess
import threading
import time

import pytest
from desk import ROOT, Desk, wait_until
from storm import MIB, Crowd, Flood, Keyed, elements, memory, raise_file_limit, webhook

STORM = int(os.environ.get("STORM", "1"))
FLOODED = ["flood-1", "flood-2", "flood-3"]
LANE = 16 * MIB
MARKS, ENDS = 4_000 * STORM, 50_000 * STORM
SYNC_MS = 500
SILENT, IDLE, HALF = 200, 2_000, 530  # 512 MiB of bodies are taken
CONNECTIONS = 2 * SILENT + IDLE + HALF + 120

# In bytes: the last column of the table in daemon/README.md, as far as the storm fills it; of what
# goes by number, for so many as it makes.
TAKES = {
    "the program": 60 * MIB,
    "lanes": 1.25 * LANE * len(FLOODED),
    "turns under way": 64 * MIB,
    "bodies that come in": 640 * MIB,
    "connections": CONNECTIONS * 100_000,
    "questions under way": 256 * MIB,
    "answers that wait": 256 * MIB + CONNECTIONS * 65_536,
    "recent alerts": 48 * MIB,
    "what was turned away": 16 * MIB,
    "repeat marks": 1_150 * min(MARKS, 1_000_000),
    "ends": 190 * min(ENDS, 1_000_000),
    "alarms": 4_000 * 2_000,
}


@pytest.fixture
def slow_disk(folder):
    """How to start a program whose syncs take half a second each."""
    library = folder / "slow_sync.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library,
                    ROOT / "tests" / "e2e" / "slow_sync.c", "-ldl"], check=True)
    return ["env", f"LD_PRELOAD={library}", f"SLOW_SYNC_MS={SYNC_MS}"]


def remember_much(desk):
    """What stays for a while: repeat marks, ends of alarms, the last alerts, malformed messages."""
    each = MARKS // 40
    senders = [threading.Thread(target=Keyed(desk.port, "/in/hooks-too").send, args=(each, f"c{n}"))
               for n in range(40)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    for first in range(0, ENDS, 5_000):
        gone = elements(*[f"gone-{first + n}" for n in range(5_000)], status="resolved")
        accept(desk.post("/in/flood-1", webhook(gone)))
    for _ in range(12):
        accept(desk.post("/in/flood-2", webhook(elements(*known(1_000), padding=3_500))))
    bad = b'{"status":"neither","x":"' + b"y" * 5_000 + b'"}'
    for _ in range(20):
        answer = desk.post("/in/flood-3", webhook(*[bad] * 100))
        assert answer.status == 400, answer


def known(count):
    return [f"known-{n}" for n in range(count)]


def accept(answer):
    assert answer.status == 202, answer


def be_a_crowd(desk, crowd):
    """Strangers and people who don't read, beside the floods."""
    crowd.never_read("/api/v1/alarms?limit=500", SILENT)
    crowd.never_read("/api/v2/alerts", SILENT)
    crowd.idle(IDLE)
    crowd.half_sent("/in/hooks-too", HALF, MIB)


def test_a_storm_stays_within_the_stated_memory(folder, slow_disk):
    raise_file_limit(8_192)
    lanes = "".join(f"  - {{name: {name}, kind: webhook, format: alertmanager, lane: {LANE}B}}\n"
                    for name in [*FLOODED, "hooks-too"])
    with Desk(folder, more_sources=lanes) as desk:
        remember_much(desk)
        assert desk.stop() == 0
        desk.start(wrapper=slow_disk, ready_within=60)  # with all of that, from the ledger
        same = elements(*known(600), padding=200)
        floods = [Flood(desk.port, f"/in/{name}", name, senders=40, others=same)
                  for name in FLOODED]
        with Crowd(desk.port) as crowd, floods[0], floods[1], floods[2]:
            wait_until("all lanes are full", lambda: all(f.refused > 50 for f in floods), 60)
            be_a_crowd(desk, crowd)
            time.sleep(3)  # longer than a question waits for the ledger
            assert desk.get("/healthz").status == 200
            assert desk.get("/api/v1/queues").status == 200
            answers = crowd.answers()
            most = memory(desk.process.pid)["VmHWM"]
            for flood in floods:
                flood.stop(within=60)
        # Who of the crowd is told anything is told it whole, or to come again.
        assert set(answers) == {(200, False), (503, True)}, set(answers)
        assert not any(flood.unexpected for flood in floods), [f.unexpected[:3] for f in floods]
        limit = sum(TAKES.values())
        print(f"{most / MIB:.0f} MiB at most, {limit / MIB:.0f} stated")
        assert most < limit, f"{most / MIB:.0f} MiB, more than {limit / MIB:.0f}"

        assert_all_there(desk, floods)
        desk.kill()
        desk.start()
        assert_all_there(desk, floods)


def assert_all_there(desk, floods):
    there = {alarm["resource"] for alarm in desk.items("/api/v1/alarms", status="firing")}
    for flood in floods:
        assert flood.acknowledged, "nothing got through"
        assert flood.acknowledged <= there, sorted(flood.acknowledged - there)[:10]
    accept(desk.post("/in/flood-1", webhook(elements(known(1)[0]))))
    desk.assert_books_balance()

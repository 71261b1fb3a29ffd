"""Guarantees 1 and 2: whatever was acknowledged is there after a crash or a stop, and counted once."""

import time

from desk import Desk
from load import Load, counts_by_number


def assert_all_there_once(desk, load):
    counts = counts_by_number(desk)
    lost = load.acknowledged - counts.keys()
    assert not lost, f"{len(lost)} of {len(load.acknowledged)} acknowledged alerts are lost: {sorted(lost)[:10]}"
    doubled = {number: count for number, count in counts.items() if count != 1}
    assert not doubled, f"sent once each, but counted: {dict(list(doubled.items())[:10])}"
    strangers = counts.keys() - load.sent
    assert not strangers, f"nobody sent these: {sorted(strangers)[:10]}"
    assert not load.unexpected, load.unexpected[:3]
    desk.assert_books_balance()


def test_kill_9_under_load(folder):
    with Desk(folder) as desk, Load(desk.port) as load:
        for pause in (0.7, 0.05, 0.4, 0.013, 0.6):
            before = len(load.acknowledged)
            time.sleep(pause)
            desk.kill()
            desk.start()
            assert len(load.acknowledged) >= before
        time.sleep(0.3)
        load.stop()
        assert len(load.acknowledged) > 200, load.answers
        assert_all_there_once(desk, load)
        desk.kill()
        desk.start()
        assert_all_there_once(desk, load)


def test_term_under_load(folder):
    with Desk(folder) as desk, Load(desk.port, senders=16, retry=False) as load:
        for _ in range(3):
            before = len(load.acknowledged)
            time.sleep(0.7)
            assert desk.stop() == 0, desk.log()
            assert len(load.acknowledged) > before
            desk.start()
        load.stop()
        assert_all_there_once(desk, load)


def test_a_repeat_after_a_crash_gets_the_first_answer(folder):
    alert = {"resource": "edge-1", "type": "linkDown", "status": "firing"}
    with Desk(folder) as desk:
        first = desk.post("/in/hooks", alert, {"Idempotency-Key": "k1"})
        assert first.status == 202
        desk.kill()
        desk.start()
        again = desk.post("/in/hooks", alert, {"Idempotency-Key": "k1"})
        assert (again.status, again.body) == (first.status, first.body)
        other = desk.post("/in/hooks", alert | {"resource": "edge-2"}, {"Idempotency-Key": "k1"})
        assert other.status == 422
        assert counts_by_number(desk) == {1: 1}

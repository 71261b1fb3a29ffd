"""An inform is answered when it is durable, not before, and each time that it is asked."""

import collections
import pathlib
import selectors
import shutil
import socket
import subprocess
import threading
import time

import pytest
from desk import DESKD, wait_until
from snmp_peers import (INFORM, OCTETS, SEQUENCE, NetSnmp, Relay, TrapDesk, answered_id, element,
                        integer, link_down, notification, parts, udp, user, v3)

SETTINGS = ('listen: ["127.0.0.1:PORT"], communities: [public], level: noAuthNoPriv, '
            f'users: [{user("noc", "SHA-256", "AES")}]')
NOC = v3("noc", "SHA-256", "AES")
COMMUNITY = ["-v2c", "-c", "public"]


@pytest.fixture
def net_snmp(tmp_path):
    if not shutil.which("snmpinform"):
        pytest.skip("snmpinform is not installed; tests/run.sh does that")
    return NetSnmp(tmp_path / "net-snmp")


@pytest.fixture(scope="module")
def slow_disk(tmp_path_factory):
    """`slow_disk(ms)`: how to start a program whose disk takes so much longer to sync."""
    library = tmp_path_factory.mktemp("slow") / "slow_sync.so"
    source = pathlib.Path(__file__).with_name("slow_sync.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return lambda ms: ["env", f"LD_PRELOAD={library}", f"SLOW_SYNC_MS={ms}"]


def address(desk):
    return f"127.0.0.1:{desk.traps['traps']}"


class Senders:
    """Many informs under way at once, sent again after a second as agents do."""

    def __init__(self, port, sockets=10):
        self.port = port
        self.sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(sockets)]
        self.selector = selectors.DefaultSelector()
        for one in self.sockets:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            one.bind(("127.0.0.1", 0))
            one.setblocking(False)
            self.selector.register(one, selectors.EVENT_READ)
        self.sent = collections.Counter()     # by number: how often
        self.answers = collections.Counter()
        self.due = {}                         # number → when it is sent again
        self.latencies = []

    def close(self):
        self.selector.close()
        for one in self.sockets:
            one.close()

    def send(self, n):
        now = time.monotonic()
        self.sent[n] += 1
        self.due[n] = now + 1
        self.sockets[n % len(self.sockets)].sendto(notification(INFORM, n, n),
                                                   ("127.0.0.1", self.port))

    def receive(self, timeout):
        for key, _ in self.selector.select(timeout):
            for _ in range(200):
                try:
                    n = answered_id(key.fileobj.recv(65_535))
                except (BlockingIOError, ConnectionRefusedError):
                    break
                self.answers[n] += 1
                if n in self.due:
                    self.latencies.append(time.monotonic() - (self.due.pop(n) - 1))

    def run(self, numbers, in_flight, until=lambda: False):
        waiting = collections.deque(numbers)
        while (waiting or self.due) and not until():
            while waiting and len(self.due) < in_flight:
                self.send(waiting.popleft())
            self.receive(0.05)
            now = time.monotonic()
            for n in [n for n, due in self.due.items() if due < now]:
                self.send(n)


def test_two_thousand_in_flight_while_the_disk_syncs_in_5_ms(folder, slow_disk, capsys):
    count, in_flight = 10_000, 2_000
    with TrapDesk(folder, {"traps": SETTINGS}).start(wrapper=slow_disk(5)) as desk:
        senders = Senders(desk.traps["traps"])
        started = time.monotonic()
        senders.run(range(1, count + 1), in_flight, until=lambda: desk.process.poll() is not None)
        seconds = time.monotonic() - started
        # Whatever was sent once was answered once; what was sent again may have had two answers.
        assert set(senders.answers) == set(range(1, count + 1))
        assert all(senders.answers[n] <= senders.sent[n] for n in senders.sent)
        again = sum(senders.sent.values()) - count
        wait_until("the last repeats are counted", lambda: desk.outcomes().get("repeated", 0) ==
                   again - desk.dropped().get("kernel", 0))
        assert desk.outcomes()["raised"] == count
        assert set(desk.dropped()) <= {"kernel"}
        assert desk.metrics()["desk_alarms_active", (("severity", "unknown"),)] == count
        desk.assert_books_balance()
        senders.close()
        latencies = sorted(senders.latencies)
        with capsys.disabled():
            print(f"\n{count} informs, {in_flight} in flight: {seconds:.2f} s, "
                  f"{count / seconds:.0f}/s, p50 {latencies[count // 2] * 1e3:.0f} ms, "
                  f"p99 {latencies[count * 99 // 100] * 1e3:.0f} ms, {again} sent again")


def test_none_is_answered_before_it_is_durable(folder, slow_disk, net_snmp):
    with TrapDesk(folder, {"traps": SETTINGS}).start(wrapper=slow_disk(700),
                                                     ready_within=60) as desk:
        for n, options in enumerate((COMMUNITY, NOC)):
            started = time.monotonic()
            assert net_snmp.inform(options, address(desk), *link_down(n), timeout=10, retries=0)
            assert time.monotonic() - started >= 0.7
            assert desk.alarms()[str(n)]["count"] == 1


def test_what_was_answered_is_there_after_kill_9(folder, slow_disk):
    desk = TrapDesk(folder, {"traps": SETTINGS})
    answered = set()
    first = 1
    for _ in range(3):
        desk.start(wrapper=slow_disk(5))
        senders = Senders(desk.traps["traps"])
        enough = len(answered) + 700
        killer = threading.Timer(5, desk.process.kill)  # in any case
        killer.start()
        senders.run(range(first, first + 5_000), 2_000,
                    until=lambda: len(answered) + len(senders.answers) >= enough or
                    desk.process.poll() is not None)
        assert senders.due, "some must be under way"
        desk.kill()
        killer.cancel()
        senders.receive(0)  # answers that are in our sockets were sent too
        senders.receive(0)
        answered |= set(senders.answers)
        first += 5_000
        senders.close()
    with desk.start():
        alarms = desk.alarms()
        missing = answered - set(map(int, alarms))
        assert not missing, f"{len(missing)} of {len(answered)} were answered and are gone"
        # Each was sent to one process once or again, and a process counts a repeat as one.
        assert all(alarms[str(n)]["count"] == 1 for n in answered)


def test_a_lost_answer_is_given_again_from_memory(folder, net_snmp):
    with TrapDesk(folder, {"traps": SETTINGS}) as desk, Relay(desk.traps["traps"]) as relay:
        for n, options in enumerate((COMMUNITY, NOC), 1):
            # Of version 3 the first two answers are reports: who are you, what time is it.
            before = desk.outcomes()
            net_snmp.inform(options, relay.address, *link_down(100 + n))  # the engine is known
            sent = len(relay.sent)
            relay.answers.clear()
            assert net_snmp.inform(options, relay.address, *link_down(n), retries=0)
            questions = len(relay.answers) - 1
            inform = relay.sent[-1]

            # The same datagram twice more; then one whose answer got lost.
            for k in range(2):
                relay.again(inform)
                wait_until("it is answered again", lambda k=k: len(relay.answers) == questions + 2 + k)
            assert desk.alarms()[str(n)]["count"] == 1
            assert desk.outcomes()["repeated"] == before.get("repeated", 0) + 2
            if options is COMMUNITY:
                assert len(set(relay.answers)) == 1
            assert len(relay.sent) == sent + questions + 1

            relay.lose_answers = questions + 1 if options is COMMUNITY else 0
            assert net_snmp.inform(options, relay.address, *link_down(n + 10), timeout=1, retries=3)
            assert desk.alarms()[str(n + 10)]["count"] == 1
        assert desk.dropped() == {}
        desk.assert_books_balance()


def test_repeats_while_the_disk_syncs_are_one_alert(folder, slow_disk):
    with TrapDesk(folder, {"traps": SETTINGS}).start(wrapper=slow_disk(500), ready_within=60) as desk:
        with udp() as sender:
            for _ in range(5):
                sender.sendto(notification(INFORM, 1, 1), ("127.0.0.1", desk.traps["traps"]))
            assert answered_id(sender.recv(65_535)) == 1
            sender.settimeout(0.5)
            with pytest.raises(TimeoutError):
                sender.recv(65_535)
        assert desk.outcomes() == {"raised": 1, "repeated": 4}


def told_clock(port):
    """(boots, time) as an engine tells them to one that asks (RFC 3414, section 4); None: nobody
    answers."""
    empty, zero = element(OCTETS, b""), integer(0)
    head = element(SEQUENCE, integer(9) + integer(65_507) + element(OCTETS, b"\4") + integer(3))
    security = element(SEQUENCE, empty + zero + zero + empty + empty + empty)
    pdu = element(0xA0, integer(9) + zero + zero + element(SEQUENCE, b""))
    question = element(SEQUENCE, integer(3) + head + element(OCTETS, security) +
                       element(SEQUENCE, empty + empty + pdu))
    with udp(timeout=0.05) as asker:
        asker.sendto(question, ("127.0.0.1", port))
        try:
            answer = asker.recv(65_535)
        except TimeoutError:
            return None
    [(_, message)] = parts(answer)
    [(_, security)] = parts(list(parts(message))[2][1])
    _, *clock = list(parts(security))[:3]
    return tuple(int.from_bytes(number, "big") for _, number in clock)


def test_boots_rise_with_each_start_and_the_engine_stays(folder, net_snmp):
    desk = TrapDesk(folder, {"traps": SETTINGS})
    seen = []
    with Relay(desk.traps["traps"]) as relay:
        for n in range(6):
            desk.start()
            facts = desk.facts()
            seen.append((facts["engine_id"], int(facts["engine_boots"])))
            # Whoever knew the engine finds out its new time by a report.
            assert net_snmp.inform(NOC, relay.address, *link_down(n)), (desk.dropped(), desk.log())
            inform = relay.sent[-1]
            if n % 2:
                desk.kill()
            else:
                assert desk.stop() == 0
            desk.start()
            before = desk.source()["received"]
            relay.again(inform)  # of an earlier boot: whoever repeats it now replays it
            wait_until("it is refused", lambda: desk.dropped().get("not_in_time_window"))
            assert desk.source()["received"] == before
            desk.kill()
    engines, boots = zip(*seen)
    assert len(set(engines)) == 1
    assert engines[0].startswith("0x80")
    assert list(boots) == list(range(boots[0], boots[0] + 12, 2))


def test_boots_are_durable_before_anybody_hears_of_them(folder, slow_disk):
    """kill -9 as soon as the engine has told its boots: the next start must have others."""
    desk = TrapDesk(folder, {"traps": SETTINGS})
    seen = []
    for _ in range(3):
        with open(desk.log_path, "ab") as log:
            desk.process = subprocess.Popen(
                [*slow_disk(150), str(DESKD), "--config", str(desk.config)], stdout=log, stderr=log)
        with desk:
            seen.append(wait_until("the engine answers", lambda: told_clock(desk.traps["traps"]))[0])
            desk.kill()
    assert seen == sorted(set(seen)), seen


def test_the_engines_time_never_goes_back_when_a_source_comes_anew(folder):
    """Its agents would take it for a replay of itself, and a recorded inform could be sent again."""
    with TrapDesk(folder, {"traps": SETTINGS}) as desk:
        port = desk.traps["traps"]
        with_traps = desk.config.read_text()
        boots, before = wait_until("some time is over", lambda: (
            clock := told_clock(port)) and clock[1] >= 2 and clock)
        desk.write_config(desk.folder / "data")
        assert desk.post("/api/v1/reload").status == 200
        wait_until("nobody listens", lambda: told_clock(port) is None)
        desk.config.write_text(with_traps)
        assert desk.post("/api/v1/reload").status == 200
        after = wait_until("it is back", lambda: told_clock(port))
        assert after[0] == boots
        assert after[1] >= before

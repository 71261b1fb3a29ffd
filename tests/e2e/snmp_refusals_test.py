"""What is no trap, or from nobody who may send one: refused, counted, shown, and in nobody's way."""

import random
import shutil

import pytest
from desk import wait_until
from snmp_peers import (ENGINE, INFORM, OCTETS, SEQUENCE, TRAP, NetSnmp, Relay, TrapDesk,
                        answered_id, element, integer, link_down, notification, oid, udp, user, v3,
                        varbind)

NOC = v3("noc", "SHA-256", "AES")


@pytest.fixture(scope="module")
def net_snmp(tmp_path_factory):
    if not shutil.which("snmptrap"):
        pytest.skip("snmptrap is not installed; tests/run.sh does that")
    return NetSnmp(tmp_path_factory.mktemp("net-snmp"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    noc = user("noc", "SHA-256", "AES")
    both = ", ".join([user("noc", "SHA-256", "AES", more=", from: 127.0.0.1/32"),
                      user("noc", "SHA-256", "AES", more=", from: 127.0.0.2/32", auth_file="other"),
                      user("unit", "SHA", more=', engines: ["0x80000000010203aa"]'),
                      user("unit", "SHA", more=', engines: ["0x80000000010203bb"]',
                           auth_file="other")])
    open_one = 'listen: ["127.0.0.1:PORT"], communities: [public], '
    sources = {
        "traps": f'{open_one} level: noAuthNoPriv, users: [{noc}, {user("plain")}]',
        "strict": f"{open_one} level: authPriv, users: [{noc}]",
        "narrow": f"{open_one} networks: [127.0.0.2/32]",
        "thrifty": f"{open_one} per_sender: 50/s",
        "twins": f'listen: ["127.0.0.1:PORT"], level: authNoPriv, users: [{both}]',
    }
    with TrapDesk(tmp_path_factory.mktemp("desk"), sources) as running:
        yield running


def to(desk, source="traps"):
    return f"127.0.0.1:{desk.traps[source]}"


def refused(desk, source, reason, send, times=1):
    """Calls `send`; what it sent must be refused for `reason` alone. The newest refusal."""
    before = desk.dropped(source)
    taken = desk.source(source)["received"]
    send()
    expected = before | {reason: before.get(reason, 0) + times}
    wait_until(f"{expected} of {source}",
               lambda: desk.dropped(source).get(reason, 0) >= expected[reason])
    assert desk.dropped(source) == expected
    newest = wait_until("it is shown", lambda: next(
        (r for r in desk.source(source)["refusals"] if r["reason"] == reason), None))
    assert newest["sender"].startswith("127.0.0.")
    if reason != "quota":
        assert desk.source(source)["received"] == taken
    return newest


@pytest.mark.parametrize(("reason", "source", "options", "who"), [
    ("wrong_community", "traps", ["-v1", "-c", "private"], None),
    ("wrong_community", "traps", ["-v2c", "-c", "publi"], None),
    ("unknown_user", "traps", v3("eve", "SHA-256", "AES"), "eve"),
    ("wrong_digest", "traps", v3("noc", "SHA-256", "AES", auth_password="wrongpass1"), "noc"),
    ("wrong_digest", "traps", v3("noc", "SHA-512", "AES"), "noc"),
    ("decryption", "traps", v3("noc", "SHA-256", "AES", priv_password="wrongpass1"), "noc"),
    ("decryption", "traps", v3("noc", "SHA-256", "AES-256"), "noc"),
    ("unsupported_level", "traps", v3("plain", "SHA"), "plain"),
    ("unsupported_level", "strict", v3("noc", "SHA-256"), "noc"),
    ("unsupported_level", "strict", v3("noc"), "noc"),
    ("wrong_community", "twins", ["-v2c", "-c", "public"], None),
    ("network", "narrow", ["-v2c", "-c", "public"], None),
])
def test_who_may_not_send(desk, net_snmp, reason, source, options, who):
    engine = ["-e", ENGINE] if who else []

    def trap():
        if options[0] == "-v1":
            net_snmp.trap(options, to(desk, source), "1.3.6.1.4.1.9", "10.0.0.1", 0, 0, "")
        else:
            net_snmp.trap([*options, *engine], to(desk, source), *link_down(1))

    shown = refused(desk, source, reason, trap)
    assert shown["user"] == who
    if who:
        assert ENGINE in shown["detail"], shown
    if options[0] == "-v1":
        return
    before = desk.dropped(source).get(reason, 0)
    assert not net_snmp.inform(options, to(desk, source), *link_down(1), timeout=0.3, retries=0)
    assert desk.dropped(source).get(reason, 0) > before
    if who:
        newest = next(r for r in desk.source(source)["refusals"] if r["reason"] == reason)
        engine_id = desk.facts(source)["engine_id"]
        assert engine_id in newest["detail"], newest


def test_no_secret_is_shown_of_what_was_refused_or_taken(desk, net_snmp):
    net_snmp.trap(["-v2c", "-c", "nearly-public"], to(desk), *link_down(1))
    net_snmp.trap([*NOC, "-e", ENGINE], to(desk), *link_down(2))
    assert net_snmp.inform(["-v2c", "-c", "public"], to(desk), *link_down(3))
    pages = [desk.get(path).body.decode() for path in (
        "/api/v1/alerts", "/api/v1/sources", "/api/v1/alarms", "/metrics")]
    for page in (*pages, desk.log_path.read_text()):
        for secret in ("public", "authpass1234", "privpass1234"):
            assert secret not in page
            assert secret.encode().hex() not in page


def test_a_trap_can_be_looked_at_as_it_came_in(desk, net_snmp):
    assert net_snmp.inform(["-v2c", "-c", "public"], to(desk), *link_down(41))
    assert net_snmp.inform(NOC, to(desk), *link_down(42))
    by_qualifier = {a["qualifier"]: a["raw"] for a in desk.items("/api/v1/alerts", source="traps")}
    for n in (41, 42):
        pdu = bytes.fromhex(by_qualifier[str(n)].removeprefix("0x"))
        assert pdu[0] == INFORM
        assert element(SEQUENCE, oid(f"1.3.6.1.2.1.2.2.1.1.{n}") + integer(n)) in pdu
    without = desk.get("/api/v1/alerts", source="traps", raw="false").json["items"]
    assert {a["raw"] for a in without} == {None}


def test_one_name_with_a_password_for_each_network_and_each_engine(desk, net_snmp):
    other = "anotherpass1"
    for n, sender, password, good in ((1, 1, "authpass1234", True), (2, 2, other, True),
                                      (3, 1, other, False), (4, 2, "authpass1234", False)):
        options = v3("noc", "SHA-256", "AES", auth_password=password)
        clientaddr = [f"--clientaddr=127.0.0.{sender}"]
        answered = net_snmp.inform([*options, *clientaddr], to(desk, "twins"), *link_down(n),
                                   timeout=2 if good else 0.3, retries=0)
        assert answered == good, (n, desk.dropped("twins"))
        net_snmp.trap([*options, *clientaddr, "-e", ENGINE], to(desk, "twins"), *link_down(n + 10))
    for n, engine, password in ((21, "aa", "authpass1234"), (22, "bb", other), (23, "aa", other),
                                (24, "bb", "authpass1234"), (25, "cc", other)):
        net_snmp.trap([*v3("unit", "SHA", auth_password=password), "-e", "0x80000000010203" + engine],
                      to(desk, "twins"), *link_down(n))
    wait_until("the last is refused", lambda: desk.dropped("twins").get("unknown_user"))
    wait_until("none is under way", lambda: desk.source("twins")["in_flight"] == 0)
    taken = {a["qualifier"] for a in desk.items("/api/v1/alarms", source="twins")}
    assert taken == {"1", "2", "11", "12", "21", "22"}


def test_what_is_out_of_the_time_window_is_refused(desk, net_snmp):
    engine = ["-e", "0x80000000010203e1"]
    net_snmp.trap([*NOC, *engine, "-Z", "7,1000"], to(desk), *link_down(61))
    for boots_and_time in ("7,800", "6,1000", "2147483647,1"):
        shown = refused(desk, "traps", "not_in_time_window", lambda at=boots_and_time: net_snmp.trap(
            [*NOC, *engine, "-Z", at], to(desk), *link_down(62)))
        assert shown["user"] == "noc"
    net_snmp.trap([*NOC, *engine, "-Z", "8,1"], to(desk), *link_down(63))
    wait_until("a restarted agent is heard", lambda: "63" in desk.alarms(source="traps"))
    assert "62" not in desk.alarms(source="traps")


def test_what_is_replayed_later_is_refused(desk, net_snmp):
    engine = ["-e", "0x80000000010203e2"]
    with Relay(desk.traps["traps"]) as relay:
        net_snmp.trap([*NOC, *engine, "-Z", "3,100"], relay.address, *link_down(71))
        net_snmp.trap([*NOC, *engine, "-Z", "3,300"], relay.address, *link_down(72))
        wait_until("both have come", lambda: {"71", "72"} <= set(desk.alarms(source="traps")))
        refused(desk, "traps", "not_in_time_window", lambda: relay.again(relay.sent[0]))
        changed = bytearray(relay.sent[1])
        changed[-1] ^= 1
        refused(desk, "traps", "wrong_digest", lambda: relay.again(bytes(changed)))
    assert desk.alarms(source="traps")["71"]["count"] == 1


def test_one_that_sends_too_much_starves_nobody(desk):
    port = desk.traps["thrifty"]
    flood = 3_000
    with udp("127.0.0.1") as loud, udp("127.0.0.2") as calm:
        for n in range(flood):
            loud.sendto(notification(TRAP, n, 501), ("127.0.0.1", port))
            if n % 100 == 0:  # 30 of them, while the flood goes on
                calm.sendto(notification(INFORM, n, 502), ("127.0.0.1", port))
                assert answered_id(calm.recv(65_535)) == n
    wait_until("all are in the books", lambda: desk.source("thrifty")["received"] ==
               flood + 30 - desk.dropped("thrifty").get("kernel", 0))
    wait_until("none is under way", lambda: desk.source("thrifty")["in_flight"] == 0)
    alarms = desk.alarms(source="thrifty")
    assert alarms["502"]["count"] == 30
    over = desk.dropped("thrifty")["quota"]
    assert over > flood / 2
    assert desk.outcomes("thrifty")["refused"] == over
    assert alarms["501"]["count"] + over + desk.dropped("thrifty").get("kernel", 0) == flood
    shown = desk.source("thrifty")["refusals"]
    assert {r["sender"] for r in shown if r["reason"] == "quota"} == {"127.0.0.1"}
    desk.assert_books_balance()


def malformed():
    good = notification(TRAP, 1, 1)
    value = integer(1)
    body = lambda *varbinds: element(SEQUENCE, integer(1) + element(OCTETS, b"public") + element(
        TRAP, integer(1) + integer(0) + integer(0) + element(SEQUENCE, b"".join(varbinds))))
    head = (varbind("1.3.6.1.2.1.1.3.0", integer(1, 0x43)),
            varbind("1.3.6.1.6.3.1.1.4.1.0", oid("1.3.6.1.6.3.1.1.5.3")))
    nested = b""
    for _ in range(1_000):
        nested = element(SEQUENCE, nested)
    yield from (good[:1] + bytes([good[1] + 1]) + good[2:], good[:1] + bytes([good[1] - 1]) + good[2:])
    yield good[:1] + b"\x80" + good[2:] + b"\0\0"                          # indefinite length
    yield b"\x30\x85\x01\x00\x00\x00\x00" + good[2:]                       # a length of five bytes
    yield body(*head, element(SEQUENCE, oid("1.3.6.1") + element(2, b"\x01" * 9)))
    yield body(*head, element(SEQUENCE, element(6, b"\x2b\x8f\xff\xff\xff\xff\x7f") + value))
    yield body(*head, element(SEQUENCE, element(6, b"\x2b\x80") + value))  # ends in a number
    yield body(*head, element(SEQUENCE, oid("1.3.6.1")))                   # no value
    yield body(*head, nested)
    yield body(head[1])[:-3]
    yield body(head[0])                                                    # no snmpTrapOID
    yield body()
    yield nested
    yield bytes(65_507)
    yield b"\x30"
    yield b""
    yield element(SEQUENCE, integer(9) + element(OCTETS, b"public"))       # no such version
    for size in range(2, len(good) - 1, 3):
        yield good[:size]


def test_malformed_and_random_bytes_are_counted_and_do_no_harm(desk):
    port = desk.traps["traps"]
    random_bytes = random.Random(5)
    hostile = list(malformed())
    for _ in range(3_000):
        hostile.append(random_bytes.randbytes(random_bytes.choice((1, 4, 40, 400, 1_400))))
    for _ in range(3_000):  # a good one with one wrong octet
        one = bytearray(notification(TRAP, 1, 1))
        one[random_bytes.randrange(len(one))] = random_bytes.randrange(256)
        hostile.append(bytes(one))
    before, taken = desk.dropped(), desk.source()["received"]

    def settled():
        dropped = sum(desk.dropped().values()) - sum(before.values())
        return dropped + desk.source()["received"] - taken

    with udp() as sender:
        for sent, datagram in enumerate(hostile, 1):
            sender.sendto(datagram, ("127.0.0.1", port))
            if sent % 500 == 0:
                wait_until("they are counted", lambda n=sent: settled() == n)
        wait_until("each is counted once", lambda: settled() == len(hostile))
        sender.sendto(notification(INFORM, 4711, 9), ("127.0.0.1", port))
        assert answered_id(sender.recv(65_535)) == 4711
    grown = {r: n - before.get(r, 0) for r, n in desk.dropped().items() if n > before.get(r, 0)}
    assert grown["malformed"] > 3_000
    assert set(grown) <= {"malformed", "wrong_community", "not_a_notification"}, grown
    details = [r["detail"] for r in desk.source()["refusals"] if r["reason"] == "malformed"]
    assert details and all(len(d) > 10 for d in details)
    assert desk.get("/readyz").status == 200


def test_larger_than_any_datagram_of_ours_but_good_is_taken(desk):
    """Bytes behind the message, and the largest that UDP can carry."""
    port = desk.traps["traps"]
    big = element(SEQUENCE, integer(1) + element(OCTETS, b"public") + element(
        INFORM, integer(5) + integer(0) + integer(0) + element(
            SEQUENCE, varbind("1.3.6.1.2.1.1.3.0", integer(1, 0x43)) +
            varbind("1.3.6.1.6.3.1.1.4.1.0", oid("1.3.6.1.4.1.9.9.9")) +
            varbind("1.3.6.1.4.1.9.1", element(OCTETS, b"x" * 65_000)))))
    with udp() as sender:
        for datagram, number in ((big, 5), (notification(INFORM, 6, 99) + b"behind it", 6)):
            sender.sendto(datagram, ("127.0.0.1", port))
            assert answered_id(sender.recv(65_535)) == number
    assert "99" in desk.alarms(source="traps")

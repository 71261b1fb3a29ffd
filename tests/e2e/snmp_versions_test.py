"""Traps and informs by net-snmp's own programs: every version, level and pair of protocols."""

import shutil
import socket

import pytest
from desk import wait_until
from snmp_peers import (AUTHS, ENGINE, IF_OPER_STATUS, PRIVS, NetSnmp, TrapDesk, free_udp_port,
                        link_down, user, v3)

PAIRS = [(auth, priv) for auth in AUTHS for priv in (None, *PRIVS)]


def name_of(auth, priv):
    return f"u-{auth}-{priv or 'none'}"


@pytest.fixture(scope="module")
def net_snmp(tmp_path_factory):
    if not shutil.which("snmptrap"):
        pytest.skip("snmptrap is not installed; tests/run.sh does that")
    return NetSnmp(tmp_path_factory.mktemp("net-snmp"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    users = [user("plain"), *(user(name_of(*pair), *pair) for pair in PAIRS)]
    settings = ('listen: ["127.0.0.1:PORT"], communities: [public, "a second one"], '
                f"level: noAuthNoPriv, users: [{', '.join(users)}]")
    with TrapDesk(tmp_path_factory.mktemp("desk"), {"traps": settings}) as running:
        yield running


def send_pair(net_snmp, desk, options, n):
    """A trap that becomes alarm `n`, and an inform that becomes alarm `n + 1`."""
    to = f"127.0.0.1:{desk.traps['traps']}"
    engine = ["-e", ENGINE] if "-v3" in options else []
    net_snmp.trap([*options, *engine], to, *link_down(n, uptime="4711"))
    assert net_snmp.inform(options, to, *link_down(n + 1, uptime="4711")), (options, desk.dropped())


def check_pair(desk, alarms, n, **labels):
    for qualifier in (str(n), str(n + 1)):
        alarm = alarms[qualifier]
        assert (alarm["type"], alarm["resource"]) == ("linkDown", "127.0.0.1")
        assert alarm["count"] == 1
        expected = {"snmp_oid": "1.3.6.1.6.3.1.1.5.3", "snmp_module": "IF-MIB",
                    "snmp_enterprise": "1.3.6.1.6.3.1.1.5", "snmp_agent": "127.0.0.1",
                    "snmp_sender": "127.0.0.1", "snmp_uptime": "4711", "snmp_index": qualifier,
                    "ifIndex": qualifier, "ifOperStatus": "down", "ifOperStatus.raw": "2"} | labels
        assert {k: alarm["labels"].get(k) for k in expected} == expected
        [origin] = alarm["origins"]
        assert (origin["source"], origin["sender"]) == ("traps", "127.0.0.1")


def test_version_3_by_every_pair_of_protocols(desk, net_snmp):
    before = desk.source()["received"]
    net_snmp.all(lambda pair=pair, n=n: send_pair(
        net_snmp, desk, [*v3(name_of(*pair), *pair), "-n", f"c-{n}"], n)
        for n, pair in zip(range(1000, 2000, 2), PAIRS))
    desk.settled(before + 2 * len(PAIRS))
    alarms = desk.alarms()
    for n, pair in zip(range(1000, 2000, 2), PAIRS):
        check_pair(desk, alarms, n, snmp_version="3", snmp_user=name_of(*pair),
                   snmp_context=f"c-{n}")
    assert desk.dropped() == {}, "discovery is no loss"


def test_versions_without_a_digest(desk, net_snmp):
    before = desk.source()["received"]
    send_pair(net_snmp, desk, v3("plain"), 1)
    send_pair(net_snmp, desk, ["-v2c", "-c", "public"], 3)
    send_pair(net_snmp, desk, ["-v2c", "-c", "a second one"], 5)
    desk.settled(before + 6)
    alarms = desk.alarms()
    check_pair(desk, alarms, 1, snmp_version="3", snmp_user="plain", snmp_context=None)
    for n in (3, 5):
        check_pair(desk, alarms, n, snmp_version="2c", snmp_user=None, snmp_context=None)


def test_version_1(desk, net_snmp):
    before = desk.source()["received"]
    to = f"127.0.0.1:{desk.traps['traps']}"
    net_snmp.trap(["-v1", "-c", "public"], to, "1.3.6.1.4.1.9.1.5", "10.0.0.1", 2, 0, 815,
                  f"{IF_OPER_STATUS}.7", "i", 2)
    net_snmp.trap(["-v1", "-c", "public"], to, "1.3.6.1.4.1.8072.2.3.0.1", "10.0.0.2", 6, 17, 816)
    desk.settled(before + 2)
    alarms = desk.alarms()
    labels = alarms["7"]["labels"]
    assert alarms["7"]["type"] == "linkDown"
    assert {k: v for k, v in labels.items() if k.startswith("snmp_")} == {
        "snmp_oid": "1.3.6.1.6.3.1.1.5.3", "snmp_module": "IF-MIB", "snmp_version": "1",
        "snmp_enterprise": "1.3.6.1.4.1.9.1.5", "snmp_agent": "10.0.0.1", "snmp_index": "7",
        "snmp_sender": "127.0.0.1", "snmp_uptime": "815"}
    # What has no name keeps its number; who isn't trusted doesn't say for whom it speaks.
    [alarm] = desk.items("/api/v1/alarms", type="1.3.6.1.4.1.8072.2.3.0.1.0.17")
    assert alarm["resource"] == "127.0.0.1"
    assert alarm["labels"]["snmp_agent"] == "10.0.0.2"
    assert "snmp_module" not in alarm["labels"]


def test_several_listeners_of_both_families_and_a_believed_agent(folder, net_snmp):
    six, wide = free_udp_port("::1"), free_udp_port()
    settings = (f'listen: ["127.0.0.1:PORT", "[::1]:{six}", "0.0.0.0:{wide}"], '
                'communities: [public], networks: [127.0.0.0/8, "::1/128"], '
                "trust_agent_address: [127.0.0.3/32], level: authPriv, "
                f'users: [{user("noc", "SHA-256", "AES")}]')
    with TrapDesk(folder, {"traps": settings}) as desk:
        noc = v3("noc", "SHA-256", "AES")
        places = [f"127.0.0.1:{desk.traps['traps']}", f"udp6:[::1]:{six}", f"127.0.0.1:{wide}",
                  f"127.0.0.2:{wide}"]
        for n, to in enumerate(places):
            options = ["-v2c", "-c", "public"] if n % 2 else noc
            assert net_snmp.inform(options, to, *link_down(n)), to
        note = ["1.3.6.1.6.3.18.1.3.0", "a", "10.9.8.7"]
        for n, sender in ((7, "127.0.0.3"), (8, "127.0.0.4")):
            assert net_snmp.inform(["-v2c", "-c", "public", f"--clientaddr={sender}"],
                                   places[0], *link_down(n), *note)
        alarms = desk.alarms()
        assert {n: alarms[str(n)]["resource"] for n in (0, 1, 2, 3, 7, 8)} == {
            0: "127.0.0.1", 1: "::1", 2: "127.0.0.1", 3: "127.0.0.1", 7: "10.9.8.7", 8: "127.0.0.4"}
        assert alarms["7"]["labels"]["snmp_sender"] == "127.0.0.3"
        assert alarms["8"]["labels"]["snmp_agent"] == "10.9.8.7"
        assert desk.dropped() == {}
        desk.assert_books_balance()


def test_a_listener_that_is_taken_is_a_state_that_heals(folder, net_snmp):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        settings = f'listen: ["127.0.0.1:PORT", "127.0.0.1:{port}"], communities: [public]'
        desk = TrapDesk(folder, {"traps": settings}).start()
        with desk:
            assert "already in use" in str(desk.source()["detail"])
            assert net_snmp.inform(["-v2c", "-c", "public"], f"127.0.0.1:{desk.traps['traps']}",
                                   *link_down(1))
            taken.close()
            wait_until("it listens there too", lambda: not desk.source()["detail"])
            assert net_snmp.inform(["-v2c", "-c", "public"], f"127.0.0.1:{port}", *link_down(2))
            assert set(desk.alarms()) == {"1", "2"}

"""The shipped profile: what agents send becomes incidents in their queues, and ends by itself."""

import contextlib
import pathlib
import shutil
import subprocess

import pytest
from desk import ROOT, wait_until
from snmp_peers import (AUTH_PASSWORD, IF_INDEX, PRIV_PASSWORD, NetSnmp, TrapDesk, free_udp_port,
                        user)

DESK_YAML = """\
queues:
  - {name: network, team: NOC, tier: 1}
  - {name: agents, team: NOC, tier: 1}
  - {name: triage, catch_all: true}
"""

# What we do about what the profile says; it says severity, class, identity and what ends what.
ROUTING = """\
rules:
  - name: network
    why: A test needs a queue.
    owner: noc
    when: {class: {prefix: network.}}
    then: {queue: network}
  - name: agents
    why: Another one.
    owner: noc
    when: {class: [device.agent, device.restart, security.snmp]}
    then: {queue: agents}
"""

SETTINGS = ('listen: ["127.0.0.1:PORT"], communities: [public], level: noAuthNoPriv, '
            f'users: [{user("agent", "SHA-256", "AES")}]')
COMMUNITY = ["-v2c", "-c", "public"]


@pytest.fixture
def desk(tmp_path):
    made = TrapDesk(tmp_path, {"traps": SETTINGS}, rules=ROUTING, desk=DESK_YAML)
    for profile in (ROOT / "config" / "rules.d").glob("10-snmp-*.yaml"):
        shutil.copy(profile, tmp_path / "rules.d")
    with made as running:
        yield running


@pytest.fixture
def net_snmp(tmp_path):
    for name in ("snmptrap", "snmpinform"):
        if not shutil.which(name):
            pytest.skip(f"{name} is not installed; tests/run.sh does that")
    return NetSnmp(tmp_path / "net-snmp")


def inform(desk, net_snmp, trap, *values, uptime=""):
    assert net_snmp.inform(COMMUNITY, f"127.0.0.1:{desk.traps['traps']}", uptime, trap, *values)


def only(incidents):
    assert len(incidents) == 1, incidents
    return incidents[0]


def test_link_down_opens_an_incident_in_its_queue_and_link_up_ends_it(desk, net_snmp):
    port = [f"{IF_INDEX}.3", "i", 3, "1.3.6.1.2.1.2.2.1.7.3", "i", 1, "1.3.6.1.2.1.2.2.1.8.3", "i"]
    name = ["1.3.6.1.2.1.2.2.1.2.3", "s", "xe-0/0/3"]
    inform(desk, net_snmp, "1.3.6.1.6.3.1.1.5.3", *port, 2, *name)
    incident = only(desk.incidents())
    assert (incident["queue"], incident["class"], incident["severity"], incident["state"],
            incident["title"]) == ("network", "network.link", "major", "new",
                                   "Interface xe-0/0/3 is down")
    inform(desk, net_snmp, "1.3.6.1.6.3.1.1.5.4", f"{IF_INDEX}.4", "i", 4)  # another port
    assert desk.incident(incident["id"])["firing"] == 1
    inform(desk, net_snmp, "1.3.6.1.6.3.1.1.5.4", *port, 1)
    incident = desk.incident(incident["id"])
    assert (incident["state"], incident["firing"]) == ("resolved", 0)
    assert desk.outcomes() == {"raised": 1, "unmatched": 1, "cleared": 1}


def test_both_generations_of_bgp_speak_of_one_session(desk, net_snmp):
    peer = "192.0.2.9"
    state = f"1.3.6.1.2.1.15.3.1.2.{peer}"
    inform(desk, net_snmp, "1.3.6.1.2.1.15.7.2", state, "i", 1)     # RFC 1657's bgpBackwardTransition
    inform(desk, net_snmp, "1.3.6.1.2.1.15.0.2", f"1.3.6.1.2.1.15.3.1.7.{peer}", "a", peer,
           f"1.3.6.1.2.1.15.3.1.14.{peer}", "x", "0400", state, "i", 3)
    incident = only(desk.incidents())
    assert (incident["queue"], incident["severity"], incident["title"]) == (
        "network", "major", f"BGP session with {peer} is down")
    alarm = only(desk.items("/api/v1/alarms"))
    assert (alarm["count"], alarm["qualifier"]) == (2, peer)
    assert alarm["labels"]["bgpPeerRemoteAddr"] == peer
    assert alarm["labels"]["bgpPeerState"] == "active"
    inform(desk, net_snmp, "1.3.6.1.2.1.15.0.1", state, "i", 6)
    assert desk.incident(incident["id"])["state"] == "resolved"


def test_a_restart_and_a_failed_authentication(desk, net_snmp):
    inform(desk, net_snmp, "1.3.6.1.6.3.1.1.5.1")
    inform(desk, net_snmp, "1.3.6.1.6.3.1.1.5.5")
    inform(desk, net_snmp, "1.3.6.1.6.3.1.1.5.5")
    found = {i["class"]: i for i in desk.incidents()}
    assert set(found) == {"device.restart", "security.snmp"}
    assert {i["queue"] for i in found.values()} == {"agents"}
    assert found["security.snmp"]["alert_count"] == 2
    inform(desk, net_snmp, "1.3.6.1.6.3.1.1.5.4", f"{IF_INDEX}.4", "i", 4)  # a port comes up again
    assert desk.incident(found["device.restart"]["id"])["state"] == "resolved"
    assert desk.incident(found["security.snmp"]["id"])["state"] == "new"


# Debian's own agent.

AGENT = """\
rocommunity asked 127.0.0.1
authtrapenable 1
{sink}
"""
SINKS = {
    "trap2sink": "trap2sink 127.0.0.1:{to} public",
    "informsink": "informsink 127.0.0.1:{to} public",
    "trapsess of version 3": "trapsess -v3 -e 0x8000000001020399 -u agent -l authPriv -a SHA-256 "
                             f"-A {AUTH_PASSWORD} -x AES -X {PRIV_PASSWORD} 127.0.0.1:{{to}}",
    "informs of version 3": "trapsess -Ci -v3 -u agent -l authPriv -a SHA-256 "
                            f"-A {AUTH_PASSWORD} -x AES -X {PRIV_PASSWORD} 127.0.0.1:{{to}}",
}


class Agent:
    """snmpd, which tells of its start, of who may not ask, and of its end."""

    def __init__(self, net_snmp, to, sink):
        program = shutil.which("snmpd", path=net_snmp.environment["PATH"])
        if program is None:
            pytest.skip("snmpd is not installed; tests/run.sh does that")
        self.port = free_udp_port()
        folder = pathlib.Path(net_snmp.folder)
        config = folder / "snmpd.conf"
        config.write_text(AGENT.format(sink=sink.format(to=to)))
        self.command = [program, "-f", "-C", "-c", str(config), "-Lf", str(folder / "snmpd.log"),
                        "-I", "-smux", f"udp:127.0.0.1:{self.port}"]
        self.net_snmp = net_snmp

    def __enter__(self):
        self.process = subprocess.Popen(self.command, env=self.net_snmp.environment,
                                        stdin=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.terminate()
            self.process.wait(10)
        self.process.kill()
        self.process.wait()

    def ask(self, community):
        return self.net_snmp.run("snmpget", "-v2c", "-c", community, "-r", 0, "-t", 0.5,
                                 f"127.0.0.1:{self.port}", "1.3.6.1.2.1.1.3.0")


@pytest.mark.parametrize("sink", SINKS)
def test_debians_agent(desk, net_snmp, sink):
    def outcome(type):
        return [a for a in desk.items("/api/v1/alerts") if a["type"] == type]

    with Agent(net_snmp, desk.traps["traps"], SINKS[sink]) as agent:
        [start] = wait_until("coldStart", lambda: outcome("coldStart"))
        # An agent that starts ends what its shutdown began; nothing had.
        assert start["outcome"] == "unmatched", start
        assert start["labels"]["snmp_enterprise"].startswith("1.3.6.1.4.1.8072.")
        version = "3" if "3" in sink else "2c"
        assert start["labels"]["snmp_version"] == version
        assert start["labels"].get("snmp_user") == ("agent" if version == "3" else None)
        assert agent.ask("asked").returncode == 0
        assert agent.ask("wrong").returncode != 0
        wait_until("authenticationFailure", lambda: outcome("authenticationFailure"))
    wait_until("the agent's last words", lambda: outcome("nsNotifyShutdown"))
    found = {i["class"]: i for i in desk.incidents()}
    assert set(found) == {"security.snmp", "device.agent"}
    assert {i["queue"] for i in found.values()} == {"agents"}
    assert found["device.agent"]["title"] == "SNMP agent on 127.0.0.1 stopped"
    with Agent(net_snmp, desk.traps["traps"], SINKS[sink]):
        wait_until("its incident ends when it is there again", lambda: desk.incident(
            found["device.agent"]["id"])["state"] == "resolved")
    assert desk.dropped() == {}

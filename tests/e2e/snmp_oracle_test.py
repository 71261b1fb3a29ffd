"""The same packets to net-snmp's snmptrapd and to deskd: both must understand the same."""

import re
import shutil
import subprocess

import pytest
from desk import wait_until
from snmp_peers import NetSnmp, TrapDesk, free_udp_port

# What deskd's own table says of these objects, for the oracle: Debian has no such module.
MODULE = """\
ORACLE-MIB DEFINITIONS ::= BEGIN
mib2           OBJECT IDENTIFIER ::= { iso 3 6 1 2 1 }
PhysAddress    ::= TEXTUAL-CONVENTION DISPLAY-HINT "1x:" STATUS current SYNTAX OCTET STRING
DateAndTime    ::= TEXTUAL-CONVENTION DISPLAY-HINT "2d-1d-1d,1d:1d:1d.1d,1a1d:1d" STATUS current
                   SYNTAX OCTET STRING (SIZE (8 | 11))
ifEntry        OBJECT IDENTIFIER ::= { mib2 2 2 1 }
ifPhysAddress  OBJECT-TYPE SYNTAX PhysAddress MAX-ACCESS read-only STATUS current ::= { ifEntry 6 }
ifOperStatus   OBJECT-TYPE SYNTAX INTEGER { up(1), down(2), testing(3) } MAX-ACCESS read-only
               STATUS current ::= { ifEntry 8 }
host           OBJECT IDENTIFIER ::= { mib2 25 1 }
hrSystemDate   OBJECT-TYPE SYNTAX DateAndTime MAX-ACCESS read-only STATUS current ::= { host 2 }
END
"""

MARK = "1.3.6.1.4.1.9.99"
ENTERPRISE = "1.3.6.1.6.3.1.1.4.3.0"
IF = "1.3.6.1.2.1.2.2.1"


class Snmptrapd:
    """Writes each notification as version 2 would have it: an OID and a value a line."""

    def __init__(self, net_snmp):
        program = shutil.which("snmptrapd", path=net_snmp.environment["PATH"])
        if program is None:
            pytest.skip("snmptrapd is not installed; tests/run.sh does that")
        folder = net_snmp.folder
        (folder / "ORACLE-MIB.txt").write_text(MODULE)
        (folder / "snmptrapd.conf").write_text(
            f"disableAuthorization yes\ntraphandle default /usr/bin/tee -a {folder}/seen\n")
        self.seen = folder / "seen"
        self.address = f"127.0.0.1:{free_udp_port()}"
        self.process = subprocess.Popen(
            [program, "-f", "-n", "-On", "-C", "-c", folder / "snmptrapd.conf", "-Lf",
             folder / "snmptrapd.log", self.address], stdout=subprocess.DEVNULL,
            env=net_snmp.environment | {"MIBS": "ORACLE-MIB", "MIBDIRS": str(folder)})
        log = folder / "snmptrapd.log"
        wait_until("snmptrapd runs", lambda: log.exists() and
                   "NET-SNMP version" in log.read_text(errors="replace"))

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def values(self, mark, version):
        """{OID: value} of the notification with this mark."""
        # Behind the varbinds of version 1 come those that tell what only its head says.
        last = f".{ENTERPRISE} " if version == "-v1" else ""

        def block():
            seen = self.seen.read_bytes().decode("latin-1") if self.seen.exists() else ""
            before, found, after = seen.partition(f".{MARK} {mark}\n")
            after = after.partition("\nUDP: [")[0]
            return found and last in after and before.rpartition("UDP: [")[2] + found + after

        lines = re.split(r"\n(?=\.\d)", wait_until("the oracle has it", block).rstrip("\n"))
        return dict(line.split(" ", 1) for line in lines[1:])


class Both:
    def __init__(self, desk, oracle, net_snmp):
        self.desk, self.oracle, self.net_snmp = desk, oracle, net_snmp
        self.mark = 1000

    def send(self, version, *values):
        """The labels of the alert, and what the oracle says."""
        self.mark += 1
        for to in (self.oracle.address, f"127.0.0.1:{self.desk.traps['traps']}"):
            self.net_snmp.trap([version, "-c", "public"], to, *values, MARK, "u", self.mark)
        labels = wait_until("deskd has it", lambda: next(
            (a["labels"] for a in self.desk.get("/api/v1/alerts").json["items"]
             if a["labels"].get(MARK) == str(self.mark)), None))
        return labels, self.oracle.values(self.mark, version)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    if not shutil.which("snmptrap"):
        pytest.skip("snmptrap is not installed; tests/run.sh does that")
    net_snmp = NetSnmp(tmp_path_factory.mktemp("net-snmp"))
    oracle = Snmptrapd(net_snmp)
    settings = 'listen: ["127.0.0.1:PORT"], communities: [public]'
    with TrapDesk(tmp_path_factory.mktemp("desk"), {"traps": settings}) as desk:
        yield Both(desk, oracle, net_snmp)
    oracle.stop()


@pytest.mark.parametrize("head", [
    *(("1.3.6.1.4.1.8072", "10.0.0.1", generic, 0, 42) for generic in range(6)),
    ("1.3.6.1.4.1.8072", "10.0.0.1", 2, 7, 42),
    ("1.3.6.1.4.1.8072.2.3.0.1", "10.0.0.1", 6, 17, 42),
    ("1.3.6.1.4.1.8072.2.3.0", "192.0.2.200", 6, 0, 4_294_967_295),
    ("1.3.6.1.4.1.9", "10.0.0.1", 6, 2_147_483_647, 0),
    ("1.3.6.1.2.1.33.2", "10.0.0.1", 6, 3, 1),
], ids=lambda head: "-".join(map(str, head[2:4])) + "-of-" + head[0])
def test_version_1_becomes_version_2_as_rfc_3584_says(both, head):
    labels, oracle = both.send("-v1", *head)
    assert "." + labels["snmp_oid"] == oracle[".1.3.6.1.6.3.1.1.4.1.0"]
    assert "." + labels["snmp_enterprise"] == oracle["." + ENTERPRISE]
    assert labels["snmp_agent"] == oracle[".1.3.6.1.6.3.18.1.3.0"]
    assert labels["snmp_uptime"] == str(head[4])
    assert labels["snmp_version"] == "1"
    if head[4] == 42:
        assert oracle[".1.3.6.1.2.1.1.3.0"] == "0:0:00:00.42"


def label_of(labels, name):
    return labels.get(name), labels.get(f"{name}.raw")


def test_values(both):
    oid = "1.3.6.1.4.1.9."
    labels, oracle = both.send(
        "-v2c", 42, oid + "9.1", oid + "1", "i", -7, oid + "2", "u", 4_294_967_295, oid + "3", "c", 7,
        oid + "4", "C", 18_446_744_073_709_551_615, oid + "5", "a", "10.0.0.7",
        oid + "6", "o", oid + "4294967295", oid + "7", "s", "two words", oid + "8", "I", -5,
        oid + "10", "U", 5, oid + "11", "F", 1.5, oid + "12", "D", -0.25)
    for n in (1, 2, 3, 4, 5, 8, 10):
        assert labels[f"{oid}{n}"] == oracle[f".{oid}{n}"], n
    for n in (1, 2, 3, 4):
        assert labels[f"{oid}{n}.raw"] == labels[f"{oid}{n}"]
    assert "." + labels[oid + "6"] == oracle[f".{oid}6"]
    assert f'"{labels[oid + "7"]}"' == oracle[f".{oid}7"]
    for n in (11, 12):
        # Meant: no zeros that say nothing.
        assert float(labels[f"{oid}{n}"]) == float(oracle[f".{oid}{n}"])
    assert labels[oid + "5.raw"] == "0x0a000007"


def test_octets_without_a_name(both):
    oid = "1.3.6.1.4.1.9."
    labels, oracle = both.send(
        "-v2c", 42, oid + "9.1", oid + "1", "x", "001b", oid + "2", "s", "with\ttab", oid + "3", "s",
        "grün", oid + "4", "x", "ff" * 40, oid + "5", "s", "", oid + "6", "x", "616263")
    def hexadecimal(text):
        return "0x" + "".join(text.strip('"').split()).lower()
    for n in (1, 4):
        assert labels[f"{oid}{n}"] == labels[f"{oid}{n}.raw"] == hexadecimal(oracle[f".{oid}{n}"])
    for n in (2, 6):
        assert f'"{labels[f"{oid}{n}"]}"' == oracle[f".{oid}{n}"]
    # Meant: UTF-8 is text (RFC 3411's SnmpAdminString), snmptrapd takes ASCII alone for that.
    assert labels[oid + "3"] == "grün"
    assert labels[oid + "3.raw"] == hexadecimal(oracle[f".{oid}3"])
    # Meant: nothing is no label.
    assert label_of(labels, oid + "5") == (None, None)
    assert oracle[f".{oid}5"] == '""'


def test_enumerations_and_hints(both):
    labels, oracle = both.send(
        "-v2c", 42, "1.3.6.1.6.3.1.1.5.3", f"{IF}.8.3", "i", 2, f"{IF}.8.4", "i", 77,
        f"{IF}.6.3", "x", "001b21aa0f09", "1.3.6.1.2.1.25.1.2.0", "x", "07ea0b1608000000")
    assert label_of(labels, "ifOperStatus") == ("down", "2")
    assert oracle[f".{IF}.8.3"] == "down"
    assert labels["ifOperStatus.4"] == oracle[f".{IF}.8.4"] == "77"
    # Meant: two digits an octet, as on the device's label.
    assert labels["ifPhysAddress"] == "00:1b:21:aa:0f:09"
    assert oracle[f".{IF}.6.3"] == "0:1b:21:aa:f:9"
    assert labels["hrSystemDate"] == oracle[".1.3.6.1.2.1.25.1.2.0"] == "2026-11-22,8:0:0.0"


@pytest.mark.parametrize("hundredths", [0, 8_835, 360_000, 8_640_000, 17_280_000 + 1, 4_294_967_295])
def test_durations(both, hundredths):
    oid = "1.3.6.1.4.1.9.5"
    labels, oracle = both.send("-v2c", 42, "1.3.6.1.4.1.9.9.1", oid, "t", hundredths)
    assert labels[f"{oid}.raw"] == str(hundredths)
    # Meant: days as words, and none where there are none.
    found = re.fullmatch(r"(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)\.(\d\d)", labels[oid])
    days, hours, *rest = found.groups()
    assert ":".join([days or "0", hours, *rest[:2]]) + "." + rest[2] == oracle["." + oid]

"""Names from MIB folders: a vendor's trap reads like a shipped one, a broken module costs itself."""

import os
import shutil
import socket
import subprocess
import time

import pytest
from desk import DESKCTL, DESKD, ROOT, Desk, shown, wait_until

MODULES = ROOT / "tests" / "connectors" / "snmp" / "mibs" / "modules"
TOO_HOT = "1.3.6.1.4.1.99999.0.1"
ROW = "3.99.112.117"  # slot 3, "cpu"
STATE = f"1.3.6.1.4.1.99999.1.1.1.3.{ROW}"
TEMPERATURE = f"1.3.6.1.4.1.99999.1.1.1.4.{ROW}"

BROKEN = """\
BROKEN-MIB DEFINITIONS ::= BEGIN
IMPORTS enterprises FROM SNMPv2-SMI;
broken OBJECT IDENTIFIER ::= { enterprises 5
END
"""

RULES = """\
rules:
  - name: heat
    why: A test needs a rule.
    owner: noc
    when: {type: exampleTooHot, labels.exampleState: tooHot}
    then: {queue: noc-network, class: hardware.temperature}
"""


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TrapDesk(Desk):
    """With a source of traps whose names come from the folder `mibs`."""

    def __init__(self, folder, snmptrap):
        self.udp = free_udp_port()
        self.mibs = folder / "mibs"
        self.mibs.mkdir()
        self.snmptrap = snmptrap
        super().__init__(folder, rules=RULES, more_sources=(
            f'  - {{name: traps, kind: snmp, listen: ["127.0.0.1:{self.udp}"], '
            'communities: [public], mibs: [mibs]}\n'))

    def copy(self, name):
        shutil.copy(MODULES / name, self.mibs / name)

    def trap(self, *varbinds, oid=TOO_HOT):
        """Sent with numbers: what is sent knows no names."""
        subprocess.run([self.snmptrap, "-v2c", "-c", "public", f"127.0.0.1:{self.udp}", "", oid,
                        *varbinds], check=True, timeout=20, env=os.environ | {"MIBS": ""})

    def alarm(self, type):
        return wait_until(f"an alarm of type {type}", lambda: next(
            (alarm for alarm in self.items("/api/v1/alarms") if alarm["type"] == type), None))

    def kept(self):
        return sorted((self.folder / "data" / "mibs").glob("*"))


@pytest.fixture
def desk(folder, program):
    made = TrapDesk(folder, program("snmptrap"))
    yield made
    made.__exit__()


def test_a_trap_of_the_operators_module_is_told_by_name(desk):
    desk.copy("EXAMPLE-MIB.txt")
    desk.start()
    desk.trap(STATE, "i", "3", TEMPERATURE, "i", "987")
    labels = desk.alarm("exampleTooHot")["labels"]
    assert labels["exampleState"] == "tooHot"
    assert labels["exampleState.raw"] == "3"
    assert labels["exampleTemperature"] == "98.7"
    assert (labels["exampleSlot"], labels["exampleName"]) == ("3", "cpu")
    assert labels["snmp_module"] == "EXAMPLE-MIB"
    incident = wait_until("the rule takes it", lambda: desk.incidents(queue="noc-network"))[0]
    assert incident["class"] == "hardware.temperature"


def test_a_changed_module_applies_with_the_next_reload(desk):
    desk.start()
    desk.trap(STATE, "i", "3")
    assert desk.alarm(TOO_HOT)["labels"][STATE] == "3"

    desk.copy("EXAMPLE-MIB.txt")
    shown(desk.ctl("reload"))
    desk.trap(STATE, "i", "3")
    assert desk.alarm("exampleTooHot")["labels"]["exampleState"] == "tooHot"

    module = desk.mibs / "EXAMPLE-MIB.txt"
    module.write_text(module.read_text().replace("tooHot", "onFire")
                      .replace("exampleTooHot", "exampleBurns"))
    shown(desk.ctl("reload"))
    desk.trap(STATE, "i", "3")
    assert desk.alarm("exampleBurns")["labels"]["exampleState"] == "onFire"


def test_a_broken_module_is_a_warning_at_its_line_and_costs_only_itself(desk):
    desk.copy("EXAMPLE-MIB.txt")
    desk.start()
    (desk.mibs / "BROKEN-MIB").write_text(BROKEN)
    answer = desk.post("/api/v1/reload")
    assert answer.status == 200, answer
    warnings = answer.json["warnings"]
    broken = [each for each in warnings if "BROKEN-MIB" in each["file"]]
    assert broken and all(each["line"] in (3, 4) for each in broken), warnings
    # What people see, in the same words.
    done = desk.ctl("reload")
    assert done.returncode == 0
    assert "mibs/BROKEN-MIB:" in done.stdout + done.stderr
    desk.trap(STATE, "i", "3")
    assert desk.alarm("exampleTooHot")


def test_what_was_read_is_kept_and_a_check_writes_nothing(desk):
    desk.copy("EXAMPLE-MIB.txt")
    for command in ([DESKD, "--config", desk.config, "--check"],
                    [DESKCTL, "rules", "check", "--config", desk.config]):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                              timeout=60)
        assert done.returncode == 0 and done.stderr == "", done
    assert not (desk.folder / "data").exists()

    desk.start()
    shown(desk.ctl("reload"))
    kept = desk.kept()
    assert len(kept) == 1
    written = kept[0].stat().st_mtime_ns
    shown(desk.ctl("reload"))
    assert desk.kept()[0].stat().st_mtime_ns == written

    kept[0].write_bytes(kept[0].read_bytes()[:-10])
    shown(desk.ctl("reload"))
    assert desk.kept()[0].stat().st_mtime_ns != written
    assert desk.stop() == 0
    desk.start()
    desk.trap(STATE, "i", "3")
    assert desk.alarm("exampleTooHot")


def test_traps_are_taken_while_folders_are_read(desk):
    for number in range(300):
        text = (MODULES / "EXAMPLE-MIB.txt").read_text()
        (desk.mibs / f"M{number}").write_text(
            text.replace("EXAMPLE-MIB", f"M{number}-MIB").replace("99999", str(20000 + number)))
    desk.start()
    (desk.mibs / "one-more").write_text("no module")
    with subprocess.Popen([str(DESKCTL), "--url", desk.url, "reload"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as reload:
        sent = 0
        while reload.poll() is None:
            desk.trap("1.3.6.1.2.1.1.5.0", "s", f"host-{sent}", oid="1.3.6.1.6.3.1.1.5.1")
            sent += 1
            time.sleep(0.01)
        assert reload.returncode == 0
    received = ("desk_alerts_received_total", (("source", "traps"),))
    wait_until(f"all {sent} traps are in", lambda: desk.metrics().get(received, 0) == sent)


def test_people_see_what_a_folder_gives(desk):
    desk.copy("EXAMPLE-V1-MIB.txt")
    (desk.mibs / "BROKEN-MIB").write_text(BROKEN)
    for environment in ({}, {"MIBDIRS": "/usr/share/snmp/mibs", "MIBS": "ALL"}):
        done = subprocess.run([str(DESKD), "--read-mibs", str(desk.mibs)], capture_output=True,
                              text=True, timeout=60, env=os.environ | environment)
        assert done.returncode == 0
        lines = done.stdout.splitlines()
        assert lines[0] == "oid,module,name,kind,syntax,hint,refers,values"
        assert [line.split(",")[2] for line in lines[1:]] == [
            "exampleV1", "exampleV1Failed", "exampleV1Text"]
        assert f"{desk.mibs}/BROKEN-MIB:" in done.stderr


def test_a_folder_is_asked_for(desk):
    for words in (["--read-mibs"], ["--read-mibs", str(desk.mibs / "nowhere")],
                  ["--config", str(desk.config), "--read-mibs", str(desk.mibs)]):
        done = subprocess.run([str(DESKD), *words], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2, done
        assert done.stderr

"""What people see of sources when alerts are missing: which is in trouble, and why. No broker
answers here: that is the point."""

import json
import re
import socket
import subprocess

import pytest
from desk import Desk, free_port, wait_until

LINK_DOWN = ("", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.3", "i", "3")


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bus(port):
    return (f'  - {{name: bus, kind: kafka, brokers: "127.0.0.1:{port}", topics: [alerts], '
            'format: generic}\n')


def traps(port, name="traps"):
    return (f'  - {{name: {name}, kind: snmp, listen: ["127.0.0.1:{port}"], '
            'communities: [public]}\n')


def source(desk, name):
    return {item["name"]: item for item in desk.items("/api/v1/sources")}[name]


@pytest.fixture
def broker_port():
    return free_port()  # nobody answers there


def test_a_broker_that_is_away_is_told_and_stops_nothing(folder, broker_port):
    with Desk(folder, more_sources=bus(broker_port)) as desk:
        away = wait_until("the broker is away",
                          lambda: source(desk, "bus")["state"] == "broker away"
                          and source(desk, "bus"))
        assert str(broker_port) in away["detail"]
        assert away["lag"]["records"] == 0
        assert desk.get("/readyz").status == 200
        desk.send({"resource": "web-3", "type": "DiskFull"})

        page = desk.ctl("sources").stdout
        assert re.match(r"IN TROUBLE +STATE +WHY\nbus +broker away +\S", page), page
        assert re.search(r"^SOURCE .*\nbus +kafka generic +broker away", page, re.MULTILINE), page
        assert re.search(r"^hooks +webhook generic +listening +1 ", page, re.MULTILINE), page
        whole = desk.ctl("sources", "bus").stdout
        assert "broker away" in whole and str(broker_port) in whole
        frame = desk.ctl("top", "--once", columns=120).stdout
        assert re.search(r"bus +broker away: ", frame), frame
        told = [line for line in desk.log().splitlines() if "broker away" in line]
        assert len(told) == 1, told


def test_traps_that_are_turned_away_are_seen_with_sender_and_reason(folder, program):
    snmptrap = program("snmptrap")
    port = free_udp_port()
    with Desk(folder, more_sources=traps(port)) as desk:
        def send(community):
            subprocess.run([snmptrap, "-v2c", "-c", community, f"127.0.0.1:{port}", *LINK_DOWN],
                           check=True, timeout=20)

        wait_until("it listens", lambda: source(desk, "traps")["state"] == "listening")
        send("guessed")
        send("public")
        seen = wait_until("the trap is there", lambda: source(desk, "traps")["received"] == 1
                          and source(desk, "traps"))
        assert seen["detail"] is None and seen["lag"] is None
        wait_until("the drop is counted",
                   lambda: source(desk, "traps")["dropped"]["wrong_community"] == 1)
        [refusal] = wait_until("the refusal is shown", lambda: source(desk, "traps")["refusals"])
        assert refusal["sender"].startswith("127.0.0.1")
        assert refusal["reason"] == "wrong_community"
        assert "guessed" not in json.dumps(seen)
        [engine] = [f["value"] for f in seen["facts"] if f["name"] == "engine_id"]
        assert re.fullmatch(r"0x[0-9a-f]{10,64}", engine)

        page = desk.ctl("sources").stdout
        assert not page.startswith("IN TROUBLE")
        assert re.search(r"^traps +snmp +listening +1 +0 +1 ", page, re.MULTILINE), page
        assert re.search(r"^traps +wrong_community=1$", page, re.MULTILINE), page
        assert engine in page
        assert engine in desk.ctl("sources", "traps").stdout


def test_an_address_that_is_taken_is_a_state(folder):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with Desk(folder, more_sources=traps(port)) as desk:
            state = wait_until("it is tried", lambda: source(desk, "traps")["detail"]
                               and source(desk, "traps"))
            assert state["state"] == "not listening" and str(port) in state["detail"]
            assert desk.get("/readyz").status == 200
            taken.close()
            wait_until("it listens", lambda: source(desk, "traps")["detail"] is None)
            assert source(desk, "traps")["state"] == "listening"


def test_a_reload_adds_and_removes_sources(folder, broker_port):
    with Desk(folder) as desk:
        desk.write_config(folder / "data", bus(broker_port) + traps(free_udp_port()))
        assert desk.ctl("reload").returncode == 0
        assert source(desk, "traps")["kind"] == "snmp"
        wait_until("it listens", lambda: source(desk, "traps")["state"] == "listening")
        wait_until("it runs", lambda: source(desk, "bus")["state"] != "not running")
        desk.write_config(folder / "data")
        assert desk.ctl("reload").returncode == 0
        left = {item["name"]: item["state"] for item in desk.items("/api/v1/sources")}
        assert left.get("traps", "removed") == "removed" and left.get("bus", "removed") == "removed"


def test_a_name_that_there_is_not_is_answered_with_the_nearest(desk):
    missing = desk.ctl("sources", "hoks")
    assert missing.returncode == 3
    assert "nearest: 'hooks'" in missing.stderr
    one = json.loads(desk.ctl("sources", "hooks", "--json").stdout)
    assert one["name"] == "hooks" and one["facts"] == [{"name": "path", "value": "/in/hooks"}]

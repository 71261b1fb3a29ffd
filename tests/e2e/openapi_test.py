"""openapi.yaml against the running daemon, by schemathesis: requests made from the description,
right ones and wrong ones, and whether each answer is one that the description knows."""

import datetime
import json
import os
import pathlib
import subprocess

from desk import ROOT, Desk, link_down

HERE = pathlib.Path(__file__).parent
SCHEMATHESIS = ROOT / "build" / "python" / "bin" / "schemathesis"
INSTALLED = ROOT / "build" / "python-install.log"

TOKEN = "an-admin-of-the-test-0123456789abcdef"

# They show more of themselves than sources that wait for requests; no broker is there.
RUNNING = """\
  - {name: bus, kind: kafka, brokers: "127.0.0.1:1", topics: [alerts], format: generic}
  - {name: traps, kind: snmp, listen: ["127.0.0.1:0"], communities: [public]}
"""


def schemathesis():
    """The program, from the environment that tests/run.sh makes."""
    if not SCHEMATHESIS.exists():
        said = INSTALLED.read_text()[-3000:] if INSTALLED.exists() else "it has not run yet"
        raise AssertionError(f"schemathesis is not installed; tests/run.sh does that:\n{said}")
    return str(SCHEMATHESIS)


def seed(desk):
    """300 incidents: a hundred new ones, a hundred assigned, a hundred resolved; an alarm that
    cleared, an alert that was refused."""
    team = {"labels": {"team": "sre"}}
    kinds = ("linkDown", "DiskFull", "SlowAnswers")
    desk.send([{**link_down(n, type=kinds[n % 3]), **(team if n % 3 else {})}
               for n in range(1, 301)])
    for action, first in (("take", 101), ("resolve", 201)):
        ids = [f"0-{n}" for n in range(first, first + 100)]
        done = desk.post("/api/v1/incidents/actions", {"ids": ids, "action": action})
        assert {item["status"] for item in done.json["items"]} == {200}, done
    desk.send(link_down(301), link_down(301, status="resolved"))
    assert desk.post("/in/hooks", [link_down(302), 4]).status == 400
    assert len(desk.incidents()) == 302


def words():
    """What the description leaves to a desk's own files, as they are here."""
    soon = [datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=n)
            for n in (1, 5, 100)]
    return {
        "QueueName": ["noc-network", "sre", "triage"],
        "PriorityName": ["P1", "P2", "P3", "P4", "P5"],
        "SourceName": ["hooks"],
        "RuleName": ["links", "services"],
        "Future": [time.strftime("%Y-%m-%dT%H:%M:%SZ") for time in soon],
    }


def test_every_answer_is_as_described(folder):
    tokens = f', tokens: [{{actor: anna, role: admin, token: "{TOKEN}"}}]'
    with Desk(folder, http=tokens, token=TOKEN, more_sources=RUNNING) as desk:
        seed(desk)
        ran = subprocess.run(
            [schemathesis(), "--config-file", HERE / "schemathesis.toml", "run",
             f"{desk.url}/openapi.yaml", "--report=junit",
             f"--report-junit-path={folder / 'schemathesis.xml'}"],
            cwd=folder, env=os.environ | {"PYTHONPATH": str(HERE), "DESK_TOKEN": TOKEN,
                                          "DESK_WORDS": json.dumps(words())},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=600)
        print(ran.stdout[-20000:])
        assert ran.returncode == 0, "schemathesis found what is not as described; see above"
        assert desk.get("/healthz").status == 200, desk.log()
        assert desk.get("/readyz").status == 200, desk.log()
        desk.assert_books_balance()

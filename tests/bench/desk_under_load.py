#!/usr/bin/env python3
"""deskd as it is measured: all of it on, every answer durable, rules that decide queue, class,
impact and urgency. Also writes its files alone, for what is measured without a daemon:

    tests/bench/desk_under_load.py FOLDER      prints the path of its deskd.yaml"""

import http.client
import os
import pathlib
import subprocess
import sys

import generators  # noqa: F401  (makes tests/e2e importable)
import machine
from desk import ROOT, Desk

TEAM = "team-10000"  # what each alert carries (load/alert_corpus.h); the last rule asks for it

DESKD_YAML = """\
http: {{listen: "127.0.0.1:{port}"}}
ledger: {{path: {ledger}, size_max: 100GiB}}
rules: rules.d
desk: desk.yaml
sources:
  - {{name: prometheus, kind: alertmanager_api}}
  - {{name: alertmanager, kind: webhook, format: alertmanager}}
{more_sources}"""

DESK_YAML = """\
queues:
  - {name: noc-network, team: NOC, tier: 1}
  - {name: noc-servers, team: NOC, tier: 1}
  - {name: triage, catch_all: true}
"""

TRAPS = """\
  - name: traps
    kind: snmp
    listen: ["127.0.0.1:{port}"]
    communities: [public]
"""

BUS = """\
  - name: bus
    kind: kafka
    brokers: "{brokers}"
    topics: [{topic}]
    format: generic
    start: beginning
    mapping:
      resource: /labels/instance
      type: /labels/alertname
      severity: /labels/severity
      summary: /annotations/summary
      status: {{const: firing}}
      labels: {{all: /labels}}
      annotations: {{all: /annotations}}
"""


def rules_text(count):
    """So many rules, each for a team of its own; traps are judged by the first."""
    lines = ["rules:",
             "  - {name: links, why: A link is down., owner: noc, when: {source: traps},"
             " then: {queue: noc-network, class: network.link, impact: high, urgency: medium}}"]
    teams = [f"team-{n:05}" for n in range(1, count - 1)] + [TEAM]
    lines += [f"  - {{name: {team}, why: Each team has its own., owner: noc,"
              f" when: {{labels.team: {team}}},"
              " then: {queue: noc-servers, class: server, impact: medium, urgency: medium}}"
              for team in teams]
    return "\n".join(lines) + "\n"


def slow_sync(folder):
    """tests/e2e/slow_sync.c as a library to be preloaded, for --slow-disk."""
    library = pathlib.Path(folder) / "slow_sync.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library,
                    ROOT / "tests" / "e2e" / "slow_sync.c", "-ldl"], check=True)
    return library


class DeskUnderLoad(Desk):
    """Use by `with`; a fresh process on a fresh ledger. `slowness`: what to put into its
    environment (see `Bench`)."""

    name = "deskd"
    path = "/api/v2/alerts"
    shape = "api"

    def __init__(self, folder, rules=10, more_sources="", slowness=None, webhook=False):
        super().__init__(folder, rules=rules_text(rules), desk=DESK_YAML,
                         more_sources=more_sources)
        self.slowness = slowness or {}
        if webhook:
            self.path, self.shape = "/in/alertmanager", "webhook"

    def write_config(self, ledger, more_sources=""):
        self.config.write_text(
            DESKD_YAML.format(port=self.port, ledger=ledger, more_sources=more_sources))

    def start(self, *options, ready_within=120.0):
        wrapper = ["env", *(f"{k}={v}" for k, v in self.slowness.items())] if self.slowness else ()
        return super().start(*options, wrapper=wrapper, ready_within=ready_within)

    def cpu_seconds(self):
        return machine.cpu_seconds(self.process.pid)

    def rss_bytes(self):
        return machine.rss_bytes(self.process.pid)

    def settled(self, source):
        """{outcome: alerts} that are durable. Quick: it is asked many times a second."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/metrics")
            page = connection.getresponse().read().decode()
        finally:
            connection.close()
        begin, found = f'desk_alerts_total{{source="{source}",outcome="', {}
        for line in page.splitlines():
            if line.startswith(begin):
                outcome, _, value = line.removeprefix(begin).partition('"} ')
                found[outcome] = int(float(value))
        return found


def write_files(folder, rules=10, more_sources=""):
    """deskd's files in `folder`; the path of its deskd.yaml."""
    os.makedirs(folder, exist_ok=True)
    return DeskUnderLoad(folder, rules=rules, more_sources=more_sources).config


if __name__ == "__main__":
    print(write_files(sys.argv[1], more_sources=BUS.format(brokers="127.0.0.1:9092", topic="alerts")))

"""The row of what must not grow with what stands: how long a client waits for a list, a search, or
the next incident, while a million alarms fire, each with its incident."""

import http.client
import itertools
import statistics
import time
import urllib.parse

import table
from bench import measured
from desk import request_on
from state_rows import raise_alarms

ASKED = 300   # times each,
ASKED_S = 10  # unless that takes longer; then what it took is told of fewer
PAGE = 500    # of a list that is walked through
PAGE_MS, NEXT_MS = 5, 1

# What is asked, by name: path and parameters. Alarms are of hosts by number (load/alert_corpus.h).
QUESTIONS = {
    "incidents, a page of 100": ("/api/v1/incidents", {}),
    "incidents, 500": ("/api/v1/incidents", {"limit": PAGE}),
    "incidents, the most urgent 100": ("/api/v1/incidents", {"sort": "priority"}),
    "incidents of a queue": ("/api/v1/incidents", {"queue": "noc-servers"}),
    "incidents by text": ("/api/v1/incidents", {"q": "node-0100"}),
    "incidents by text, none": ("/api/v1/incidents", {"q": "no such text"}),
    "incidents by label": ("/api/v1/incidents", {"label.site": "dc-03"}),
    "alarms, a page of 100": ("/api/v1/alarms", {}),
    "alarms, 500": ("/api/v1/alarms", {"limit": PAGE}),
    "alarms by label": ("/api/v1/alarms", {"label.site": "dc-03"}),
    "v2 alerts by label": ("/api/v2/alerts", {"filter": 'instance="node-0000100.dc-04.example:9100"'}),
    "v2 alerts, 10,000": ("/api/v2/alerts", {}),
}
INSIDE = "incidents, 100 from the middle"
CLAIM = "the next of a queue is claimed"


class Client:
    """One connection, as a tool has it."""

    def __init__(self, desk):
        self.connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=60)

    def ask(self, path, parameters):
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        return self.expect(200, "GET", path + query)

    def claim(self):
        return self.expect(200, "POST", "/api/v1/queues/noc-servers/next")

    def send_known(self, desk):
        """An alert of an alarm that stands, so that there is something to make durable."""
        alert = [{"labels": {"alertname": "bounds", "team": "team-10000"}}]
        return self.expect(200, "POST", desk.path, alert)

    def expect(self, status, method, path, body=None):
        answer = request_on(self.connection, method, path, body)
        assert answer.status == status, f"{method} {path}: {answer}"
        return answer

    def cursor_after(self, count):
        """Of the list of incidents, behind so many."""
        parameters = {"limit": PAGE}
        for _ in range(max(1, count // PAGE)):
            page = self.ask("/api/v1/incidents", parameters).json
            parameters["cursor"] = page["next"]
        return page["next"]


class BoundsRow:
    name = "bounds"

    def measure(self, bench):
        goals = {**dict.fromkeys([*QUESTIONS, INSIDE], PAGE_MS), CLAIM: NEXT_MS}
        lines = {what: table.Line(self.name, f"{bench.alarms:,} alarms: {what}: p99", unit="ms",
                                  is_ratio=False, form="{:.3g} ms", goal=goal, less_is_better=True)
                 for what, goal in goals.items()}
        return measured(list(lines.values()), lambda: self.fill(bench, lines))

    def fill(self, bench, lines):
        def desk():
            with bench.desk() as server:
                raise_alarms(bench, self.name, server, bench.alarms)
                return self.times(server, bench.alarms)

        [reports] = bench.turns(desk)
        for what, line in lines.items():
            quantiles = [(quantile(report[what], 0.5), quantile(report[what], 0.99))
                         for report in reports]
            line.desk_values = [p99 for _, p99 in quantiles]
            line.latencies = ([], quantiles)
            asked = [len(report[what]) for report in reports]
            if min(asked) < ASKED:
                line.notes.append(f"{what}: asked {min(asked)} times only, in {ASKED_S} s")
            bench.samples += [{"row": self.name, "server": "deskd", "what": what, "p50_ms": p50,
                               "p99_ms": p99, "first_ms": report[what][0],
                               "most_ms": max(report[what]), "asked": len(report[what])}
                              for (p50, p99), report in zip(quantiles, reports)]

    def times(self, desk, alarms):
        """{what: [ms]}"""
        client = Client(desk)
        inside = {"cursor": client.cursor_after(alarms // 2)}
        calls = {what: lambda asked=asked: client.ask(*asked) for what, asked in QUESTIONS.items()}
        calls[INSIDE] = lambda: client.ask("/api/v1/incidents", inside)
        calls[CLAIM] = client.claim
        client.send_known(desk)
        took = {what: [] for what in calls}
        for _, (what, call) in itertools.product(range(ASKED), calls.items()):
            if sum(took[what]) > ASKED_S * 1000:
                continue
            client.send_known(desk)
            began = time.perf_counter()
            call()
            took[what].append((time.perf_counter() - began) * 1000)
        return took


def quantile(values, share):
    """As of 100 equal parts; `share` is of whole hundredths."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


ROWS = [BoundsRow()]

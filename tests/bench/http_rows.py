"""The rows that are measured by HTTP: against Alertmanager, which keeps alerts in memory, and
against Alerta, which keeps them in a database."""

from dataclasses import dataclass

import table
from bench import fill, measured
from peers import Alerta, Alertmanager


@dataclass
class HttpRow:
    """The same bodies as fast as they are answered, by turns. `rules`: deskd's, and the routes of
    Alertmanager. `own`: also against deskd with 10 rules."""

    name: str
    what: str
    goal: float
    floor: float
    batch: int
    connections: int = 4
    distinct: int = 1000
    rules: int = 10
    against: type = Alertmanager
    own: float = 0

    def measure(self, bench):
        line = table.Line(self.name, self.what, goal=self.goal, floor=self.floor)
        own = table.Line(self.name, "the same, against its own rate with 10 rules",
                         peer="deskd, 10 rules", form=table.SHARE, goal=self.own)
        lines = [line, own] if self.own else [line]
        return measured(lines, lambda: self.fill(bench, line, own))

    def fill(self, bench, line, own):
        load = {"batch": self.batch, "connections": self.connections, "distinct": self.distinct}

        def desk(rules):
            with bench.desk(rules=rules, webhook=self.against is Alerta) as server:
                return bench.http(self.name, server, **load)

        def peer():
            with self.start_peer(bench) as server:
                line.peer = server.name
                return bench.http(self.name, server, **load)

        if not self.own:
            fill(line, *bench.turns(peer, lambda: desk(self.rules)))
            return
        peers, desks, owns = bench.turns(peer, lambda: desk(self.rules), lambda: desk(10))
        fill(line, peers, desks)
        fill(own, owns, desks)

    def start_peer(self, bench):
        if self.against is Alerta:
            return bench.peer(Alerta, bench.python, bench.slowness)
        return bench.peer(Alertmanager, self.rules)


class LatencyRow:
    """Open loop: what is late because a server stalls is counted as late."""

    name = "latency"
    rate = 60_000
    load = {"batch": 64, "connections": 64, "distinct": 1000, "warm_up": 2}

    def measure(self, bench):
        line = table.Line(self.name, self.what(self.rate), unit="ms", form=table.SHARE, goal=1 / 3,
                          floor=1 / 2, less_is_better=True)
        return measured([line], lambda: self.fill(bench, line))

    def what(self, rate):
        return f"p99 of the answer at {rate:,} alerts/s, open loop, batches of 64, 64 connections"

    def fill(self, bench, line):
        self.compare(bench, line, self.rate)

    def compare(self, bench, line, rate):
        def desk():
            with bench.desk() as server:
                return bench.http(self.name, server, rate=rate, **self.load)

        fill(line, *bench.turns(lambda: self.peer(bench, line, rate), desk), value="p99_ms")

    def peer(self, bench, line, rate):
        with bench.peer(Alertmanager, 10) as server:
            line.peer = server.name
            return bench.http(self.name, server, rate=rate, **self.load)


class FairLatencyRow(LatencyRow):
    """The same where the peer keeps up, so that its latency is not that of a queue which grows as
    long as one measures. Which rate that is, is tried out first."""

    name = "latency-fair"
    rates = (60_000, 40_000, 20_000, 10_000)

    def what(self, rate):
        return (f"{super().what(rate)}: the highest of {', '.join(f'{r:,}' for r in self.rates)} "
                "at which the peer keeps up")

    def fill(self, bench, line):
        for rate in self.rates:
            if self.peer(bench, line, rate)["kept_up"]:
                line.what = self.what(rate)
                return self.compare(bench, line, rate)
        raise AssertionError(f"{line.peer} does not even keep up with {self.rates[-1]:,} alerts/s")


class AllocationRow:
    """At half of the peak that deskd has just shown, with new things among the repeats. What deskd
    itself measures, from an alert's receipt until its incident is durable in a queue. Buckets have
    bounds at the goals, so whether these are met is exact."""

    name = "allocation"
    what = "receipt → allocated and durable, at half of peak load, each 64th alert a new incident"
    load = {"batch": 64, "connections": 4, "distinct": 1000}

    def measure(self, bench):
        lines = [table.Line(self.name, f"{self.what}: {name}", unit="ms or less", is_ratio=False,
                            form="{:.3g} ms", goal=goal, less_is_better=True)
                 for name, goal in (("p50", 2), ("p99", 10))]
        return measured(lines, lambda: self.fill(bench, lines))

    def fill(self, bench, lines):
        def desk():
            with bench.desk() as server:
                peak = bench.http(self.name, server, **self.load)["alerts_per_second"]
            with bench.desk() as server:
                report = bench.http(self.name, server, rate=peak / 2, new_every=64,
                                    **(self.load | {"connections": 64}))
                buckets = allocation_buckets(server)
            allocated = {"allocated_p50_ms": quantile(buckets, 0.5),
                         "allocated_p99_ms": quantile(buckets, 0.99)}
            bench.keep(self.name, "deskd", allocated)
            return report | allocated

        [reports] = bench.turns(desk)
        for line, value in zip(lines, ("allocated_p50_ms", "allocated_p99_ms")):
            fill(line, [], reports, value)
            rates = [report["alerts_per_second"] for report in reports]
            line.notes.append(f"the loads were {', '.join(map(table.number, rates))} alerts/s")


def allocation_buckets(desk):
    """[(upper bound in ms, how many up to it)]"""
    found = [(float(dict(labels)["le"].replace("+Inf", "inf")) * 1000, count)
             for (name, labels), count in desk.metrics().items()
             if name == "desk_allocation_seconds_bucket"]
    return sorted(found)


def quantile(buckets, share):
    """The bound of the bucket in which it lies: it is this or less."""
    if not buckets or buckets[-1][1] == 0:
        raise AssertionError("no incident was allocated")
    return next(bound for bound, count in buckets if count >= share * buckets[-1][1])


ROWS = [
    HttpRow("http-64", "HTTP, batches of 64, 10 rules", 6, 3, batch=64),
    HttpRow("http-1000", "HTTP, batches of 1,000, 10 rules", 6, 3, batch=1000),
    HttpRow("http-64-many", "HTTP, batches of 64, 10 rules, 200,000 different alarms", 6, 3,
            batch=64, distinct=200_000),
    HttpRow("rules-64", "HTTP, batches of 64, 10,000 rules", 80, 40, batch=64, rules=10_000,
            own=0.85),
    HttpRow("rules-1000", "HTTP, batches of 1,000, 10,000 rules", 80, 40, batch=1000,
            rules=10_000, own=0.85),
    HttpRow("single-64", "HTTP, one alert a request, 64 connections", 2, 1.3, batch=1,
            connections=64),
    HttpRow("single-4", "HTTP, one alert a request, 4 connections", 0.6, 0.5, batch=1),
    HttpRow("alerta-64", "HTTP, batches of 64, against a durable peer", 300, 100, batch=64,
            against=Alerta),
    HttpRow("alerta-1", "HTTP, one alert a request, 64 connections, against a durable peer", 300,
            100, batch=1, connections=64, against=Alerta),
    LatencyRow(),
    FairLatencyRow(),
    AllocationRow(),
]

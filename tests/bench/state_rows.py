"""The rows of what deskd keeps: memory for each active alarm, and a restart with all of them."""

import time

import table
from bench import measured
from desk import wait_until
from peers import Alertmanager

LOAD = {"batch": 64, "connections": 4}
REST_S = 5  # for garbage collectors, and for a ledger to tidy up


def raise_alarms(bench, row, server, count):
    """So many different alarms more, each told of once."""
    return bench.http(row, server, count=count, new_every=1, distinct=1000, **LOAD)


class MemoryRow:
    """Resident memory with that many active alarms, less what the same process took with 1,000 of
    them after 200,000 alerts: buffers have then grown to what they need."""

    name = "memory"

    def measure(self, bench):
        line = table.Line(self.name, f"memory of an active alarm, {bench.alarms:,} of them",
                          unit="bytes", is_ratio=False, form="{:.0f} bytes", goal=600, floor=1000,
                          less_is_better=True)
        return measured([line], lambda: self.fill(bench, line))

    def fill(self, bench, line):
        def of(server):
            bench.http(self.name, server, count=200_000, distinct=1000, **LOAD)
            time.sleep(REST_S)
            before = server.rss_bytes()
            raise_alarms(bench, self.name, server, bench.alarms)
            time.sleep(REST_S)
            report = {"bytes_an_alarm": (server.rss_bytes() - before) / bench.alarms,
                      "rss_before": before}
            bench.keep(self.name, server.name, report)
            return report["bytes_an_alarm"]

        def peer():
            with bench.peer(Alertmanager, 10) as server:
                line.peer = server.name
                return of(server)

        def desk():
            with bench.desk() as server:
                return of(server)

        line.peer_values, line.desk_values = bench.turns(peer, desk)


def active(desk):
    return sum(count for (name, _), count in desk.metrics().items()
               if name == "desk_alarms_active")


class RestartRow:
    """From the start of the process until /readyz says 200, after kill -9. The ledger's file is
    still in the machine's memory, as after a crash of deskd alone."""

    name = "restart"

    def measure(self, bench):
        line = table.Line(self.name, f"kill -9 and start with {bench.alarms:,} open alarms, each "
                          "raised once", unit="s", is_ratio=False, form="{:.2f} s", goal=3, floor=6,
                          less_is_better=True)
        return measured([line], lambda: self.fill(bench, line))

    def fill(self, bench, line):
        def desk():
            with bench.desk() as server:
                raise_alarms(bench, self.name, server, bench.alarms)
                server.kill()
                began = time.monotonic()
                server.start()
                report = {"ready_s": time.monotonic() - began}
                wait_until("all alarms came back", lambda: active(server) >= bench.alarms, 30)
            bench.keep(self.name, "deskd", report)
            return report["ready_s"]

        [line.desk_values] = bench.turns(desk)
        line.notes.append("its ledger holds nothing but their raising")


ROWS = [MemoryRow(), RestartRow()]

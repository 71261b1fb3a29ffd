"""What a run of rows shares: where to put things, how long and how often, and turns of peer and
deskd."""

import contextlib
import pathlib
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

import generators
from desk_under_load import DeskUnderLoad
from peers import PeerMissing


# Of a report, while it runs.
SHOWN = ("alerts_per_second", "messages_per_second", "traps_per_second", "lost", "p50_ms", "p99_ms",
         "allocated_p50_ms", "allocated_p99_ms", "cpu_us", "bytes_an_alarm", "ready_s")


def say(text):
    """What is under way; the table alone goes to standard output."""
    print(text, file=sys.stderr, flush=True)


@dataclass
class Bench:
    folder: pathlib.Path        # on the disk to be measured
    seconds: float = 5          # of a measurement
    repeats: int = 3
    alarms: int = 1_000_000     # of memory, restart and bounds
    messages: int = 2_000_000   # in Kafka's topic
    slowness: dict = field(default_factory=dict)  # environment of what syncs, with --slow-disk
    python: pathlib.Path = pathlib.Path("python")  # the environment with Alerta
    samples: list = field(default_factory=list)    # everything measured, for --samples

    @contextlib.contextmanager
    def fresh_folder(self, name):
        """Gone afterwards, and with it gigabytes of ledger."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))
        folder.chmod(0o755)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def desk(self, **more):
        """A fresh deskd, running."""
        with self.fresh_folder("deskd") as folder:
            with DeskUnderLoad(folder, slowness=self.slowness, **more) as desk:
                yield desk

    @contextlib.contextmanager
    def peer(self, kind, *arguments, **more):
        """A fresh peer, running."""
        with self.fresh_folder(kind.__name__.lower()) as folder:
            with kind(folder, *arguments, **more) as peer:
                yield peer

    def http(self, row, server, **load):
        """Drives a server once, and keeps the report."""
        report = generators.http(server, **({"seconds": self.seconds} | load))
        self.keep(row, server.name, report)
        return report

    def keep(self, row, server, report):
        self.samples.append({"row": row, "server": server} | report)
        told = [f"{name} {report[name]:.4g}" for name in SHOWN if name in report]
        say(f"  {server}: {', '.join(told)}")

    def turns(self, *measure):
        """Calls each of them, one after the other, as often as repeats say: A B A B. The reports of
        each."""
        reports = [[] for _ in measure]
        for _ in range(self.repeats):
            for one, kept in zip(measure, reports):
                kept.append(one())
        return reports


def fill(line, peers, desks, value="alerts_per_second"):
    """Puts reports of HTTP into a line."""
    line.peer_values = [report[value] for report in peers]
    line.desk_values = [report[value] for report in desks]
    line.latencies = tuple([(report["p50_ms"], report["p99_ms"]) for report in reports]
                           for reports in (peers, desks))
    line.cpu = tuple([report["cpu_us"] for report in reports] for reports in (peers, desks))
    for who, reports in ((line.peer or "peer", peers), ("deskd", desks)):
        for report in reports:
            line.notes += [f"{who}: {doubt}" for doubt in generators.doubts(report)]
    return line


def measured(lines, measure):
    """`lines`, filled by `measure`, or with the reason why they are not."""
    try:
        measure()
    except (PeerMissing, generators.LoadFailed, AssertionError, OSError,
            subprocess.SubprocessError) as error:
        for line in lines:
            line.missing = " ".join(str(error).split())[:300]
    return lines

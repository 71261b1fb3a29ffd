"""The load generators, as functions; their options are told by each one's --help."""

import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from desk import BUILD  # noqa: E402

PROGRAMS = BUILD / "tests" / "bench" / "load"


class LoadFailed(Exception):
    """A generator could not do its work."""


def run(program, **options):
    """What it reports. `some_option=3` is --some-option 3."""
    arguments = [str(PROGRAMS / program)]
    for name, value in options.items():
        arguments += [f"--{name.replace('_', '-')}", str(value)]
    # Of what it does with a proxy or a preloaded library nothing should depend.
    surroundings = {k: v for k, v in os.environ.items() if k != "LD_PRELOAD"}
    done = subprocess.run(arguments, capture_output=True, text=True, env=surroundings,
                          stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise LoadFailed(f"{' '.join(arguments)}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def http(server, **options):
    """Drives a server. Adds `cpu_us`, its processor time for each alert that it accepted."""
    before = server.cpu_seconds()
    report = run("http_load", port=server.port, path=server.path, shape=server.shape, **options)
    accepted = report["alerts_accepted"]
    if accepted == 0:
        raise LoadFailed(f"{server.name} accepted nothing: {report['refused_with']}")
    if report["alerts_per_second"] == 0:
        raise LoadFailed(f"{server.name} answered nothing of what was sent in the measured time")
    report["cpu_us"] = (server.cpu_seconds() - before) * 1e6 / accepted
    return report


def doubts(report):
    """What a reader must know who would trust this report; an empty list: nothing."""
    found = []
    if report.get("generator_was_the_limit"):
        found.append("the generator itself was the limit "
                     f"({report['generator_cores']:.2f} of a core)")
    if report.get("refused"):
        found.append(f"refused: {report['refused_with']}")
    if report.get("broken"):
        found.append(f"{report['broken']} connections broke under a request")
    if report.get("unanswered"):
        found.append(f"{report['unanswered']} requests had no answer 30 s after the end")
    if not report.get("kept_up", True):
        found.append(f"it did not keep up with {report['rate']:,.0f} alerts/s: half of the answers "
                     f"took {report['p50_ms']:.3g} ms or more")
    if report.get("late_p99_ms", 0) > 1:
        found.append(f"1 % was sent {report['late_p99_ms']:.1f} ms late or more")
    return found

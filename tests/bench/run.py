#!/usr/bin/env python3
"""Measures deskd beside its peers, and writes one table in Markdown.

    tests/bench/run.py                         all rows, about an hour
    tests/bench/run.py --only http-64          one row; may be given several times
    tests/bench/run.py --slow-disk 5 --only single-64

Peer and deskd take turns on the same machine with the same load, each a fresh process on fresh
data. What a row means stands in tests/bench/README.md."""

import argparse
import datetime
import filecmp
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

import bounds_rows  # noqa: E402
import http_rows  # noqa: E402
import machine  # noqa: E402
import source_rows  # noqa: E402
import state_rows  # noqa: E402
import table  # noqa: E402
from bench import Bench, say  # noqa: E402
from desk import BUILD  # noqa: E402
from desk_under_load import slow_sync  # noqa: E402

ROWS = {row.name: row for rows in (http_rows, source_rows, state_rows, bounds_rows)
        for row in rows.ROWS}
OUTPUT = ROOT / "build" / "bench"


def options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="the rows' names, and end")
    parser.add_argument("--only", action="append", metavar="ROW", choices=ROWS,
                        help="only this row; may be given several times")
    parser.add_argument("--repeats", type=positive, default=3, metavar="N",
                        help="turns of peer and deskd (default: 3)")
    parser.add_argument("--seconds", type=float, default=5, metavar="S",
                        help="of a measurement, after a second of warm-up (default: 5)")
    parser.add_argument("--alarms", type=positive, default=1_000_000, metavar="N",
                        help="of the rows memory, restart and bounds (default: 1000000)")
    parser.add_argument("--messages", type=positive, default=2_000_000, metavar="N",
                        help="of the row kafka (default: 2000000)")
    parser.add_argument("--slow-disk", type=positive, metavar="MS",
                        help="each sync of deskd and of PostgreSQL takes so much longer")
    parser.add_argument("--folder", type=pathlib.Path, default=OUTPUT / "run",
                        help="for ledgers and logs, on the disk to be measured (default: "
                             "build/bench/run)")
    parser.add_argument("--output", type=pathlib.Path, default=OUTPUT / "result.md",
                        help="where the table goes besides standard output")
    parser.add_argument("--samples", type=pathlib.Path, default=OUTPUT / "samples.json",
                        help="where every single measurement goes")
    parser.add_argument("--no-install", action="store_true",
                        help="install nothing; a row whose peer is not there says so")
    parser.add_argument("--no-build", action="store_true",
                        help=f"measure what stands in {BUILD} (DESKD_BUILD names another)")
    return parser.parse_args()


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 at least")
    return number


def shell(script, what):
    """Runs some lines that use daemon/machine.sh; whether that went well."""
    done = subprocess.run(["bash", "-euc", f". daemon/machine.sh\n{script}"], cwd=ROOT,
                          stdin=subprocess.DEVNULL, stdout=sys.stderr)
    if done.returncode != 0:
        say(f"{what} failed")
    return done.returncode == 0


def install(rows):
    """What the machine lacks. What can't be installed, its row will miss and say so."""
    shell("install_packages daemon/packages.txt tests/bench/packages.txt", "Installing packages")
    if any(name.startswith("alerta") for name in rows):
        install_alerta()


def install_alerta():
    """Into an environment of its own, anew when the list has changed."""
    home, wanted = OUTPUT / "python", HERE / "requirements.txt"
    installed = home / "installed.txt"
    if installed.exists() and filecmp.cmp(installed, wanted, shallow=False):
        return
    say("PyPI: installing Alerta")
    shutil.rmtree(home, ignore_errors=True)
    with open(OUTPUT / "python.log", "wb") as log:
        for command in (["/usr/bin/python3", "-m", "venv", home],
                        [home / "bin" / "pip", "--disable-pip-version-check", "install",
                         "--requirement", wanted]):
            if subprocess.run(command, stdout=log, stderr=log).returncode != 0:
                say(f"that failed: see {log.name}")
                shutil.rmtree(home, ignore_errors=True)
                return
    shutil.copy(wanted, installed)


def build():
    if not shell("cmake --preset release -DDESKD_BENCH=ON >build/bench/configure.log\n"
                 'cmake --build --preset release --target bench_programs --parallel "$(build_jobs)"',
                 "The build"):
        sys.exit(1)


def facts(wanted, folder, started):
    """What stands above the table."""
    told = {"measured": started.strftime("%Y-%m-%d %H:%M UTC"), "commit": machine.commit()}
    told |= machine.description(folder)
    command = ["tests/bench/run.py", *sys.argv[1:]]
    told["command"] = f"`{' '.join(command)}`: {wanted.repeats} turns of {wanted.seconds:g} s"
    told["load"] = ("generator, server and disk share the machine; the whole path is on, and what "
                    "deskd answers is durable")
    if wanted.slow_disk:
        told["slow disk"] = (f"each sync of deskd and of PostgreSQL takes {wanted.slow_disk} ms "
                             "longer; Alertmanager, snmptrapd and Kafka don't sync")
    return told


def measure(bench, rows, told, wanted):
    """The lines of the table. After each row all of it is written: a run takes long."""
    lines = []
    for row in rows:
        say(f"\n== {row}")
        lines += ROWS[row].measure(bench)
        wanted.output.write_text(table.markdown(lines, told))
        wanted.samples.write_text(json.dumps({"facts": told, "samples": bench.samples}, indent=1))
    return lines


def main():
    wanted = options()
    if wanted.list:
        print("\n".join(ROWS))
        return
    # Not the default, which would leave peers behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows = wanted.only or list(ROWS)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    if not wanted.no_install:
        install(rows)
    if not wanted.no_build:
        build()
    slowness = {}
    if wanted.slow_disk:
        slowness = {"LD_PRELOAD": str(slow_sync(OUTPUT)), "SLOW_SYNC_MS": str(wanted.slow_disk)}
    started = datetime.datetime.now(datetime.timezone.utc)
    bench = Bench(folder=wanted.folder.resolve(), seconds=wanted.seconds, repeats=wanted.repeats,
                  alarms=wanted.alarms, messages=wanted.messages, slowness=slowness,
                  python=OUTPUT / "python")
    told = facts(wanted, bench.folder, started)
    lines = measure(bench, rows, told, wanted)
    print(table.markdown(lines, told), end="")
    say(f"\nThe table: {wanted.output}; every measurement: {wanted.samples}")
    sys.exit(1 if any(line.missing for line in lines) else 0)


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main()

#!/usr/bin/env python3
"""Counts the instructions that an alert costs on its way through deskd (decode, judge, correlate and
desk, encode), and compares with the numbers in instructions.json. What else the machine does can't
move them, so a change of 3 % is a change of the code.

    tests/bench/instructions.py                  exit code 1 when a number is off by more than 3 %
    tests/bench/instructions.py --rewrite        after a change that was meant; the diff is read

Needs a release build with -DDESKD_BENCH=ON (it makes one) and Debian's valgrind."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

from desk import BUILD  # noqa: E402
from desk_under_load import BUS, write_files  # noqa: E402

STORED = HERE / "instructions.json"
PROGRAM = BUILD / "tests" / "bench" / "alert_path"
TOLERANCE = 0.03

# The first alerts raise the alarms that are then told of again, and let buffers grow; they are
# counted in a run of their own, and taken off.
FIRST, COUNTED = 2_048, 4_096

# name: (rules, more arguments)
CASES = {
    "known alarm, 10 rules": (10, ()),
    "known alarm, 10,000 rules": (10_000, ()),
    "new alarm and incident, 10 rules": (10, ("--new",)),
    "Kafka message, generic format": (10, ("--kafka",)),
}
NO_BROKER = "127.0.0.1:9"  # nothing is asked of it

# Of what happens inside of these functions, as callgrind names them.
PARTS = {
    "decode": "deskd::connectors::decode(deskd::connectors::Source const&, "
              "deskd::connectors::Judging const&, deskd::connectors::MessagePart const&",
    "judge": "deskd::connectors::judge(deskd::connectors::Batch&",
    "take": "deskd::daemon::Core::take(std::unique_ptr<deskd::connectors::Batch",
    "finish": "deskd::daemon::Core::finish()",
}
ANNOTATED = re.compile(r"^\s*([\d,]+)(?:\s+\([^)]*\))?\s+\S*?:(\S.*)$")


def run(config, alerts, more, folder):
    """{part: instructions} of one run, and of all of it."""
    out = pathlib.Path(folder) / "callgrind.out"
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
                           PROGRAM, config, str(alerts), *more], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{PROGRAM} under valgrind: {done.stderr[-2000:]}")
    totals = re.search(r"^(?:summary|totals): (\d+)", out.read_text(errors="replace"), re.M)
    found = {"all": int(totals[1])}
    annotated = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=99.99", out],
                               capture_output=True, text=True, check=True).stdout
    for line in annotated.splitlines():
        if match := ANNOTATED.match(line):
            for part, function in PARTS.items():
                if match[2].startswith(function):
                    found[part] = max(found.get(part, 0), int(match[1].replace(",", "")))
    return found


def count(case):
    """{part: instructions an alert}"""
    rules, more = CASES[case]
    with tempfile.TemporaryDirectory() as folder:
        config = write_files(pathlib.Path(folder) / "desk", rules,
                             BUS.format(brokers=NO_BROKER, topic="alerts"))
        first = run(config, FIRST, more, folder)
        both = run(config, FIRST + COUNTED, more, folder)
    return {part: (both[part] - first.get(part, 0)) / COUNTED for part in both}


def compiler():
    version = subprocess.run(["c++", "-dumpfullversion"], capture_output=True, text=True)
    return f"gcc {version.stdout.strip()}"


def verdict(case, counted, stored):
    """The line to print, and whether it is good."""
    parts = ", ".join(f"{part} {round(n):,}" for part, n in counted.items() if part != "all")
    told = f"{case}: {counted['all']:,.0f} instructions an alert ({parts})"
    wanted = stored.get(case)
    if wanted is None:
        return f"{told}; nothing stored", False
    change = counted["all"] / wanted - 1
    return f"{told}; stored {wanted:,}: {change:+.1%}", abs(change) <= TOLERANCE


def build():
    for command in (["cmake", "--preset", "release", "-DDESKD_BENCH=ON"],
                    ["cmake", "--build", "--preset", "release", "--target", "alert_path"]):
        subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rewrite", action="store_true", help="store what is counted")
    parser.add_argument("--no-build", action="store_true", help=f"take what stands in {BUILD}")
    wanted = parser.parse_args()
    if not wanted.no_build:
        build()
    stored = json.loads(STORED.read_text()) if STORED.exists() else {}
    if stored and not wanted.rewrite and stored["compiler"] != compiler():
        print(f"stored with {stored['compiler']}, this is {compiler()}: expect a difference")
    numbers, good = {"compiler": compiler()}, True
    for case in CASES:
        counted = count(case)
        line, is_good = verdict(case, counted, stored)
        print(line, flush=True)
        good = good and is_good
        numbers[case] = round(counted["all"])
    if wanted.rewrite:
        STORED.write_text(json.dumps(numbers, indent=2) + "\n")
    elif not good:
        sys.exit(f"off by more than {TOLERANCE:.0%}: if it was meant, {sys.argv[0]} --rewrite")


if __name__ == "__main__":
    main()

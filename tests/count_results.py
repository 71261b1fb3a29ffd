"""Sums the results of several runs of ctest: `count_results.py [--broken N] JUNIT_FILE…`.

Each ctest test is a program of many cases; the summary lines of doctest and pytest say how many. A
program without such a line (it crashed, or is no test framework's) counts as one. Beneath the name
of a program that failed stands what it said of it. Ends with the line "N passed, N failed"; exit
code 1 when something failed or nothing ran.
"""

import re
import sys
import xml.etree.ElementTree as xml

DOCTEST = re.compile(r"\[doctest\] test cases:\s*\d+\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed")
REASONS = re.compile(
    r"^(?:FAILED .*|ERROR .*|E  .*|TEST CASE: .*|.*: (?:FATAL )?ERROR: .*|==\d+==\s?ERROR: .*"
    r"|WARNING: ThreadSanitizer: .*)$", re.MULTILINE)
REASONS_MAX = 40  # lines of one program, the last ones: pytest sums up at the end
PYTEST = re.compile(r"^=+ (.*(?:passed|failed|error|skipped).*) in [0-9.:]+", re.MULTILINE)


def cases(output, status):
    """(passed, failed, skipped) cases of one program, as its last summary line says."""
    passed, failed, skipped = 0, 0, 0
    found = DOCTEST.findall(output)
    if found:
        passed, failed = int(found[-1][0]), int(found[-1][1])
    elif PYTEST.search(output):
        words = PYTEST.findall(output)[-1]
        for count, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", words):
            if word == "passed":
                passed += int(count)
            elif word == "skipped":
                skipped += int(count)
            else:
                failed += int(count)
    elif status == "run":
        passed = 1
    if status == "fail" and failed == 0:
        failed = 1  # it crashed, leaked or ran out of time behind its last case
    if status not in ("run", "fail") and passed + failed + skipped == 0:
        skipped = 1
    return passed, failed, skipped


def reasons(output):
    """The lines of a failed program's output that say what failed."""
    found = [line.strip()[:300] for line in REASONS.findall(output)]
    return found[-REASONS_MAX:] or [line[:300] for line in output.strip().splitlines()[-5:]]


def main(arguments):
    broken = 0
    if arguments[:1] == ["--broken"]:
        broken, arguments = int(arguments[1]), arguments[2:]
    passed, failed, skipped = 0, broken, 0
    for path in arguments:
        try:
            programs = xml.parse(path).getroot().findall("testcase")
        except (OSError, xml.ParseError) as error:
            print(f"{path}: {error}")
            failed += 1
            continue
        sums = [cases(p.findtext("system-out") or "", p.get("status")) for p in programs]
        here = [sum(column) for column in zip(*sums)] or [0, 0, 0]
        print(f"{path}: {len(programs)} programs, {here[0]} cases passed, {here[1]} failed"
              + (f", {here[2]} skipped" if here[2] else ""))
        for program, counts in zip(programs, sums):
            if counts[1]:
                print(f"  FAILED: {program.get('name')}")
                for reason in reasons(program.findtext("system-out") or ""):
                    print(f"    {reason}")
        if not programs:
            failed += 1  # a selection that selects nothing is a mistake
        passed, failed, skipped = passed + here[0], failed + here[1], skipped + here[2]
    if skipped:
        print(f"{skipped} skipped: this machine lacks what they need")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

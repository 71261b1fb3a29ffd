"""The README's tour, run as a reader would run it: every ```sh block of the sections in SECTIONS,
in order. What a ``` block without a language shows must be said by the commands before it, line by
line; "…" stands for anything."""

import re

from desk import ROOT
from overlay import run_in_overlay

README = ROOT / "README.md"

SECTIONS = ("Start it", "Ten minutes with deskd", "A shift's five minutes", "A trap and a topic")


def tour():
    """[(commands, lines to be shown)] of the README."""
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", README.read_text(),
                               re.DOTALL | re.MULTILINE))
    steps = []
    for kind, body in re.findall(r"^```(.*?)\n(.*?)^```$", "".join(map(sections.get, SECTIONS)),
                                 re.DOTALL | re.MULTILINE):
        if kind == "sh":
            steps.append((body, []))
        elif kind == "":
            steps[-1][1].extend(body.splitlines())
    return steps


def is_shown(line, output):
    """Whether a line of `output` is `line`, whatever the number of spaces."""
    pattern = ".*".join(r"\s+".join(map(re.escape, part.split())) for part in line.split("…"))
    pattern = pattern.replace(".*", r"\s*.*\s*")
    return any(re.fullmatch(rf"\s*{pattern}\s*", shown) for shown in output.splitlines())


def test_lines_are_compared_as_the_tour_says():
    assert is_shown("0-1  P1 … edge-7", "ID\n0-1   P1   new   2s ago  Link down on edge-7\n")
    assert is_shown("a.yaml:5: error…", "a.yaml:5: error: x")
    assert not is_shown("0-1 P1", "0-1 P1 new")
    assert not is_shown("0-1 P1 …", "0-2 P1 new")


def test_the_tour_does_what_it_says(tmp_path):
    steps = tour()
    assert len(steps) >= 5
    ran = run_in_overlay([commands for commands, _ in steps], tmp_path)
    said = ""
    for (commands, lines), (code, output) in zip(steps, ran):
        said += f"$ {commands}{output}[exit code {code}]\n"
        assert code == 0, said
        for line in lines:
            assert is_shown(line, output), f"the README shows:\n{line}\n{said}"
    # What the reader is promised: the mistake's line, and two routes.
    assert re.search(r"50-routing\.yaml:\d+:\d+: error: .*sre-platfrom", said), said
    assert re.search(r"new .*noc-servers .*web-3", said), said
    assert re.search(r"new .*sre-platform .*web-4", said), said
    assert re.search(r"resolved .*web-4", said), said
    # And an incident in its queue by each of the three ways.
    for incident in (r"noc-servers .*web-3", r"noc-network .*127\.0\.0\.1", r"databases .*db-7"):
        assert re.search(rf"^0-\d+ +P\d +new .*{incident}", said, re.MULTILINE), said

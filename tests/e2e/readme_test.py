"""The README's tour, run as a reader would run it: every ```sh block of the sections "Start it" and
"Ten minutes with deskd", in order. What a ``` block without a language shows must be said by the
commands before it, line by line; "…" stands for anything.

It runs in the clone itself, but on an overlay of it and with a network of its own: nothing that the
tour writes stays, and another deskd on this machine is not in the way.
"""

import os
import re
import subprocess

import pytest
from desk import ROOT

README = ROOT / "README.md"

# $1: the clone, $2: a folder for the blocks and what they say.
SCRIPT = r"""
set -eu
scratch=$(mktemp -d)
mount -t tmpfs none "$scratch"
mkdir "$scratch/upper" "$scratch/work"
mount -t overlay -o "lowerdir=$1,upperdir=$scratch/upper,workdir=$scratch/work" none "$1"
/usr/bin/python3 - <<'END'
import fcntl, socket, struct
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
with socket.socket() as s:
    fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))
END
cd "$1"
touch "$2/started"
for block in "$2"/*.sh; do
  code=0
  bash -e "$block" >"$block.out" 2>&1 </dev/null || code=$?
  echo "$code" >"$block.code"
done
"""


SECTIONS = ("Start it", "Ten minutes with deskd")


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
    for number, (commands, _) in enumerate(steps):
        (tmp_path / f"{number:02}.sh").write_text(commands)
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    done = subprocess.run(
        ["unshare", *user, "--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child",
         "bash", "-c", SCRIPT, "tour", str(ROOT), str(tmp_path)],
        capture_output=True, text=True, timeout=1500, env=os.environ | {"USER": "anna"})
    if not (tmp_path / "started").exists():
        pytest.skip(f"no namespaces and overlays here: {done.stderr.strip()}")

    said = ""
    for number, (commands, lines) in enumerate(steps):
        output = (tmp_path / f"{number:02}.sh.out").read_text()
        code = int((tmp_path / f"{number:02}.sh.code").read_text())
        said += f"$ {commands}{output}[exit code {code}]\n"
        assert code == 0, said
        for line in lines:
            assert is_shown(line, output), f"the README shows:\n{line}\n{said}"
    # What the reader is promised: the mistake's line, and two routes.
    assert re.search(r"50-routing\.yaml:\d+:\d+: error: .*sre-platfrom", said), said
    assert re.search(r"new .*noc-servers .*web-3", said), said
    assert re.search(r"new .*sre-platform .*web-4", said), said
    assert re.search(r"resolved .*web-4", said), said

"""Runs commands in the clone itself, but on an overlay of it, with a network and processes of its
own: nothing that they write stays, another deskd on this machine is not in the way, and what they
start ends with them."""

import os
import subprocess

import pytest
from desk import ROOT

# $1: the clone; $2: a folder with the blocks of commands, and for what they say.
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


def run_in_overlay(blocks, folder):
    """[(exit code, output)] of each block of shell commands; skips the test where the machine has no
    namespaces or overlays for us. The release build is brought up to date first, outside of the
    overlay, so that this is done once."""
    subprocess.run([ROOT / "daemon" / "start.sh", "--build-only"], check=True, timeout=1500,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    for number, commands in enumerate(blocks):
        (folder / f"{number:02}.sh").write_text(commands)
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    done = subprocess.run(
        ["unshare", *user, "--mount", "--net", "--pid", "--fork", "--mount-proc", "--kill-child",
         "bash", "-c", SCRIPT, "overlay", str(ROOT), str(folder)],
        capture_output=True, text=True, timeout=300, env=os.environ | {"USER": "anna"})
    if not (folder / "started").exists():
        pytest.skip(f"no namespaces and overlays here: {done.stderr.strip()}")
    return [(int((folder / f"{number:02}.sh.code").read_text()),
             (folder / f"{number:02}.sh.out").read_text()) for number in range(len(blocks))]

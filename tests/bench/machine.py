"""What the machine is, and what a process takes of it."""

import os
import pathlib
import statistics
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    """The fields of /proc/PID/stat after the name, or nothing when it has ended (proc(5))."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def family(pid):
    """The process and all that descend from it."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _stat(entry)):
            children.setdefault(int(fields[1]), []).append(int(entry))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def cpu_seconds(*pids):
    """Processor time so far of these, their descendants, and those of them that have ended."""
    total = 0
    for pid in pids:
        for one in family(pid):
            if fields := _stat(one):
                total += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
    return total / TICKS


def rss_bytes(pid):
    """Resident memory of this process."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {pid} has no VmRSS")


def sync_ms(folder, count=200):
    """(median, 99th percentile) of appending 4 KiB to a growing file and fdatasync."""
    path = pathlib.Path(folder) / "sync-probe"
    block, took = bytes(4096), []
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for _ in range(count):
            began = time.perf_counter()
            os.write(descriptor, block)
            os.fdatasync(descriptor)
            took.append((time.perf_counter() - began) * 1000)
    finally:
        os.close(descriptor)
        path.unlink()
    took.sort()
    return statistics.median(took), took[int(0.99 * (count - 1))]


def _first(path, key):
    for line in pathlib.Path(path).read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return "?"


def _git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def commit():
    """The short hash, and whether tracked files differ from it."""
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return (_git("rev-parse", "--short", "HEAD") or "unknown") + (" with changes" if changed else "")


def description(folder):
    """One line each of what a reader of the figures wants to know."""
    median, p99 = sync_ms(folder)
    memory = int(_first("/proc/meminfo", "MemTotal").split()[0]) / 2**20
    flags = _first("/proc/cpuinfo", "flags").split()
    widest = next((name for name in ("avx512f", "avx2", "sse4_2") if name in flags), "no SIMD")
    filesystem = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True)
    return {
        "processor": f"{_first('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores, {widest}",
        "memory": f"{memory:.0f} GiB",
        "disk": f"{filesystem.stdout.strip()}; 4 KiB appended and synced in {median:.2f} ms, "
                f"99 of 100 within {p99:.2f} ms",
        "kernel": os.uname().release,
    }

"""The project's own files, as the tidy test sees them."""

import os
import re
from dataclasses import dataclass
from functools import cached_property

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PRODUCT = ("config", "rules", "connectors", "daemon")
FOLDERS = PRODUCT + ("systemd", "tests", ".ci")
NOT_OURS = {"__pycache__", "corpus", "vendor"}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')


@dataclass(frozen=True)
class Include:
    line: int
    name: str
    ours: bool  # in quotes


@dataclass(frozen=True)
class Source:
    path: str  # from the root, with slashes

    @property
    def folder(self):
        return os.path.dirname(self.path)

    @property
    def layer(self):
        return self.path.split("/", 1)[0]

    @property
    def kind(self):
        if self.path == ".ci/run":
            return "sh"
        return os.path.splitext(self.path)[1].lstrip(".")

    @property
    def is_cpp(self):
        return self.kind in ("cc", "h")

    @cached_property
    def text(self):
        with open(os.path.join(ROOT, self.path), encoding="utf-8") as file:
            return file.read()

    @cached_property
    def lines(self):
        return self.text.splitlines()

    @cached_property
    def includes(self):
        found = []
        for number, line in enumerate(self.lines, 1):
            match = INCLUDE.match(line)
            if match:
                found.append(Include(number, match[2], match[1] == '"'))
        return found

    def at(self, line, message):
        """A problem in the form that editors jump to."""
        return f"{self.path}:{line}: {message}"


def sources():
    """Every file of the project that the tidy test may have something to say about."""
    found = []
    for folder in FOLDERS:
        for here, folders, names in os.walk(os.path.join(ROOT, folder)):
            folders[:] = sorted(set(folders) - NOT_OURS)
            for name in sorted(names):
                path = os.path.relpath(os.path.join(here, name), ROOT).replace(os.sep, "/")
                found.append(Source(path))
    return found

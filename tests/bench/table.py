"""What was measured, as a table in Markdown."""

import statistics
from dataclasses import dataclass, field

RATIO = "{:.3g} ×"
SHARE = "{:.3g} of it"
PERCENT = "{:.3g} %"


@dataclass
class Line:
    """One line of the table: deskd's values, and those of a peer in the same order, where there is
    one. What is judged is, for each pair, deskd's value divided by the peer's, or deskd's alone."""

    row: str
    what: str
    unit: str = "alerts/s"
    peer: str = ""
    peer_values: list = field(default_factory=list)
    desk_values: list = field(default_factory=list)
    is_ratio: bool = True
    form: str = RATIO
    scale: float = 1
    goal: float | None = None
    floor: float | None = None
    less_is_better: bool = False
    latencies: tuple = ()   # (peer's, deskd's) lists of (p50, p99) in ms; either may be empty
    cpu: tuple = ()         # (peer's, deskd's) lists of µs an alert
    notes: list = field(default_factory=list)
    missing: str = ""       # why nothing was measured

    def judged(self):
        """The quantities that goal and floor are for, one a repeat."""
        if not self.is_ratio:
            return [value * self.scale for value in self.desk_values]
        return [self.scale * ours / theirs
                for ours, theirs in zip(self.desk_values, self.peer_values)]

    def verdict(self):
        values = self.judged()
        if not values:
            return "not measured"
        middle = statistics.median(values)
        if self.goal is None:
            return "for information"
        if self.reaches(middle, self.goal):
            return "goal met"
        if self.floor is None:
            return "missed"
        return "floor met" if self.reaches(middle, self.floor) else "MISSED"

    def reaches(self, value, bound):
        return value <= bound if self.less_is_better else value >= bound


def number(value):
    """With a thousand's comma, or three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def middle(values):
    return number(statistics.median(values)) if values else "–"


def bounds(line):
    values = line.judged()
    if not values:
        return "–"
    told = line.form.format(statistics.median(values))
    if len(values) == 1:
        return f"{told} (1 run)"
    least, most = line.form.format(min(values)), line.form.format(max(values))
    return f"{told} ({least} – {most})"


def aimed(line, bound):
    if bound is None:
        return "–"
    return ("≤ " if line.less_is_better else "≥ ") + line.form.format(bound)


def both(pair, tell):
    """"PEER → deskd" of two lists, where there are any."""
    told = [tell(values) for values in pair if values]
    return " → ".join(told) or "–"


def latency(values):
    return f"{middle([p50 for p50, _ in values])} / {middle([p99 for _, p99 in values])}"


HEAD = ("| row | what | peer | peer's | deskd's | measured (min – max) | goal | floor | result "
        "| p50 / p99 ms, peer → deskd | CPU µs an alert, peer → deskd |")
RULE = "|---|---|---|---|---|---|---|---|---|---|---|"


def table_line(line):
    unit = f" {line.unit}" if line.unit else ""
    peers = middle(line.peer_values) + unit if line.peer_values else "–"
    ours = middle(line.desk_values) + unit if line.desk_values else "–"
    cells = [f"`{line.row}`", line.what, line.peer or "–", peers, ours, bounds(line),
             aimed(line, line.goal), aimed(line, line.floor), line.verdict(),
             both(line.latencies, latency), both(line.cpu, middle)]
    return "| " + " | ".join(cells) + " |"


def remarks(lines):
    """Below the table: why something is missing, and what makes a value doubtful."""
    told = []
    for line in lines:
        if line.missing:
            told.append(f"- `{line.row}`: not measured: {line.missing}")
        seen = dict.fromkeys(line.notes)
        told += [f"- `{line.row}`: {note}" for note in seen]
    return list(dict.fromkeys(told))


def markdown(lines, facts):
    """The whole report. `facts`: {name: text}, told above the table."""
    text = [f"- {name}: {value}" for name, value in facts.items()]
    text += ["", HEAD, RULE, *(table_line(line) for line in lines)]
    below = remarks(lines)
    return "\n".join(text + ([""] + below if below else [])) + "\n"

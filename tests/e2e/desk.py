"""A deskd of a test's own: the real program on a free port, with its own files and ledger."""

import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("DESKD_BUILD", ROOT / "build" / "release"))
DESKD = BUILD / "daemon" / "deskd"
DESKCTL = BUILD / "daemon" / "ctl" / "deskctl"

DESKD_YAML = """\
http: {{listen: "127.0.0.1:{port}"{http}}}
ledger: {{path: {ledger}}}
rules: rules.d
desk: desk.yaml
sources:
  - {{name: prometheus, kind: alertmanager_api}}
  - {{name: alertmanager, kind: webhook, format: alertmanager}}
  - {{name: hooks, kind: webhook, format: generic}}
{more_sources}"""

DESK_YAML = """\
queues:
  - {name: noc-network, team: NOC, tier: 1}
  - {name: sre, team: SRE, tier: 2}
  - {name: triage, catch_all: true}
"""

RULES_YAML = """\
rules:
  - name: links
    why: A test needs a rule.
    owner: noc
    when: {type: linkDown}
    then: {queue: noc-network, class: network.link, impact: high, urgency: medium}
  - name: services
    why: Another one.
    owner: sre
    when: {labels.team: sre}
    then: {queue: sre, class: service}
"""


def free_port():
    """Below those that the system hands out, so that nobody is given it while its owner is restarted."""
    while True:
        port = random.randrange(10_000, 32_768)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def wait_until(what, condition, seconds=60.0, every=0.05):
    """The first true value of `condition()`; fails with `what` when none comes in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(every)


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"Answer({self.status}, {self.body[:500]!r})"


def request(port, method, path, body=None, headers=None, timeout=30.0):
    """One request on a connection of its own. `body`: bytes as they are, anything else as JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        return request_on(connection, method, path, body, headers)
    finally:
        connection.close()


def request_on(connection, method, path, body=None, headers=None):
    headers = dict(headers or {})
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    if body is not None:
        headers.setdefault("Content-Type", "application/json")
    connection.request(method, path, body=body, headers=headers)
    response = connection.getresponse()
    return Answer(response.status, response.headers, response.read())


class Desk:
    """Files under `folder`, one process at a time. Use by `with`, or call `stop`."""

    def __init__(self, folder, rules=RULES_YAML, desk=DESK_YAML, more_sources="", ledger=None,
                 http="", token=None):
        """`http`: more of that section, such as ", tokens: […]"; `token`: goes with each request."""
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "deskd.yaml"
        self.log_path = self.folder / "deskd.log"
        self.port = free_port()
        self.process = None
        self.http = http
        self.token = token
        (self.folder / "rules.d").mkdir(parents=True, exist_ok=True)
        self.write_rules(rules)
        (self.folder / "desk.yaml").write_text(desk)
        self.write_config(ledger or self.folder / "data", more_sources)

    def write_config(self, ledger, more_sources=""):
        self.config.write_text(
            DESKD_YAML.format(port=self.port, ledger=ledger, more_sources=more_sources,
                              http=self.http))

    def write_rules(self, text):
        (self.folder / "rules.d" / "10-test.yaml").write_text(text)

    # Life.

    def __enter__(self):
        return self if self.process else self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def start(self, *options, wrapper=(), ready_within=60.0):
        assert self.process is None or self.process.poll() is not None, "it runs already"
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*wrapper, str(DESKD), "--config", str(self.config), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_until("/readyz answers 200", self.is_ready, ready_within)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log()}") from None
        return self

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"deskd ended with {self.process.returncode}")
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/readyz", timeout=2).status == 200
        return False

    def stop(self, within=60.0):
        """TERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def log(self):
        text = self.log_path.read_text(errors="replace") if self.log_path.exists() else ""
        return f"--- the last of deskd's log\n{text[-4000:]}"

    # Asking.

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def get(self, path, timeout=30.0, **parameters):
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        return request(self.port, "GET", path + query, headers=self.credentials, timeout=timeout)

    def post(self, path, body=None, headers=None, timeout=30.0):
        return request(self.port, "POST", path, body, self.credentials | (headers or {}), timeout)

    @property
    def credentials(self):
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def send(self, *alerts, source="hooks", key=None):
        """Alerts in the generic format's own names; each must be accepted."""
        headers = {"Idempotency-Key": key} if key else {}
        answers = [self.post(f"/in/{source}", alert, headers) for alert in alerts]
        for answer in answers:
            assert answer.status == 202, (answer, self.log())
        return answers

    def items(self, path, **parameters):
        """All elements of a list, page after page."""
        found, cursor = [], None
        while True:
            page = self.get(path, **parameters, limit=500, **({"cursor": cursor} if cursor else {}))
            assert page.status == 200, page
            found += page.json["items"]
            cursor = page.json["next"]
            if cursor is None:
                return found

    def incidents(self, **filters):
        return self.items("/api/v1/incidents", **filters)

    def incident(self, id):
        answer = self.get(f"/api/v1/incidents/{id}")
        assert answer.status == 200, answer
        return answer.json

    def metrics(self):
        """{(name, (("label", "value"), …)): number} of a scrape."""
        samples = {}
        for line in self.get("/metrics").body.decode().splitlines():
            match = re.fullmatch(r'(\w+)(?:\{(.*)\})? (\S+)(?: \d+)?', line)
            if line.startswith("#") or not match:
                continue
            labels = tuple(sorted(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or "")))
            samples[match[1], labels] = float(match[3])
        return samples

    def ctl(self, *arguments, **options):
        return deskctl(*arguments, url=self.url, **options)

    def assert_books_balance(self):
        """Guarantee 4 as a scrape shows it: what came in, and what became of it."""
        samples = self.metrics()
        received = {labels: n for (name, labels), n in samples.items()
                    if name == "desk_alerts_received_total"}
        for labels, count in received.items():
            source = dict(labels)["source"]
            settled = sum(n for (name, other), n in samples.items()
                          if name == "desk_alerts_total" and dict(other)["source"] == source)
            flying = samples.get(("desk_alerts_in_flight", labels), 0)
            assert count == settled + flying, (source, count, settled, flying)


def deskctl(*arguments, url, columns=None, env=None):
    """Runs deskctl; the completed process, its output as text."""
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith(("DESKCTL_", "COLUMNS"))}
    surroundings |= {"DESKCTL_URL": url, "USER": "anna"} | (env or {})
    if columns:
        surroundings["COLUMNS"] = str(columns)
    return subprocess.run([str(DESKCTL), *map(str, arguments)], env=surroundings, timeout=60,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)


# What deskctl ends with (daemon/ctl/exit_code.h).
OK, FAULT, USAGE, NOT_FOUND, REFUSED, UNREACHABLE = 0, 1, 2, 3, 4, 5


def shown(done, code=OK):
    """What a run of deskctl printed, which must have ended with `code`."""
    assert done.returncode == code, (done.args, done.stdout, done.stderr)
    return done.stdout


def link_down(n, status="firing", **more):
    """A firing alert of a link of its own for every `n`."""
    return {"resource": f"edge-{n}", "type": "linkDown", "status": status, "severity": "major",
            "summary": f"Link down on edge-{n}", **more}

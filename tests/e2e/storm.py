"""What senders, people and strangers can do to a deskd at once, as much as they may: each class is
one kind of pressure, by raw sockets, so that thousands of them cost this side little."""

import http.client
import json
import resource
import selectors
import socket

from load import Senders

MIB = 1 << 20


def raise_file_limit(wanted):
    """Of this process and those that it starts; as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def memory(pid):
    """{"VmRSS": bytes, "VmHWM": bytes} of a process: now, and the most so far."""
    with open(f"/proc/{pid}/status") as status:
        pairs = (line.split() for line in status)
        return {pair[0][:-1]: int(pair[1]) * 1024 for pair in pairs
                if pair[0] in ("VmRSS:", "VmHWM:")}


def elements(*resources, status="firing", padding=0):
    """Alerts as they stand in a list. `padding`: bytes of an annotation in each."""
    more = {"annotations": {"description": "x" * padding}} if padding else {}
    return ",".join(json.dumps({"status": status, "labels": {"alertname": "linkDown",
                                                             "instance": name}} | more)
                    for name in resources).encode()


def webhook(*alerts):
    """A body in Alertmanager's format, of several `elements`."""
    return b'{"version":"4","alerts":[' + b",".join(alerts) + b"]}"


def head(method, path, length=None, **more):
    """The first lines of a request, with the empty one behind them."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if length is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Crowd:
    """Open connections that nobody reads from. Use by `with`."""

    def __init__(self, port):
        self.port = port
        self.sockets = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self.sockets:
            one.close()

    def open(self, receive_bytes=None):
        one = socket.socket()
        if receive_bytes:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        one.settimeout(30)
        one.connect(("127.0.0.1", self.port))
        self.sockets.append(one)
        return one

    def idle(self, count):
        for _ in range(count):
            self.open()

    def half_sent(self, path, count, size):
        """Requests of the largest body allowed, of which `size` bytes come, and then no more."""
        part = bytes(size)
        for _ in range(count):
            one = self.open()
            try:
                one.sendall(head("POST", path, 16 * MIB) + part)
            except OSError:
                pass  # refused meanwhile

    def never_read(self, path, count):
        """Questions whose answers stay on deskd's side, but for what the kernel takes."""
        for _ in range(count):
            self.open(receive_bytes=4096).sendall(head("GET", path))

    def answers(self):
        """[(status, whether it says Retry-After)] of those that got one by now."""
        found = []
        with selectors.DefaultSelector() as ready:
            for one in self.sockets:
                ready.register(one, selectors.EVENT_READ)
            for key, _ in ready.select(0):
                text = key.fileobj.recv(4096).decode("latin-1")
                if text.startswith("HTTP/1.1 "):
                    found.append((int(text[9:12]), "\r\nretry-after:" in text.lower()))
        return found


class Flood(Senders):
    """Each sender has one body under way: an alarm that no other body speaks of, and `others`
    (elements), the same in each. Who is told to wait does, for as long as it was told."""

    def __init__(self, port, path, name, senders, others):
        super().__init__(port, path, senders)
        self.name = name
        self.others = others
        self.refused = 0

    def __exit__(self, *_):
        self._stopping.set()  # a test that failed need not wait for them

    def _run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        while not self._stopping.is_set():
            mine = f"{self.name}-{next(self._numbers)}"
            body = webhook(elements(mine), self.others)
            try:
                connection.request("POST", self.path, body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.unexpected.append(repr(error))
                return
            self._note(mine, answer)

    def _note(self, mine, answer):
        retry_after = answer.getheader("Retry-After")
        with self._lock:
            if answer.status == 202:
                self.acknowledged.add(mine)
            elif answer.status == 503 and retry_after:
                self.refused += 1
            else:
                self.unexpected.append((answer.status, answer.reason))
        if retry_after:
            self._stopping.wait(float(retry_after))


class Keyed:
    """Alerts of known alarms on one connection, many requests in one packet, each with an
    Idempotency-Key of the longest kind."""

    def __init__(self, port, path, key_bytes=256, at_once=200):
        self.port, self.path = port, path
        self.key_bytes, self.at_once = key_bytes, at_once

    def send(self, count, name):
        body = webhook(elements("known-1"))
        one = socket.create_connection(("127.0.0.1", self.port), 60)
        with one, one.makefile("rb") as answers:
            for first in range(0, count, self.at_once):
                numbers = range(first, min(count, first + self.at_once))
                one.sendall(b"".join(
                    head("POST", self.path, len(body),
                         Idempotency_Key=f"{name}-{n}".ljust(self.key_bytes, "k")) + body
                    for n in numbers))
                for _ in numbers:
                    assert read_answer(answers) == 202


def read_answer(stream):
    """The status of the next answer."""
    status, length = int(stream.readline()[9:12]), 0
    while (line := stream.readline().strip()):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    stream.read(length)
    return status

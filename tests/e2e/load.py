"""Senders that keep an outside list of what was acknowledged, as an honest client would."""

import contextlib
import http.client
import itertools
import threading
import time

from desk import link_down, request_on


class Senders:
    """Threads that send to one path, numbered alerts; each runs `_run` until `_stopping` is set. Use by
    `with`: it stops at the end."""

    def __init__(self, port, path, senders):
        self.port = port
        self.path = path
        self.acknowledged = set()
        self.unexpected = []  # answers that should not have come
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(senders)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, within=60.0):
        """No new alerts; each thread has its last answer when this returns."""
        self._stopping.set()
        deadline = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.1, deadline - time.monotonic()))
            assert not thread.is_alive(), f"a sender to {self.path} still waits for an answer"


class Load(Senders):
    """Each alert is of a link of its own with an Idempotency-Key of its own, and sent again until it is
    acknowledged, after the stop too."""

    def __init__(self, port, senders=8, retry=True, path="/in/hooks"):
        super().__init__(port, path, senders)
        self.retry = retry  # False: an alert without an answer is given up
        self.sent = set()
        self.answers = {}  # status -> how often

    def _run(self):
        connection = None
        while not self._stopping.is_set():
            number = next(self._numbers)
            self.sent.add(number)
            while True:
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                if self._send(connection, number):
                    break
                connection.close()
                connection = None
                if not self.retry:
                    break
                time.sleep(0.02)

    def _send(self, connection, number):
        """Whether it was acknowledged."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer = request_on(connection, "POST", self.path, link_down(number),
                                {"Idempotency-Key": f"link-{number}"})
            with self._lock:
                self.answers[answer.status] = self.answers.get(answer.status, 0) + 1
                if answer.status == 202:
                    self.acknowledged.add(number)
                elif answer.status != 503:
                    self.unexpected.append(answer)
            return answer.status == 202
        return False


def counts_by_number(desk):
    """{number of the link: firing alerts counted} of all alarms that deskd knows."""
    counts = {}
    for alarm in desk.items("/api/v1/alarms"):
        number = int(alarm["resource"].removeprefix("edge-"))
        assert number not in counts, f"two alarms of one identity: {alarm['resource']}"
        counts[number] = alarm["count"]
    return counts

"""A deskd that reads topics: the setup of its source, records, and counts that must be exact."""

import collections
import itertools
import json
import threading
import time

from desk import wait_until

RULES = """\
rules:
  - name: gaps
    why: Records that nobody read are the platform team's to explain.
    owner: sre
    when: {source: deskd, type: kafka-gap}
    then: {queue: sre, class: platform.gap}
  - name: links
    why: A test needs a rule.
    owner: noc
    when: {type: linkDown}
    then: {queue: noc-network, class: network.link, impact: high, urgency: medium}
"""

BUS = """\
  - name: {name}
    kind: kafka
    brokers: "{brokers}"
    topics: [{topics}]
    format: generic
    start: {start}
    mapping:
      resource: /resource
      type: /type
      status: {{at: /status, default: firing}}
      severity: /severity
      sender: {{kafka: headers.agent}}
      time: /at
      labels:
        key: {{kafka: key}}
        site: {{kafka: headers.site}}
        topic: {{kafka: topic}}
        partition: {{kafka: partition}}
"""


def bus(brokers, *topics, name="bus", start="beginning", more=""):
    """A source as it stands in deskd.yaml; `more`: further lines of it."""
    return BUS.format(name=name, brokers=brokers, topics=", ".join(topics), start=start) + more


def alert(resource, **more):
    """A record whose key is its resource: what is said of one thing keeps its order."""
    return resource, json.dumps({"resource": resource, "type": "linkDown", "severity": "major"} | more)


def alerts(numbers, prefix="edge-"):
    return [alert(f"{prefix}{n}") for n in numbers]


def resources(numbers, prefix="edge-"):
    """What `counts` says when each of these alerts was applied once."""
    return {f"{prefix}{n}": 1 for n in numbers}


class Load:
    """Produces until it is stopped: things of their own, and others that are told of again and again.
    Use by `with`. A broker may go away and come back meanwhile."""

    def __init__(self, kafka, *topics):
        self.kafka = kafka
        self.topics = topics
        self.sent = 0
        self.fault = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, within=120):
        self._stopping.set()
        self._thread.join(within)
        assert not self._thread.is_alive(), "a producer still waits for an answer"
        assert self.fault is None, self.fault

    def wait_for_more(self, count):
        """They may not have been read yet."""
        wanted = self.sent + count
        wait_until(f"{wanted} records are sent", lambda: self.fault or self.sent >= wanted, 120)

    def _run(self):
        try:
            for turn, topic in zip(itertools.count(), itertools.cycle(self.topics)):
                if self._stopping.is_set():
                    return
                own = alerts(range(200 * turn, 200 * turn + 200), f"{topic}-")
                repeats = alerts((n % 40 for n in range(200)), f"{topic}-repeat-")
                mixed = [record for pair in zip(own, repeats) for record in pair]
                self.kafka.produce_patiently(topic, mixed, codec=("lz4", "zstd")[turn % 2])
                self.sent += len(mixed)
        except Exception as error:  # told by the test's own thread
            self.fault = error


def counts(desk, source="bus"):
    """{resource: firing alerts counted} of the source's alarms."""
    told = {}
    for one in desk.items("/api/v1/alarms", source=source):
        assert one["resource"] not in told, f"two alarms of one identity: {one['resource']}"
        told[one["resource"]] = one["count"]
    return told


def metric(desk, name, **labels):
    """The sum of the samples that have these labels."""
    wanted = set(labels.items())
    return sum(value for (sample, its), value in desk.metrics().items()
               if sample == name and wanted <= set(its))


def wait_for_metric(desk, wanted, name, **labels):
    """Exactly that: parts of a scrape may be a moment old."""
    wait_until(f"{name} is {wanted}", lambda: metric(desk, name, **labels) >= wanted)
    assert metric(desk, name, **labels) == wanted, name


def lags(desk, source="bus"):
    """{(topic, partition): lag}, without those whose end nobody knows."""
    told = {}
    for (name, labels), value in desk.metrics().items():
        its = dict(labels)
        if name == "desk_kafka_lag" and its["source"] == source:
            told[its["topic"], int(its["partition"])] = value
    return told


def source_view(desk, source="bus"):
    [view] = [one for one in desk.items("/api/v1/sources") if one["name"] == source]
    return view


def wait_for_state(desk, state, source="bus", seconds=60):
    wait_until(f"{source} is {state}",
               lambda: metric(desk, "desk_source_state", source=source, state=state) == 1, seconds)


def wait_until_reading(desk, partitions, source="bus", seconds=60):
    """The ends of so many partitions are known, so a position is kept for each."""
    wait_until(f"{partitions} partitions are read",
               lambda: len(lags(desk, source)) == partitions, seconds)


def wait_until_read(desk, topic, partitions, source="bus"):
    """Each of them to its end."""
    ends = {(topic, partition): 0 for partition in range(partitions)}
    wait_until(f"{topic} is read", lambda: lags(desk, source) == ends)


def wait_for_counts(desk, wanted, source="bus", seconds=120):
    """Exactly these, and no more a moment later."""
    total = sum(wanted.values())
    try:
        wait_until(f"{total} alerts are counted",
                   lambda: sum(counts(desk, source).values()) >= total, seconds, every=0.2)
    except AssertionError as error:
        raise AssertionError(f"{error}: {difference(counts(desk, source), wanted)}") from None
    time.sleep(0.3)
    told = counts(desk, source)
    assert told == wanted, difference(told, wanted)


def difference(told, wanted):
    """The first of what differs: {resource: (told, wanted)}."""
    names = sorted(told.keys() | wanted.keys())
    differing = {name: (told.get(name, 0), wanted.get(name, 0)) for name in names
                 if told.get(name, 0) != wanted.get(name, 0)}
    return f"{len(differing)} differ: {dict(list(differing.items())[:10])}"


def assert_applied_once(kafka, desk, *topics, source="bus"):
    """What the topics hold is what was counted; the broker's word, not the producer's."""
    wanted = collections.Counter(key for topic in topics for key in kafka.keys(topic))
    wait_for_counts(desk, dict(wanted), source)
    desk.assert_books_balance()

"""A Kafka source against a real broker: nothing lost, nothing twice, nothing in its way."""

import json
import os
import pathlib
import signal
import subprocess
import threading
import time

import pytest
from desk import BUILD, wait_until
from kafka_broker import Kafka

PROBE = BUILD / "tests" / "kafka_probe"


@pytest.fixture(scope="module")
def kafka(tmp_path_factory):
    with Kafka(tmp_path_factory.mktemp("kafka")) as running:
        yield running


class Probe:
    """The built source with a journal for a ledger, see kafka_probe.cc. Use by `with`."""

    def __init__(self, folder, kafka, topics, start="beginning", properties=()):
        self.folder = pathlib.Path(folder)
        self.journal = self.folder / "journal"
        self.command = [PROBE, kafka.servers, topics, self.journal, start, *properties]
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()

    def start(self):
        log = open(self.folder / "probe.log", "ab")
        self.process = subprocess.Popen(list(map(str, self.command)), text=True, stderr=log,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1)
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def quit(self):
        """A stop in good order; what was offered is in the journal."""
        self.say("quit")
        assert self.process.wait(20) == 0

    def say(self, command):
        self.process.stdin.write(command + "\n")

    @property
    def state(self):
        self.say("state")
        return json.loads(self.process.stdout.readline())

    def rss(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def batches(self):
        if not self.journal.exists():
            return []
        lines = self.journal.read_text().split("\n")[:-1]  # what is behind the last is torn
        return [json.loads(line) for line in lines]

    def keys(self):
        return [alert[0] for batch in self.batches() for alert in batch["alerts"]]

    def wait_for(self, count, seconds=60):
        wait_until(f"{count} alerts", lambda: len(self.keys()) >= count, seconds, every=0.1)
        return self.keys()

    def wait_for_state(self, state, seconds=30):
        wait_until(f"state {state}", lambda: self.state["state"] == state, seconds)

    def wait_until_read(self, seconds=60):
        """To the end of every partition."""

        def is_done():
            state = self.state
            return (state["state"] == "reading" and state["lag"] and
                    all(lag == 0 for lag in state["lag"].values()) and
                    state["books"].get("in_flight", 0) == 0)

        wait_until("everything is read", is_done, seconds, every=0.1)


@pytest.fixture
def probe(tmp_path, kafka):
    made = []

    def make(*arguments, **options):
        made.append(Probe(tmp_path, kafka, *arguments, **options))
        return made[-1].start()

    yield make
    for one in made:
        one.__exit__()


def alerts(numbers, size=0, prefix="k"):
    padding = "x" * size
    return [(f"{prefix}{n}", json.dumps({"resource": f"edge-{n}", "type": "ping", "pad": padding}))
            for n in numbers]


def expected(numbers, prefix="k"):
    return sorted(f"{prefix}{n}" for n in numbers)


def test_every_codec_with_keys_headers_topic_and_partition(kafka, probe):
    kafka.topic("codecs", 2)
    running = probe("codecs")
    codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    for codec in codecs:
        kafka.produce("codecs", alerts(range(100), prefix=f"{codec}-"), "-H", f"site={codec}",
                      partition=1, codec=codec)
    keys = running.wait_for(500)
    assert sorted(keys) == sorted(f"{codec}-{n}" for codec in codecs for n in range(100))
    for key, _, labels in (alert for batch in running.batches() for alert in batch["alerts"]):
        assert labels == {"partition": "1", "site": key.split("-")[0]}


def test_nothing_lost_or_twice_over_kills_under_load(kafka, probe):
    kafka.topic("kills", 4)
    total = 40_000
    running = probe("kills")

    def produce():
        for first in range(0, total, 4_000):
            kafka.produce("kills", alerts(range(first, first + 4_000)), codec="lz4")

    producer = threading.Thread(target=produce)
    producer.start()
    for count in (2_000, 10_000, 20_000):
        wait_until(f"{count} alerts", lambda: len(running.keys()) >= count, 60, every=0.05)
        running.kill()
        running.start()
    producer.join()
    running.wait_until_read()
    running.quit()
    assert sorted(running.keys()) == expected(range(total))


def test_a_stop_and_a_start_repeat_nothing(kafka, probe):
    kafka.topic("stops", 3)
    running = probe("stops")
    for turn in range(3):
        kafka.produce("stops", alerts(range(turn * 1_000, turn * 1_000 + 1_000)))
        running.wait_for((turn + 1) * 1_000)
        running.quit()
        running.start()
    running.wait_until_read()
    running.quit()
    assert sorted(running.keys()) == expected(range(3_000))


def test_poison_in_the_middle_stops_nothing(kafka, probe):
    kafka.topic("poison")
    kafka.produce("poison", alerts(range(10)))
    kafka.produce("poison", [("bad", "{,}"), ("bytes", "\x01"), ("list", '[{"resource":"a"},{"type":[]}]')])
    kafka.produce("poison", [("gone", "")], "-Z")
    kafka.produce("poison", alerts(range(10, 20)))
    running = probe("poison")
    running.wait_until_read()
    keys = running.keys()
    assert sorted(keys) == sorted(expected(range(20)) + ["list"])
    dead = [letter for batch in running.batches() for letter in batch["dead"]]
    assert [letter["offset"] for letter in dead] == [10, 11, 12]
    assert dead[0]["reason"].startswith("not JSON at line 1, column 2")
    assert dead[0]["bytes"] == 3
    assert dead[2]["reason"].startswith("1 of 2 alerts are malformed, the others were taken")
    state = running.state
    assert (state["nulls"], state["dead"]) == (1, 3)
    assert state["books"]["malformed"] == 3
    assert state["books"]["received"] == 24


def test_partitions_that_appear_are_read_from_their_beginning(kafka, probe):
    kafka.topic("grows", 2)
    running = probe("grows", start="end")
    running.wait_until_read()
    kafka.produce("grows", alerts(range(100)))
    kafka.grow("grows", 5)
    for partition in range(5):
        kafka.produce("grows", alerts(range(1_000 * partition + 100, 1_000 * partition + 200)),
                      partition=partition)
    numbers = [*range(100)] + [n for p in range(5) for n in range(1_000 * p + 100, 1_000 * p + 200)]
    running.wait_for(len(numbers))
    running.wait_until_read()
    assert sorted(running.keys()) == expected(numbers)
    assert len(running.state["lag"]) == 5


def test_a_partition_that_came_while_nobody_read_is_read_from_its_beginning(kafka, probe):
    kafka.topic("grew", 1)
    running = probe("grew", start="end")
    running.wait_until_read()
    running.quit()
    kafka.grow("grew", 2)
    kafka.produce("grew", alerts(range(50)), partition=1)
    running.start()
    assert sorted(running.wait_for(50)) == expected(range(50))


def test_a_topic_that_comes_late_is_read_from_its_beginning(kafka, probe):
    running = probe("late", start="end")
    wait_until("it is missed", lambda: "late" in running.state["detail"], 20)
    kafka.topic("late")
    kafka.produce("late", alerts(range(50)))
    assert sorted(running.wait_for(50)) == expected(range(50))


@pytest.mark.parametrize("start", ["end", "beginning", "time"])
def test_the_first_start(kafka, probe, start):
    topic = f"first-{start}"
    kafka.topic(topic, 2)
    for partition in (0, 1):
        kafka.produce(topic, alerts(range(10)), partition=partition)
    time.sleep(0.05)
    middle = int(time.time() * 1000)
    time.sleep(0.05)
    kafka.produce(topic, alerts(range(10, 20)), partition=0)
    running = probe(topic, start=str(middle) if start == "time" else start)
    running.wait_until_read()
    kafka.produce(topic, alerts(range(20, 30)), partition=1)
    wanted = {"end": [*range(20, 30)], "beginning": [*range(10), *range(10), *range(10, 30)],
              "time": [*range(10, 30)]}[start]
    running.wait_for(len(wanted))
    running.quit()
    assert sorted(running.keys()) == expected(wanted)


def test_the_first_position_is_kept_before_the_first_record(kafka, probe):
    kafka.topic("kept")
    kafka.produce("kept", alerts(range(5)))
    running = probe("kept", start="end")
    running.wait_until_read()
    running.kill()
    kafka.produce("kept", alerts(range(5, 10)))
    running.start()
    assert sorted(running.wait_for(5)) == expected(range(5, 10))


def test_records_that_are_gone_are_counted_and_reading_goes_on(kafka, probe):
    kafka.topic("gaps")
    kafka.produce("gaps", alerts(range(100)))
    running = probe("gaps")
    running.wait_for(100)
    running.quit()
    kafka.produce("gaps", alerts(range(100, 200)))
    kafka.delete_records("gaps", 0, 150)
    running.start()
    running.wait_for(150)
    running.wait_until_read()
    state = running.state
    assert (state["gaps"], state["lost"]) == (1, 50)
    assert sorted(running.keys()) == expected([*range(100), *range(150, 200)])
    kafka.produce("gaps", alerts(range(200, 210)))
    running.wait_for(160)


def test_a_broker_that_dies_and_comes_back(kafka, probe):
    kafka.topic("dies", 3)
    running = probe("dies")
    kafka.produce("dies", alerts(range(5_000)))
    running.wait_for(1)
    kafka.kill()
    try:
        running.wait_for_state("broker away")
        assert running.state["detail"]
        assert set(running.state["lag"].values()) == {None}
        wait_until("the source's time stands still",
                   lambda: running.batches()[-1]["watermark"] > 0, 10)
    finally:
        kafka.up()
    running.wait_for_state("reading")
    kafka.produce("dies", alerts(range(5_000, 6_000)))
    running.wait_for(6_000)
    running.wait_until_read()
    running.quit()
    assert sorted(running.keys()) == expected(range(6_000))
    assert running.batches()[-1]["watermark"] == 0


def test_a_frozen_broker_is_away_and_a_stop_does_not_wait_for_it(kafka, probe):
    kafka.topic("frozen")
    running = probe("frozen")
    running.wait_until_read()
    kafka.pause()
    try:
        running.wait_for_state("broker away")
        began = time.monotonic()
        running.quit()
        assert time.monotonic() - began < 6
    finally:
        kafka.resume()


def test_a_full_lane_asks_the_broker_for_no_more(kafka, probe):
    kafka.topic("full", 4)
    running = probe("full")
    running.wait_until_read()
    running.say("hold")
    before = running.rss()
    for first in range(0, 40_000, 10_000):
        kafka.produce("full", alerts(range(first, first + 10_000), size=4_000))
    running.wait_for_state("waiting for room")
    time.sleep(2)
    assert running.rss() - before < 100 << 20, "160 MB wait in the topic, not here"
    assert running.keys() == []
    running.say("release")
    running.wait_for(40_000)
    running.wait_until_read()
    running.quit()
    assert sorted(running.keys()) == expected(range(40_000))


def test_a_batch_that_does_not_become_durable_is_read_again(kafka, probe):
    kafka.topic("lost", 2)
    running = probe("lost")
    running.wait_until_read()
    for turn in range(3):
        running.say("lose 2")
        kafka.produce("lost", alerts(range(turn * 1_000, turn * 1_000 + 1_000)))
        wait_until("all are there", lambda: len(set(running.keys())) == (turn + 1) * 1_000, 30)
    assert running.state["read_again"] >= 1
    assert sorted(running.keys()) == expected(range(3_000))


def test_the_time_of_a_backlog_is_that_of_its_records(kafka, probe):
    kafka.topic("backlog", 2)
    kafka.produce("backlog", alerts(range(3_000)))
    time.sleep(1)
    running = probe("backlog")
    running.wait_for(3_000)
    running.wait_until_read()
    wait_until("it is live", lambda: running.batches()[-1]["watermark"] == 0, 10)
    running.quit()
    batches = running.batches()
    started = batches[0]["at"]
    behind = [batch["watermark"] for batch in batches if batch["watermark"]]
    assert behind == sorted(behind) and behind[-1] < started
    for batch in batches:
        times = [at for _, at, _ in batch["alerts"]]
        assert times == sorted(times) and all(at < started for at in times)


def test_a_queue_smaller_than_the_backlog_does_not_stall(kafka, probe):
    """Without questions in between, librdkafka 2.0 takes one queue full a second."""
    kafka.topic("stall", 4)
    for first in range(0, 60_000, 10_000):
        kafka.produce("stall", alerts(range(first, first + 10_000), size=4_000))
    running = probe("stall")
    running.wait_for(60_000)
    times = [batch["at"] for batch in running.batches() if batch["alerts"]]
    stalls = [later - sooner for sooner, later in zip(times, times[1:]) if later - sooner > 400]
    assert len(stalls) <= 4, f"milliseconds in which nothing came: {stalls}"


def test_a_wrong_property_is_a_state_and_no_crash(kafka, probe):
    running = probe("codecs", properties=["no.such.property=1"])
    running.wait_for_state("misconfigured")
    assert "no.such.property" in running.state["detail"]
    running.quit()


def test_a_leader_that_dies_among_three_nodes(tmp_path):
    with Kafka(tmp_path / "kafka", 3) as cluster:
        cluster.topic("moves", 6)
        with Probe(tmp_path, cluster, "moves") as running:
            cluster.produce("moves", alerts(range(2_000)))
            running.wait_for(2_000)
            cluster.kill(2)
            others = f"127.0.0.1:{cluster.ports[0]}"
            text = "".join(f"{key}\t{value}\n" for key, value in alerts(range(2_000, 4_000)))
            wait_until("leaders move", lambda: subprocess.run(
                ["kcat", "-b", others, "-P", "-t", "moves", "-K", "\t", "-X", "acks=all",
                 "-X", "message.timeout.ms=60000"], input=text, text=True,
                capture_output=True).returncode == 0, 90)
            running.wait_for(4_000, 90)
            assert sorted(running.keys()) == expected(range(4_000))
            cluster.up(2)
            running.wait_until_read(90)
            assert os.path.exists(running.journal)

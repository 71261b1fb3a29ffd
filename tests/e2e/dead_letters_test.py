"""Messages of a Kafka topic that can't become alerts: seen, read again once the mapping fits, and
gone then, however deskd ends."""

import json

import pytest
from desk import NOT_FOUND, REFUSED, USAGE, Desk, shown, wait_until
from kafka_broker import Kafka

BUS = """\
  - {{name: bus, kind: kafka, brokers: "{servers}", topics: [{topic}], format: generic,
     start: beginning, mapping: {{resource: /host, type: /type, key: {{kafka: key}},
     status: {{at: /state, firing: [{firing}], resolved: [ok]}}}}}}
"""
LETTERS = "/api/v1/dead-letters"


@pytest.fixture(scope="module")
def kafka(tmp_path_factory):
    with Kafka(tmp_path_factory.mktemp("kafka")) as running:
        yield running


class Bus:
    """A desk that reads a topic of its own, whose mapping does not know the word "down"."""

    def __init__(self, folder, kafka, topic):
        self.kafka, self.topic = kafka, topic
        kafka.topic(topic)
        self.desk = Desk(folder, more_sources=self.source("bad"))

    def source(self, firing):
        return BUS.format(servers=self.kafka.servers, topic=self.topic, firing=firing)

    def mend(self):
        """The mapping knows it from now on."""
        self.desk.write_config(self.desk.folder / "data", self.source("bad, down"))
        answer = self.desk.post("/api/v1/reload")
        assert answer.status == 200, answer

    def write(self, *values):
        texts = [v if isinstance(v, str) else json.dumps(v) for v in values]
        self.kafka.produce(self.topic, [(f"k{n}", text) for n, text in enumerate(texts)])

    def wait_for(self, letters, incidents):
        def seen():
            return len(self.desk.items(LETTERS)), len(self.desk.incidents())

        try:
            wait_until("as many as expected", lambda: seen() == (letters, incidents), 40)
        except AssertionError:
            raise AssertionError(f"{seen()} letters and incidents, not {letters, incidents}:\n"
                                 f"{self.desk.get('/api/v1/sources').body}") from None


@pytest.fixture
def bus(tmp_path, kafka, request):
    topic = request.node.name.removeprefix("test_").replace("_", "-")[:60]
    made = Bus(tmp_path, kafka, topic)
    with made.desk:
        yield made


def link(host, state):
    return {"type": "linkDown", "host": host, "state": state}


def hosts(desk):
    return sorted(alarm["resource"] for alarm in desk.items("/api/v1/alarms"))


def test_poison_is_listed_and_a_mended_mapping_reads_it(bus):
    desk = bus.desk
    bus.write(link("a", "bad"), link("b", "down"), "{", link("c", "bad"))
    bus.wait_for(letters=2, incidents=2)
    letter = desk.get(f"{LETTERS}/0-1").json
    assert (letter["topic"], letter["partition"], letter["offset"]) == (bus.topic, 0, 1)
    assert (letter["key"], json.loads(letter["value"])) == ("k1", link("b", "down"))
    listed = shown(desk.ctl("dead-letters", "--source", "bus"))
    assert f"{bus.topic}[0]@1" in listed and "not JSON" in listed
    page = shown(desk.ctl("dead-letters", "0-1"))
    assert '"host": "b"' in page and "k1" in page

    early = desk.ctl("dead-letters", "retry", "0-1")
    shown(early, REFUSED)
    assert "/state" in early.stderr
    bus.mend()
    done = desk.ctl("dead-letters", "retry", "--all", "--source", "bus")
    assert "0-1  retried: 1 raised" in shown(done, REFUSED)
    assert "0-2: not JSON" in done.stderr
    assert hosts(desk) == ["a", "b", "c"]
    desk.kill()
    desk.start()
    assert [one["id"] for one in desk.items(LETTERS)] == ["0-2"]
    assert hosts(desk) == ["a", "b", "c"]
    shown(desk.ctl("dead-letters", "retry", "0-1"), NOT_FOUND)

    assert "0-2  dropped" in shown(desk.ctl("dead-letters", "drop", "0-2"))
    desk.kill()
    desk.start()
    assert desk.items(LETTERS) == []
    assert "no such dead letter" in desk.ctl("dead-letters").stderr
    desk.assert_books_balance()


def test_of_a_list_each_alert_counts_once(bus):
    desk = bus.desk
    bus.write([link("a", "bad"), link("b", "down"), link("c", "odd")])
    bus.wait_for(letters=1, incidents=1)
    bus.mend()
    part = desk.post(f"{LETTERS}/0-1/retry")
    assert (part.status, part.json["accepted"], part.json["malformed"]) == (422, 1, 1), part
    again = desk.post(f"{LETTERS}/0-1/retry")
    assert (again.status, again.json["accepted"]) == (422, 0), again
    desk.kill()
    desk.start()
    assert desk.get(f"{LETTERS}/0-1").json["taken"] == 2
    assert desk.post(f"{LETTERS}/0-1/retry").json["accepted"] == 0
    assert sorted(alarm["count"] for alarm in desk.items("/api/v1/alarms")) == [1, 1]
    desk.assert_books_balance()


def test_a_thousand_are_retried_by_one_command(bus):
    desk = bus.desk
    bus.write(*(link(f"h{n}", "down") for n in range(1_000)))
    bus.wait_for(letters=1_000, incidents=0)
    bus.mend()
    done = shown(desk.ctl("dead-letters", "retry", "--all", "--json"))
    items = json.loads(done)["items"]
    assert len(items) == 1_000 and {item["status"] for item in items} == {200}
    assert desk.items(LETTERS) == []
    assert len(desk.incidents()) == 1_000
    desk.assert_books_balance()


def test_what_deskctl_refuses(bus):
    desk = bus.desk
    bus.write("{", "[")
    bus.wait_for(letters=2, incidents=0)
    for words, named in ((["retry"], "--all"), (["drop"], "--all"), (["drop", "--all"], "--yes"),
                         (["retry", "--all", "0-1"], "--all"), (["0-1", "--source", "x"], "filter"),
                         (["retri", "0-1"], "nearest: 'retry'")):
        done = desk.ctl("dead-letters", *words)
        shown(done, USAGE)
        assert named in done.stderr, (words, done.stderr)
    assert len(desk.items(LETTERS)) == 2
    missing = desk.ctl("dead-letters", "drop", "0-2", "0-77")
    assert "0-2  dropped" in shown(missing, NOT_FOUND) and "0-77" in missing.stderr
    shown(desk.ctl("dead-letters", "0-77"), NOT_FOUND)
    assert "0-1  dropped" in shown(desk.ctl("dead-letters", "drop", "--all", "--yes"))
    assert desk.items(LETTERS) == []

"""Guarantee 2 with a real broker: what stands in a topic is applied once, whatever dies, moves or is
poisoned; and what can't be read stops nothing."""

import collections
import time

import pytest
from bus import (RULES, Load, alert, alerts, assert_applied_once, bus, counts, lags, metric,
                 resources, wait_for_counts, wait_for_metric, wait_until_read, wait_until_reading)
from dated_records import produce_dated
from desk import Desk, wait_until
from kafka_broker import Kafka


@pytest.fixture(scope="module")
def kafka(tmp_path_factory):
    with Kafka(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture
def reading(folder, kafka):
    """`reading(topic…)`: a deskd, not started yet, that reads these from their beginning."""
    made = []

    def make(*topics, **options):
        made.append(Desk(folder, rules=RULES, more_sources=bus(kafka.servers, *topics, **options)))
        return made[-1]

    yield make
    for desk in made:
        desk.__exit__()


def test_applied_once_over_kills_of_deskd_and_of_the_broker(kafka, reading):
    kafka.topic("kills", 4)
    with reading("kills") as desk, Load(kafka, "kills") as load:
        for victims in ("desk", "broker", "desk", "desk broker", "desk"):
            load.wait_for_more(1_600)
            if "desk" in victims:
                desk.kill()
            if "broker" in victims:
                kafka.kill()
                kafka.up()
            if "desk" in victims:
                desk.start()
        load.wait_for_more(400)
        load.stop()
        assert_applied_once(kafka, desk, "kills")
        desk.kill()
        desk.start()
        wait_until_read(desk, "kills", 4)
        assert_applied_once(kafka, desk, "kills")
        assert metric(desk, "desk_kafka_records_total") == 0, "nothing is new"


def test_applied_once_over_stops_in_good_order(kafka, reading):
    kafka.topic("stops", 3)
    with reading("stops") as desk, Load(kafka, "stops") as load:
        for _ in range(3):
            load.wait_for_more(800)
            assert desk.stop() == 0, desk.log()
            desk.start()
        load.stop()
        assert_applied_once(kafka, desk, "stops")
        assert desk.stop() == 0
        desk.start()
        wait_until_read(desk, "stops", 3)
        assert_applied_once(kafka, desk, "stops")
        assert metric(desk, "desk_kafka_records_total") == 0


def test_every_codec_and_what_stands_beside_a_value(kafka, reading):
    kafka.topic("codecs", 2)
    with reading("codecs") as desk:
        codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
        for codec in codecs:
            kafka.produce("codecs", alerts(range(50), f"{codec}-"), "-H", f"site={codec}",
                          "-H", "agent=probe-1", partition=1, codec=codec)
        wait_for_counts(desk, {f"{codec}-{n}": 1 for codec in codecs for n in range(50)})
        for codec in codecs:
            [one] = desk.items("/api/v1/alarms", resource=f"{codec}-7")
            full = desk.get(f"/api/v1/alarms/{one['id']}").json
            assert full["labels"] == {"key": f"{codec}-7", "site": codec, "topic": "codecs",
                                      "partition": "1"}
            assert [origin["sender"] for origin in full["origins"]] == ["probe-1"]


def test_two_topics_two_sources_and_where_each_starts(kafka, folder):
    kafka.topic("first", 2)
    kafka.topic("second")
    kafka.produce("first", alerts(range(10), "old-"))
    kafka.produce("second", alerts(range(5), "second-"))
    time.sleep(0.05)
    middle = time.time()
    time.sleep(0.05)
    kafka.produce("first", alerts(range(7), "middle-"))
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(middle)) + f".{int(middle % 1 * 1000):03}Z"
    sources = (bus(kafka.servers, "first", "second", name="beginning") +
               bus(kafka.servers, "first", name="end", start="end") +
               bus(kafka.servers, "first", name="time", start=f'"{at}"'))
    with Desk(folder, more_sources=sources) as desk:
        for source, partitions in (("beginning", 3), ("end", 2), ("time", 2)):
            wait_until_reading(desk, partitions, source)
        kafka.produce("first", alerts(range(3), "new-"))
        wanted = {"beginning": 10 + 5 + 7 + 3, "end": 3, "time": 7 + 3}

        def received():
            return {source: metric(desk, "desk_alerts_received_total", source=source)
                    for source in wanted}

        wait_until("each has what it should", lambda: received() == wanted)
        time.sleep(0.3)
        assert received() == wanted
        desk.assert_books_balance()


def test_poison_stops_nothing(kafka, reading):
    kafka.topic("poison")
    kafka.produce("poison", alerts(range(10)))
    kafka.produce("poison", [("bad", "{,}"), ("bytes", "\x01"),
                             ("list", '[{"resource": "in-a-list"}, {"type": []}]')])
    kafka.produce("poison", [("gone", "")], "-Z")
    kafka.produce("poison", alerts(range(10, 20)))
    wanted = resources(range(20)) | {"in-a-list": 1}
    with reading("poison") as desk:
        wait_for_counts(desk, wanted)
        wait_for_metric(desk, 3, "desk_dead_letters")
        wait_for_metric(desk, 1, "desk_kafka_null_values_total", source="bus")
        wait_for_metric(desk, 3, "desk_alerts_total", source="bus", outcome="malformed")
        desk.assert_books_balance()
        desk.kill()
        desk.start()
        kafka.produce("poison", alerts([20]))
        wait_for_counts(desk, wanted | {"edge-20": 1})
        wait_for_metric(desk, 3, "desk_dead_letters")


def gap_incidents(desk):
    """Those that deskd opened about records nobody read: [(queue, its alarm)]."""
    found = []
    for alarm in desk.items("/api/v1/alarms", type="kafka-gap"):
        found.append((desk.incident(alarm["incident"])["queue"], alarm))
    return found


def test_records_that_went_while_deskd_was_away_are_an_incident(kafka, reading):
    kafka.topic("gaps")
    kafka.produce("gaps", alerts(range(100)))
    with reading("gaps") as desk:
        wait_for_counts(desk, resources(range(100)))
        assert desk.stop() == 0
        kafka.produce("gaps", alerts(range(100, 200)))
        kafka.delete_records("gaps", 0, 150)
        desk.start()
        wanted = resources([*range(100), *range(150, 200)])
        wait_for_counts(desk, wanted)
        wait_for_metric(desk, 1, "desk_kafka_gaps_total", source="bus")
        wait_for_metric(desk, 50, "desk_kafka_records_lost_total", source="bus")
        [(queue, alarm)] = gap_incidents(desk)
        assert queue == "sre"
        assert (alarm["resource"], alarm["qualifier"], alarm["status"]) == ("bus", "gaps[0]", "firing")
        assert "up to 50 records" in alarm["summary"]
        desk.kill()
        desk.start()
        kafka.produce("gaps", alerts(range(200, 210)))
        wait_for_counts(desk, wanted | resources(range(200, 210)))
        [(_, alarm)] = gap_incidents(desk)
        assert alarm["count"] == 1, "what is durable is not reported again"


def test_retention_overtakes_a_deskd_that_is_away(kafka, reading):
    kafka.topic("retention", file_delete_delay_ms=100)
    with reading("retention") as desk:
        kafka.produce("retention", alerts(range(10)))
        wait_for_counts(desk, resources(range(10)))
        desk.kill()
        kafka.produce("retention", alerts(range(10, 60)))
        kafka.retain("retention", 1_000)
        wait_until("records are gone", lambda: not kafka.keys("retention"), 120, every=0.5)
        kafka.retain("retention", -1)  # what comes now stays, however slow deskd is
        desk.start()
        kafka.produce("retention", alerts(range(100, 110)))
        wait_for_counts(desk, resources([*range(10), *range(100, 110)]))
        wait_for_metric(desk, 1, "desk_kafka_gaps_total", source="bus")
        wait_for_metric(desk, 50, "desk_kafka_records_lost_total", source="bus")
        assert len(gap_incidents(desk)) == 1


def test_what_the_broker_hands_out_damaged_is_passed_over_and_an_incident(kafka, reading):
    kafka.topic("damaged")
    for first, last, codec in ((0, 10, "gzip"), (10, 47, "gzip"), (47, 48, "zstd"), (48, 60, "zstd")):
        kafka.produce_one_batch("damaged", alerts(range(first, last)), codec)
    kafka.end()
    kafka.damage("damaged", 10)
    kafka.damage("damaged", 48)
    kafka.up()
    with reading("damaged") as desk:
        wanted = resources([*range(10), 47])
        wait_for_counts(desk, wanted)
        wait_until_read(desk, "damaged", 1)
        wait_for_metric(desk, 2, "desk_kafka_gaps_total", source="bus")
        wait_for_metric(desk, 37 + 12, "desk_kafka_records_lost_total", source="bus")
        [(queue, alarm)] = gap_incidents(desk)
        assert (queue, alarm["qualifier"], alarm["count"]) == ("sre", "damaged[0]", 2)
        assert "up to 12 records of damaged[0] are damaged" in alarm["summary"]
        desk.kill()
        desk.start()
        kafka.produce("damaged", alerts(range(60, 70)))
        wait_for_counts(desk, wanted | resources(range(60, 70)))
        assert metric(desk, "desk_kafka_gaps_total", source="bus") == 0, "they are behind it"


def test_partitions_that_appear_while_reading(kafka, reading):
    kafka.topic("grows", 2)
    with reading("grows", start="end") as desk:
        wait_until_reading(desk, 2)
        kafka.grow("grows", 4)
        for partition in range(4):
            kafka.produce("grows", alerts(range(20), f"p{partition}-"), partition=partition)
        wait_for_counts(desk, {f"p{p}-{n}": 1 for p in range(4) for n in range(20)})
        wait_until_reading(desk, 4)


def test_a_topic_that_is_deleted_and_made_anew(kafka, reading):
    kafka.topic("anew", 2)
    with reading("anew") as desk:
        kafka.produce("anew", alerts(range(100)))
        wait_for_counts(desk, resources(range(100)))
        kafka.delete_topic("anew")
        wait_until("it is missed", lambda: not lags(desk))
        kafka.topic("anew", 2)
        kafka.produce("anew", alerts(range(100, 110)))
        wait_for_counts(desk, resources(range(110)))
        desk.kill()
        desk.start()
        kafka.produce("anew", alerts(range(110, 120)))
        wait_for_counts(desk, resources(range(120)))


def three_hours():
    """[(seconds ago, key, value)]: what fires and ends within a backlog."""
    hours = 3 * 3600

    def at(ago, resource, status="firing", **more):
        return ago, *alert(resource, status=status, **more)

    records = [at(hours - 60 * n, "noisy", "resolved" if n % 3 == 2 else "firing") for n in range(170)]
    records += [at(hours, "still-firing"), at(hours - 30, "ended"), at(hours - 3_000, "ended", "resolved")]
    records += [at(hours - 100 * n, "told-again") for n in range(100)]
    records += [at(9_000, "fires-anew"), at(8_000, "fires-anew", "resolved"), at(50, "fires-anew")]
    # The clear overtook the alert that it ends: still within `reorder` when it was read live.
    now = int(time.time())
    records += [at(7_000, "reordered", "resolved", at=now - 7_000),
                at(6_990, "reordered", at=now - 7_010),
                at(6_000, "overtaken", at=now - 6_000),
                at(5_990, "overtaken", "resolved", at=now - 6_020)]
    return sorted(records, key=lambda record: -record[0])


def outcome(desk):
    """What people see of it all in the end; an incident is opened when it is opened."""
    alarms = {one["resource"]: [one[field] for field in
                                ("status", "severity", "count", "raised_at", "last_at", "cleared_at")]
              for one in desk.items("/api/v1/alarms", source="bus")}
    incidents = collections.Counter((one["title"], one["state"], one["alert_count"], one["queue"])
                                    for one in desk.incidents())
    return alarms, incidents


def test_a_backlog_of_three_hours_ends_as_if_read_live(kafka, tmp_path):
    kafka.topic("backlog")
    now = int(time.time() * 1000)
    records = [(now - 1000 * ago, key, value) for ago, key, value in three_hours()]
    setup = {"rules": RULES, "more_sources": bus(kafka.servers, "backlog")}
    with Desk(tmp_path / "live", **setup) as live:
        wait_until_reading(live, 1)
        for first in range(0, len(records), 20):
            produce_dated(kafka.servers, "backlog", records[first:first + 20])
        wait_until("all is read", lambda: sum_of_outcomes(live) == len(records))
        with Desk(tmp_path / "late", **setup) as late:
            wait_until("all is read", lambda: sum_of_outcomes(late) == len(records))
            wait_until("it is live", lambda: not is_behind(late))
            alarms, incidents = outcome(late)
            assert (alarms, incidents) == outcome(live)
            late.kill()
            late.start()
            assert outcome(late) == (alarms, incidents)
    status = {resource: told[0] for resource, told in alarms.items()}
    assert status["still-firing"] == status["told-again"] == status["fires-anew"] == "firing"
    assert status["ended"] == "cleared"
    assert status["overtaken"] == "firing", "an older clear ends nothing"
    assert alarms["told-again"][2] == 100


def sum_of_outcomes(desk):
    return metric(desk, "desk_alerts_total", source="bus")


def is_behind(desk):
    return any(name == "desk_source_watermark_timestamp_seconds" for name, _ in desk.metrics())


def test_the_lag_rises_and_falls_and_the_sources_time_with_it(kafka, reading):
    kafka.topic("lag", 2)
    began = int(time.time())
    kafka.produce("lag", ((f"k{n}", '{"resource": "busy", "type": "linkDown"}')
                          for n in range(150_000)))
    kafka.throttle("deskd", 100_000)  # until it was seen that it is behind
    with reading("lag") as desk:
        seen, times = [], []

        def look():
            samples = desk.metrics()
            seen.append(sum(value for (name, _), value in samples.items() if name == "desk_kafka_lag"))
            times.extend(value for (name, _), value in samples.items()
                         if name == "desk_source_watermark_timestamp_seconds")
            return sum(value for (name, its), value in samples.items()
                       if name == "desk_alerts_total" and ("source", "bus") in its)

        wait_until("it is behind, and its time is the records'",
                   lambda: look() > 0 and max(seen) > 1_000 and max(times, default=0) >= began)
        kafka.throttle("deskd", None)
        wait_until("all is read", lambda: look() == 150_000, 120, every=0.01)
        wait_until_read(desk, "lag", 2)
        wait_until("it is live", lambda: not is_behind(desk))
        assert max(times) <= time.time()
        assert times == sorted(times)
        assert counts(desk) == {"busy": 150_000}

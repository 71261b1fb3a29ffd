"""What changes around a Kafka source: its setup under load, its broker's absence, who may log in, and
the leaders of three nodes."""

import pytest
from bus import (RULES, Load, alerts, assert_applied_once, bus, resources, source_view,
                 wait_for_counts, wait_for_state, wait_until_reading)
from desk import Desk, shown, wait_until
from kafka_broker import Kafka

PASSWORD = "nine-lives-of-a-cat"


@pytest.fixture(scope="module")
def kafka(tmp_path_factory):
    with Kafka(tmp_path_factory.mktemp("kafka"), password=PASSWORD) as running:
        yield running


def reload(desk, *sources):
    desk.write_config(desk.folder / "data", "".join(sources))
    answer = desk.post("/api/v1/reload")
    assert answer.status == 200, answer


def test_applied_once_over_reloads_under_load(kafka, folder):
    for topic in ("one", "two", "three"):
        kafka.topic(topic, 2)
    one = bus(kafka.servers, "one")
    both = bus(kafka.servers, "one", "two")
    other = bus(kafka.servers, "three", name="other")
    with Desk(folder, rules=RULES, more_sources=one) as desk:
        with Load(kafka, "one", "two", "three") as load:
            for sources in ([both],                                              # a topic more
                            [both, other],                                       # a source more
                            [bus(kafka.servers, "one", "two", more="    lane: 128MiB\n"), other],
                            [bus(f"localhost:{kafka.ports[0]}", "one", "two"), other],
                            [both],                                              # a source less
                            [one, other],                                        # it is back
                            [both, other]):
                load.wait_for_more(800)
                reload(desk, *sources)
            load.wait_for_more(800)
            load.stop()
        assert_applied_once(kafka, desk, "one", "two")
        assert_applied_once(kafka, desk, "three", source="other")
        reload(desk)
        wait_until("both are gone", lambda: {one["state"] for one in desk.items("/api/v1/sources")
                                             if one["name"] in ("bus", "other")} <= {"removed"})


def test_a_broker_that_is_away_at_the_start_is_a_state(kafka, folder):
    kafka.topic("away")
    kafka.kill()
    try:
        with Desk(folder, rules=RULES, more_sources=bus(kafka.servers, "away")) as desk:
            wait_for_state(desk, "broker away")
            desk.send({"resource": "edge-web", "type": "linkDown"})
            assert len(desk.incidents()) == 1, "the other sources go on"
            assert "broker away" in shown(desk.ctl("sources"))
            assert source_view(desk)["detail"]
            kafka.up()
            kafka.produce("away", alerts(range(20)))
            wait_for_counts(desk, resources(range(20)))
            wait_for_state(desk, "reading")
            assert "broker away" not in shown(desk.ctl("sources"))
    finally:
        if kafka.processes[1].poll() is not None:
            kafka.up()


def test_a_topic_that_is_missing_is_told_and_read_when_it_comes(kafka, folder):
    with Desk(folder, rules=RULES, more_sources=bus(kafka.servers, "missing", start="end")) as desk:
        wait_until("it is told", lambda: "missing" in (source_view(desk)["detail"] or ""))
        kafka.topic("missing")
        kafka.produce("missing", alerts(range(20)))
        wait_for_counts(desk, resources(range(20)))
        wait_until("all is well", lambda: not source_view(desk)["detail"])


def login(port, protocol, more="", secret="bus.secret"):
    return bus(f"127.0.0.1:{port}", "locked", more=(
        f"    properties: {{security.protocol: {protocol}, sasl.mechanisms: PLAIN, "
        f"sasl.username: deskd{more}}}\n    secrets: {{sasl.password: {secret}}}\n"))


def test_a_login_and_a_wrong_one(kafka, folder):
    kafka.topic("locked")
    kafka.produce("locked", alerts(range(10)))
    (folder / "bus.secret").write_text("twelve-lives-of-a-cat\n")
    with Desk(folder, rules=RULES, more_sources=login(kafka.login_port, "SASL_PLAINTEXT")) as desk:
        wait_until("the broker refuses it",
                   lambda: "authentication" in (source_view(desk)["detail"] or "").lower(), 30)
        assert desk.is_ready()
        assert source_view(desk)["state"] != "reading"
        (folder / "bus.secret").write_text(PASSWORD + "\n")
        reload(desk, login(kafka.login_port, "SASL_PLAINTEXT"))
        wait_for_counts(desk, resources(range(10)))
        wait_for_state(desk, "reading")
        told = desk.log_path.read_text() + desk.get("/api/v1/sources").body.decode()
        told += shown(desk.ctl("sources"))
        assert "of-a-cat" not in told, "a password stands in the open"


def test_a_login_over_tls(kafka, folder):
    kafka.topic("locked-tls")
    kafka.produce("locked-tls", alerts(range(10)))
    (folder / "bus.secret").write_text(PASSWORD + "\n")
    trusted = f", ssl.ca.location: {kafka.certificate}"
    with Desk(folder, rules=RULES,
              more_sources=login(kafka.tls_port, "SASL_SSL").replace("[locked]", "[locked-tls]")) as desk:
        wait_until("the certificate is not trusted",
                   lambda: "certificate" in (source_view(desk)["detail"] or ""), 30)
        reload(desk, login(kafka.tls_port, "SASL_SSL", trusted).replace("[locked]", "[locked-tls]"))
        wait_for_counts(desk, resources(range(10)))


def test_applied_once_when_the_leader_of_three_nodes_dies_under_load(tmp_path):
    with Kafka(tmp_path / "kafka", 3) as cluster:
        cluster.topic("moves", 6)
        setup = bus(cluster.servers, "moves")
        with Desk(tmp_path, rules=RULES, more_sources=setup) as desk, Load(cluster, "moves") as load:
            wait_until_reading(desk, 6)
            load.wait_for_more(800)
            cluster.kill(2)
            load.wait_for_more(800)
            desk.kill()
            desk.start()
            load.wait_for_more(800)
            cluster.up(2)
            cluster.kill(3)
            load.wait_for_more(800)
            load.stop()
            cluster.up(3)
            assert_applied_once(cluster, desk, "moves")

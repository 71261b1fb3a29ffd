"""The rows of the sources that are not HTTP: a topic of Kafka read from its beginning, and SNMP
traps at the highest rate at which none is lost."""

import time

import generators
import kafka_broker
import table
from bench import measured, say
from desk import wait_until
from desk_under_load import BUS, TRAPS
from peers import PeerMissing, Snmptrapd
from snmp_peers import free_udp_port

PARTITIONS = 4
TOPIC = "alerts"


class KafkaRow:
    """One broker, one topic, filled once. By turns a bare consumer counts it, and a fresh deskd
    reads it, on an empty ledger. Both are timed from their first messages to their last."""

    name = "kafka"
    what = "Kafka → durable, against counting the same topic with librdkafka's batch call"

    def measure(self, bench):
        line = table.Line(self.name, self.what, unit="messages/s", peer="bare librdkafka consumer",
                          form=table.PERCENT, scale=100, goal=25, floor=12)
        return measured([line], lambda: self.fill(bench, line))

    def fill(self, bench, line):
        if missing := kafka_broker.missing_programs():
            raise PeerMissing(f"not installed: {', '.join(missing)}")
        with bench.fresh_folder("kafka") as folder, kafka_broker.Kafka(folder / "broker") as kafka:
            kafka.topic(TOPIC, PARTITIONS)
            say(f"  filling a topic with {bench.messages:,} alerts")
            generators.run("kafka_load", brokers=kafka.servers, topic=TOPIC,
                           partitions=PARTITIONS, messages=bench.messages)
            bare, desks = bench.turns(lambda: self.count(bench, kafka),
                                      lambda: self.read(bench, kafka))
        line.peer_values = [report["messages_per_second"] for report in bare]
        line.desk_values = [report["messages_per_second"] for report in desks]
        line.cpu = ([report["cpu_us_per_message"] for report in bare],
                    [report["cpu_us"] for report in desks])
        line.notes.append(f"librdkafka {bare[0]['librdkafka']}, {PARTITIONS} partitions, lz4, "
                          f"{bench.messages:,} messages; the broker shares the processors")

    def count(self, bench, kafka):
        report = generators.run("kafka_count", brokers=kafka.servers, topic=TOPIC,
                                partitions=PARTITIONS, messages=bench.messages)
        bench.keep(self.name, "bare consumer", report)
        return report

    def read(self, bench, kafka):
        with bench.desk(more_sources=BUS.format(brokers=kafka.servers, topic=TOPIC)) as desk:
            report = read_all(desk, bench.messages)
        bench.keep(self.name, "deskd", report)
        return report


def read_all(desk, messages):
    """How fast it goes from what is first seen to be durable to all of it."""
    def durable():
        settled = desk.settled("bus")
        if bad := {outcome: n for outcome, n in settled.items()
                   if n and outcome not in ("raised", "merged")}:
            raise generators.LoadFailed(f"deskd did not take all: {bad}")
        return sum(settled.values())

    first = wait_until("the first message is durable", durable, 60, every=0.005)
    began, cpu = time.monotonic(), desk.cpu_seconds()
    count, deadline = first, began + 600
    while count < messages:
        if time.monotonic() > deadline:
            raise generators.LoadFailed(f"deskd read only {count:,} messages in 10 min")
        time.sleep(0.02)
        count = durable()
    took = time.monotonic() - began
    if count == first:
        raise generators.LoadFailed("all was read at once: more --messages are needed")
    return {"messages_per_second": (count - first) / took,
            "cpu_us": (desk.cpu_seconds() - cpu) * 1e6 / (count - first)}


class SnmpRow:
    """Rates are tried upwards until a trap is lost, then between the last good one and that."""

    name = "snmp"
    what = "SNMP v2c traps, 16 agents: the highest rate at which none is lost"
    halvings = 4  # then the rate is known to 4 %

    def measure(self, bench):
        line = table.Line(self.name, self.what, unit="traps/s", peer=Snmptrapd.name, goal=6,
                          floor=3)
        return measured([line], lambda: self.fill(bench, line))

    def fill(self, bench, line):
        def peer():
            with bench.peer(Snmptrapd, free_udp_port()) as server:
                return self.highest(bench, LoggedTraps(server), 15_000)

        def desk():
            port = free_udp_port()
            with bench.desk(more_sources=TRAPS.format(port=port)) as server:
                return self.highest(bench, DecidedTraps(server, port), 60_000)

        peers, desks = bench.turns(peer, desk)
        line.peer_values = [report["traps_per_second"] for report in peers]
        line.desk_values = [report["traps_per_second"] for report in desks]
        line.cpu = ([report["cpu_us"] for report in peers], [report["cpu_us"] for report in desks])
        for who, reports in ((line.peer, peers), ("deskd", desks)):
            if any(report["generator_was_the_limit"] for report in reports):
                line.notes.append(f"{who}: the generator itself was the limit, more was not lost")

    def highest(self, bench, receiver, rate):
        """The report of the highest rate without a loss."""
        good, bad, halvings = None, None, 0
        while halvings <= self.halvings:
            report = self.send(bench, receiver, rate)
            if report["lost"] > 0:
                bad = rate
            else:
                good = report
                if report["generator_was_the_limit"]:
                    break
            if bad is None:
                rate *= 1.6
                continue
            halvings += 1
            rate = ((good["asked_per_second"] if good else 0) + bad) / 2
        if good is None:
            raise generators.LoadFailed(f"{receiver.name} lost traps at every rate down to "
                                        f"{bad:,.0f}/s")
        return good

    def send(self, bench, receiver, rate):
        before, cpu = receiver.taken(), receiver.cpu_seconds()
        report = generators.run("trap_load", port=receiver.port, rate=rate,
                                seconds=bench.seconds)
        taken = receiver.rest(before + report["sent"]) - before
        report["lost"] = report["sent"] - taken
        report["cpu_us"] = (receiver.cpu_seconds() - cpu) * 1e6 / max(1, taken)
        report["generator_was_the_limit"] |= not report["rate_was_reached"]
        bench.keep(self.name, receiver.name, report)
        return report


class Receiver:
    """What counts the traps that a server took."""

    def __init__(self, server, port):
        self.server, self.port, self.name = server, port, server.name
        self.cpu_seconds = server.cpu_seconds

    def rest(self, expected):
        """How many it has taken, once they are all there or no more come for a second."""
        last, quiet_since = -1, time.monotonic()
        while True:
            taken = self.taken()
            if taken >= expected:
                return taken
            if taken != last:
                last, quiet_since = taken, time.monotonic()
            elif time.monotonic() > quiet_since + 1:
                return taken
            time.sleep(0.05)


class LoggedTraps(Receiver):
    def __init__(self, server):
        super().__init__(server, server.port)
        self.taken = server.taken


class DecidedTraps(Receiver):
    """Those whose alerts are durable; what deskd dropped or refused it did not take."""

    def __init__(self, server, port):
        super().__init__(server, port)
        wait_until("deskd listens for traps", self.listens, 30)

    def listens(self):
        [state] = [source["state"] for source in self.server.items("/api/v1/sources")
                   if source["name"] == "traps"]
        return state == "listening"

    def taken(self):
        settled = self.server.settled("traps")
        return settled.get("raised", 0) + settled.get("merged", 0)


ROWS = [KafkaRow(), SnmpRow()]

"""A real Apache Kafka on loopback, of one node or three: KRaft, no container. It needs Java, kcat and
Maven, which fetches the jars into build/kafka once. As a program it is a broker to try deskd with:

    python3 tests/e2e/kafka_broker.py --port 9092 --topic alerts:4

ends with Ctrl-C, and what was in it is gone then."""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

from desk import ROOT, free_port, wait_until

VERSION = "3.9.1"
JARS = pathlib.Path(os.environ.get("DESKD_KAFKA_JARS", ROOT / "build" / "kafka" / VERSION))

POM = f"""\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>deskd</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>{VERSION}</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId>
      <version>{VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-reload4j</artifactId>
      <version>1.7.36</version></dependency>
  </dependencies>
</project>
"""

LOGGING = """\
log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %m (%c)%n
log4j.appender.out.target=System.err
"""

# Short times, so that what takes a broker minutes happens within a test.
PROPERTIES = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={folder}/data
offsets.topic.replication.factor={count}
offsets.topic.num.partitions=3
transaction.state.log.replication.factor={count}
transaction.state.log.min.isr={in_sync}
transaction.state.log.num.partitions=3
default.replication.factor={count}
min.insync.replicas={in_sync}
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
auto.create.topics.enable=false
log.retention.check.interval.ms=500
log.initial.task.delay.ms=500
"""


# Users who log in by a password, and encryption; a test that wants them says so.
SECURE = """\
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller},\
LOGIN://127.0.0.1:{login},TLS://127.0.0.1:{tls}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},LOGIN://127.0.0.1:{login},TLS://127.0.0.1:{tls}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,\
LOGIN:SASL_PLAINTEXT,TLS:SASL_SSL
sasl.enabled.mechanisms=PLAIN
listener.name.login.plain.sasl.jaas.config={users}
listener.name.tls.plain.sasl.jaas.config={users}
listener.name.tls.ssl.keystore.type=PEM
listener.name.tls.ssl.keystore.location={certificate}
"""
USERS = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_deskd="{password}";'


def missing_programs():
    """Those of Debian's packages that this needs."""
    wanted = ["java", "kcat"] if is_fetched() else ["java", "kcat", "mvn"]
    return [program for program in wanted if shutil.which(program) is None]


def is_fetched():
    return (JARS / "log4j.properties").exists()


def fetch_jars():
    """Fails when Maven can't."""
    if is_fetched():
        return
    JARS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pom = pathlib.Path(folder) / "pom.xml"
        pom.write_text(POM)
        subprocess.run(["mvn", "-q", "-B", "-Dstyle.color=never", "-f", pom,
                        "dependency:copy-dependencies", f"-DoutputDirectory={JARS}",
                        "-DincludeScope=runtime"], check=True)
    (JARS / "log4j.properties").write_text(LOGGING)


def java(heap, program, *arguments):
    return ["java", "-Xms64m", f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            f"-Dlog4j.configuration=file:{JARS}/log4j.properties", "-cp", f"{JARS}/*",
            program, *map(str, arguments)]


class Kafka:
    """Use by `with`; skips the test where a program is missing. Nodes are numbered from 1."""

    def __init__(self, folder, count=1, port=None, password=None):
        """`port`: of the first node. `password`: of the user deskd, on the listeners at `login_port`
        and `tls_port`, whose certificate is `certificate`; only of one node."""
        if missing := missing_programs():
            import pytest
            pytest.skip(f"not installed: {', '.join(missing)}; tests/run.sh does that")
        fetch_jars()
        self.folder = pathlib.Path(folder)
        self.ports = [port or free_port()] + [free_port() for _ in range(count - 1)]
        self.processes = {}
        controllers = [free_port() for _ in range(count)]
        voters = ",".join(f"{i}@127.0.0.1:{port}" for i, port in enumerate(controllers, 1))
        for node, (port, controller) in enumerate(zip(self.ports, controllers), 1):
            (self.folder / str(node)).mkdir(parents=True)
            self.properties(node).write_text(PROPERTIES.format(
                node=node, voters=voters, port=port, controller=controller, count=count,
                in_sync=min(2, count), folder=self.folder / str(node)))
        if password:
            self.secure(password, controllers[0])

    def secure(self, password, controller):
        self.login_port, self.tls_port = free_port(), free_port()
        self.certificate, keys = self.folder / "certificate.pem", self.folder / "keys.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", keys, "-out", self.certificate], check=True, capture_output=True)
        keys.write_text(keys.read_text() + self.certificate.read_text())
        with open(self.properties(1), "a") as properties:
            properties.write(SECURE.format(
                port=self.ports[0], controller=controller, login=self.login_port,
                tls=self.tls_port, users=USERS.format(password=password), certificate=keys))

    def properties(self, node):
        return self.folder / str(node) / "server.properties"

    @property
    def nodes(self):
        return range(1, len(self.ports) + 1)

    @property
    def servers(self):
        return ",".join(f"127.0.0.1:{port}" for port in self.ports)

    def __enter__(self):
        storage = "kafka.tools.StorageTool"
        try:
            cluster = self.run(storage, "random-uuid").stdout.split()[-1]
            for node in self.nodes:
                self.run(storage, "format", "-t", cluster, "-c", self.properties(node))
                self.launch(node)
            for node in self.nodes:
                self.wait_for(node)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for node in self.processes:
            self.kill(node)

    def launch(self, node):
        with open(self.folder / f"kafka-{node}.log", "ab") as log:
            self.processes[node] = subprocess.Popen(
                java("512m", "kafka.Kafka", self.properties(node)),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_for(self, node):
        def answers():
            assert self.processes[node].poll() is None, f"node {node} ended at its start"
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", self.ports[node - 1]), 1):
                    told = self.kcat("-L", "-m", "2", node=node, check=False).stdout
                    return f"broker {node} at " in told  # a node that is not in the list takes no topic
            return False

        wait_until(f"node {node} answers", answers, 120, every=0.25)

    # What happens to brokers.

    def signal(self, node, number):
        self.processes[node].send_signal(number)

    def kill(self, node=1):
        """kill -9."""
        with contextlib.suppress(ProcessLookupError):
            self.signal(node, signal.SIGKILL)
        self.processes[node].wait(60)

    def up(self, node=1):
        """Again, on its old data."""
        self.launch(node)
        self.wait_for(node)

    def end(self, node=1):
        """In good order."""
        self.signal(node, signal.SIGTERM)
        self.processes[node].wait(60)

    def pause(self, node=1):
        self.signal(node, signal.SIGSTOP)

    def resume(self, node=1):
        self.signal(node, signal.SIGCONT)

    # Topics and records.

    def run(self, program, *arguments):
        done = subprocess.run(java("256m", program, *arguments), capture_output=True, text=True,
                              timeout=120, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, done.stderr + done.stdout
        return done

    def tool(self, name, *arguments):
        return self.run(f"org.apache.kafka.tools.{name}", "--bootstrap-server", self.servers,
                        *arguments)

    def topic(self, name, partitions=1, **config):
        options = [f"--config={key.replace('_', '.')}={value}" for key, value in config.items()]
        self.tool("TopicCommand", "--create", "--topic", name, "--partitions", partitions,
                  "--replication-factor", len(self.ports), *options)
        self.wait_for_leaders(name, partitions)

    def grow(self, name, partitions):
        self.tool("TopicCommand", "--alter", "--topic", name, "--partitions", partitions)
        self.wait_for_leaders(name, partitions)

    def wait_for_leaders(self, topic, partitions):
        """What the tools say is done, nodes answer a moment later."""
        def leaders():
            told = self.kcat("-L", "-t", topic, "-m", "2", check=False).stdout
            return re.findall(r"partition \d+, leader \d", told)

        wait_until(f"{topic} has {partitions} partitions", lambda: len(leaders()) == partitions)

    def retain(self, topic, milliseconds):
        """From now on; -1: for ever."""
        self.configure("topics", topic, "--add-config", f"retention.ms={milliseconds}")

    def throttle(self, client, bytes_a_second):
        """What it may read from now on; None: as much as it likes."""
        rate = "consumer_byte_rate"
        self.configure("clients", client, *(["--delete-config", rate] if bytes_a_second is None else
                                            ["--add-config", f"{rate}={bytes_a_second}"]))

    def configure(self, kind, name, *change):
        self.run("kafka.admin.ConfigCommand", "--bootstrap-server", self.servers, "--alter",
                 "--entity-type", kind, "--entity-name", name, *change)

    def delete_topic(self, name):
        self.tool("TopicCommand", "--delete", "--topic", name)

    def delete_records(self, topic, partition, before):
        """As retention does: the first record is then the one at `before`."""
        wanted = self.folder / "delete.json"
        wanted.write_text(json.dumps({"version": 1, "partitions": [
            {"topic": topic, "partition": partition, "offset": before}]}))
        self.tool("DeleteRecordsCommand", "--offset-json-file", wanted)

    def damage(self, topic, offset, node=1):
        """Of partition 0: turns the first byte of what a codec made of the batch that begins at
        `offset`, as a bad disk would. While the node is down in good order, else it mends its log."""
        [log] = (self.folder / str(node) / "data" / f"{topic}-0").glob("*.log")
        data = bytearray(log.read_bytes())
        at, batch_header_bytes = 0, 61
        while int.from_bytes(data[at:at + 8], "big") != offset:
            at += 12 + int.from_bytes(data[at + 8:at + 12], "big")
        data[at + batch_header_bytes] ^= 0xff
        log.write_bytes(data)

    def kcat(self, *arguments, node=None, text=None, check=True):
        servers = self.servers if node is None else f"127.0.0.1:{self.ports[node - 1]}"
        return subprocess.run(["kcat", "-b", servers, *map(str, arguments)], input=text, text=True,
                              capture_output=True, timeout=120, check=check)

    def produce(self, topic, records, *options, partition=None, codec=None):
        """`records`: (key, value) pairs, on one line each. Returns when all are acknowledged, each once
        (a busy broker's answer that comes too late has the record sent again)."""
        arguments = ["-P", "-t", topic, "-K", "\t", "-X", "enable.idempotence=true", *options]
        if partition is not None:
            arguments += ["-p", partition]
        if codec:
            arguments += ["-z", codec]
        self.kcat(*arguments, text="".join(f"{key}\t{value}\n" for key, value in records))

    def produce_patiently(self, topic, records, codec=None):
        """Also when the broker goes away meanwhile and comes back."""
        self.produce(topic, records, "-E", "-X", "message.timeout.ms=100000", codec=codec)

    def produce_one_batch(self, topic, records, codec):
        """As soon as all of it is there, and not before."""
        self.produce(topic, records, "-X", f"batch.num.messages={len(records)}",
                     "-X", "queue.buffering.max.ms=60000", codec=codec)

    def keys(self, topic):
        """Of all records that can be read, in no order."""
        return self.kcat("-C", "-t", topic, "-o", "beginning", "-e", "-q",
                         "-f", "%k\\n").stdout.splitlines()


def main():
    options = argparse.ArgumentParser(description="A Kafka broker on loopback, until Ctrl-C.")
    options.add_argument("--port", type=int, default=9092)
    options.add_argument("--topic", action="append", default=[], metavar="NAME[:PARTITIONS]")
    wanted = options.parse_args()
    if missing := missing_programs():
        sys.exit(f"not installed: {', '.join(missing)}")
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", wanted.port), 1):
        sys.exit(f"something listens on port {wanted.port} already; --port takes another")
    if not is_fetched():
        print(f"Maven fetches Kafka {VERSION} into {JARS}, about 60 MB", flush=True)
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a script ignores the first
        signal.signal(number, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), tempfile.TemporaryDirectory() as folder:
        with Kafka(folder, port=wanted.port) as kafka:
            serve(kafka, wanted.topic)
    print("ended", flush=True)


def serve(kafka, topics):
    for topic in topics:
        name, _, partitions = topic.partition(":")
        kafka.topic(name, int(partitions or 1))
    print(f"ready: Kafka {VERSION} at {kafka.servers}, topics: {', '.join(topics) or 'none'}; "
          "Ctrl-C ends it", flush=True)
    try:
        assert kafka.processes[1].wait() == 0, (kafka.folder / "kafka-1.log").read_text()[-2000:]
    except KeyboardInterrupt:
        kafka.end()
        raise


if __name__ == "__main__":
    main()

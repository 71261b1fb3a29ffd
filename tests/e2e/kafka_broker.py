"""A real Apache Kafka on loopback, of one node or three: KRaft, no container. It needs Java and Maven,
which fetches the jars into build/kafka once."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

import pytest
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


def fetch_jars():
    """Skips the test where there is no Java; fails when Maven can't fetch."""
    for program in ("java", "kcat"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed; tests/run.sh does that")
    done = JARS / "log4j.properties"
    if done.exists():
        return
    if shutil.which("mvn") is None:
        pytest.skip("mvn is not installed; tests/run.sh does that")
    JARS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pom = pathlib.Path(folder) / "pom.xml"
        pom.write_text(POM)
        subprocess.run(["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies",
                        f"-DoutputDirectory={JARS}", "-DincludeScope=runtime"], check=True)
    done.write_text(LOGGING)


def java(heap, program, *arguments):
    return ["java", "-Xms64m", f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            f"-Dlog4j.configuration=file:{JARS}/log4j.properties", "-cp", f"{JARS}/*",
            program, *map(str, arguments)]


class Kafka:
    """Use by `with`. Nodes are numbered from 1."""

    def __init__(self, folder, count=1):
        fetch_jars()
        self.folder = pathlib.Path(folder)
        self.ports = [free_port() for _ in range(count)]
        self.processes = {}
        controllers = [free_port() for _ in range(count)]
        voters = ",".join(f"{i}@127.0.0.1:{port}" for i, port in enumerate(controllers, 1))
        for node, (port, controller) in enumerate(zip(self.ports, controllers), 1):
            (self.folder / str(node)).mkdir(parents=True)
            self.properties(node).write_text(PROPERTIES.format(
                node=node, voters=voters, port=port, controller=controller, count=count,
                in_sync=min(2, count), folder=self.folder / str(node)))

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
        cluster = self.run(storage, "random-uuid").stdout.split()[-1]
        for node in self.nodes:
            self.run(storage, "format", "-t", cluster, "-c", self.properties(node))
            self.launch(node)
        for node in self.nodes:
            self.wait_for(node)
        return self

    def __exit__(self, *_):
        for node in self.nodes:
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
                    return "broker" in self.kcat("-L", "-m", "2", node=node, check=False).stdout
            return False

        wait_until(f"node {node} answers", answers, 60, every=0.25)

    # What happens to brokers.

    def signal(self, node, number):
        self.processes[node].send_signal(number)

    def kill(self, node=1):
        """kill -9."""
        with contextlib.suppress(ProcessLookupError):
            self.signal(node, signal.SIGKILL)
        self.processes[node].wait(20)

    def up(self, node=1):
        """Again, on its old data."""
        self.launch(node)
        self.wait_for(node)

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

    def grow(self, name, partitions):
        self.tool("TopicCommand", "--alter", "--topic", name, "--partitions", partitions)

    def delete_records(self, topic, partition, before):
        """As retention does: the first record is then the one at `before`."""
        wanted = self.folder / "delete.json"
        wanted.write_text(json.dumps({"version": 1, "partitions": [
            {"topic": topic, "partition": partition, "offset": before}]}))
        self.tool("DeleteRecordsCommand", "--offset-json-file", wanted)

    def kcat(self, *arguments, node=None, text=None, check=True):
        servers = self.servers if node is None else f"127.0.0.1:{self.ports[node - 1]}"
        return subprocess.run(["kcat", "-b", servers, *map(str, arguments)], input=text, text=True,
                              capture_output=True, timeout=120, check=check)

    def produce(self, topic, records, *options, partition=None, codec=None):
        """`records`: (key, value) pairs, on one line each. Returns when all are acknowledged."""
        arguments = ["-P", "-t", topic, "-K", "\t", "-X", "acks=all", *options]
        if partition is not None:
            arguments += ["-p", partition]
        if codec:
            arguments += ["-z", codec]
        self.kcat(*arguments, text="".join(f"{key}\t{value}\n" for key, value in records))

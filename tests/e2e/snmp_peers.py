"""What sends traps: net-snmp's programs, packets of our own, and a way in between that loses some."""

import concurrent.futures
import contextlib
import os
import selectors
import socket
import subprocess
import threading

from desk import Desk, wait_until

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
IF_INDEX = "1.3.6.1.2.1.2.2.1.1"
IF_OPER_STATUS = "1.3.6.1.2.1.2.2.1.8"

AUTHS = ("MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512")
PRIVS = ("DES", "AES", "AES-192", "AES-256", "AES-192-C", "AES-256-C")
AUTH_PASSWORD, PRIV_PASSWORD = "authpass1234", "privpass1234"

# Of a trap, where the sender's engine is the one that counts (RFC 3414, section 1.5.1).
ENGINE = "0x8000000001020304"


def free_udp_port(host="127.0.0.1"):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


class TrapDesk(Desk):
    """A deskd with sources of kind snmp: `sources` is {name: settings in YAML's flow style}, where
    `PORT` stands for a port of the source's own."""

    def __init__(self, folder, sources, **more):
        self.traps = {name: free_udp_port() for name in sources}
        lines = [f"  - {{name: {name}, kind: snmp, "
                 f"{settings.replace('PORT', str(self.traps[name]))}}}\n"
                 for name, settings in sources.items()]
        super().__init__(folder, more_sources="".join(lines), **more)
        for name, password in (("auth", AUTH_PASSWORD), ("priv", PRIV_PASSWORD),
                               ("other", "anotherpass1")):
            file = self.folder / f"{name}.password"
            file.write_text(password + "\n")
            file.chmod(0o600)

    def start(self, *options, **more):
        super().start(*options, **more)
        for name in self.traps:  # a moment later: the engine's boots must be durable before
            wait_until(f"{name} listens", lambda n=name: self.source(n)["state"] == "listening")
        return self

    def facts(self, name="traps"):
        return {fact["name"]: fact["value"] for fact in self.source(name)["facts"]}

    def source(self, name="traps"):
        [found] = [s for s in self.items("/api/v1/sources") if s["name"] == name]
        return found

    def dropped(self, name="traps"):
        """{reason: number} of those that are not zero."""
        return {dict(labels)["reason"]: int(n) for (metric, labels), n in self.metrics().items()
                if metric == "desk_snmp_dropped_total" and dict(labels)["source"] == name and n}

    def outcomes(self, name="traps"):
        return {o: n for o, n in self.source(name)["outcomes"].items() if n}

    def settled(self, count, name="traps"):
        """Waits until the source has taken that many alerts, and all have an outcome."""
        def done():
            books = self.source(name)
            return books["received"] >= count and books["in_flight"] == 0
        wait_until(f"{count} alerts of {name}", done)
        assert self.source(name)["received"] == count

    def alarms(self, **filters):
        """By their qualifiers: what one was sent with is its name here."""
        return {a["qualifier"]: a for a in self.items("/api/v1/alarms", **filters)}


def user(name, auth=None, priv=None, auth_file="auth", more=""):
    """An entry of `users`."""
    text = f"{{name: {name}{more}"
    if auth:
        text += f", auth: {{protocol: {auth}, password_file: {auth_file}.password}}"
    if priv:
        text += f", priv: {{protocol: {priv}, password_file: priv.password}}"
    return text + "}"


class NetSnmp:
    """Debian's programs, without files of settings and MIBs of their own."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = os.environ | {
            "MIBS": "", "SNMPCONFPATH": str(folder), "SNMP_PERSISTENT_DIR": str(folder),
            "PATH": os.environ["PATH"] + ":/usr/sbin"}

    def run(self, program, *arguments):
        # They leave notes on their engine there, and stumble over one that another is writing.
        notes = self.folder / f"notes-{threading.get_ident()}"
        return subprocess.run([program, *map(str, arguments)], timeout=60,
                              env=self.environment | {"SNMP_PERSISTENT_DIR": str(notes)},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)

    def trap(self, options, to, *values):
        done = self.run("snmptrap", *options, to, *values)
        assert done.returncode == 0, (done.args, done.stderr)

    def inform(self, options, to, *values, timeout=5, retries=1):
        """Whether it was answered."""
        return self.run("snmpinform", "-t", timeout, "-r", retries, *options, to,
                        *values).returncode == 0

    def all(self, jobs):
        """Runs them, some at a time; their results in order."""
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda job: job(), jobs))


def v3(name, auth=None, priv=None, auth_password=AUTH_PASSWORD, priv_password=PRIV_PASSWORD):
    """Options of net-snmp's programs."""
    options = ["-v3", "-u", name]
    if auth:
        options += ["-a", auth, "-A", auth_password]
    if priv:
        options += ["-x", priv, "-X", priv_password]
    return options + ["-l", "authPriv" if priv else "authNoPriv" if auth else "noAuthNoPriv"]


def link_down(n, uptime="''"):
    """The values of a trap that becomes an alarm of its own for each `n`."""
    return ["" if uptime == "''" else uptime, LINK_DOWN, f"{IF_INDEX}.{n}", "i", n,
            f"{IF_OPER_STATUS}.{n}", "i", 2]


# The Basic Encoding Rules, as far as a sender needs them.

INTEGER, OCTETS, OID, SEQUENCE, TICKS, INFORM, RESPONSE, TRAP = 2, 4, 6, 0x30, 0x43, 0xA6, 0xA2, 0xA7


def element(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def integer(number, tag=INTEGER):
    return element(tag, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def oid(text):
    first, second, *rest = map(int, text.strip(".").split("."))
    content = b""
    for number in (first * 40 + second, *rest):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        content += bytes(reversed(groups))
    return element(OID, content)


def varbind(name, value):
    return element(SEQUENCE, oid(name) + value)


def notification(tag, request_id, n, community=b"public", uptime=100):
    """A linkDown of interface `n`, version 2c."""
    varbinds = (varbind("1.3.6.1.2.1.1.3.0", integer(uptime, TICKS)) +
                varbind("1.3.6.1.6.3.1.1.4.1.0", oid(LINK_DOWN)) +
                varbind(f"{IF_INDEX}.{n}", integer(n)))
    pdu = element(tag, integer(request_id) + integer(0) + integer(0) + element(SEQUENCE, varbinds))
    return element(SEQUENCE, integer(1) + element(OCTETS, community) + pdu)


def parts(content):
    """(tag, content) of each element."""
    while content:
        size, head = content[1], 2
        if size & 0x80:
            head += size & 0x7F
            size = int.from_bytes(content[2:head], "big")
        yield content[0], content[head:head + size]
        content = content[head + size:]


def answered_id(datagram):
    """The request-id of a response to a version 2c inform."""
    [(_, message)] = parts(datagram)
    _, _, (tag, pdu) = parts(message)
    assert tag == RESPONSE, hex(tag)
    (_, number), status, *_ = parts(pdu)
    assert status == (INTEGER, b"\0"), status
    return int.from_bytes(number, "big", signed=True)


class Relay:
    """Passes datagrams on between one sender and deskd, and keeps them. Use by `with`."""

    def __init__(self, to_port):
        self.to = ("127.0.0.1", to_port)
        self.sent, self.answers = [], []
        self.lose_answers = 0  # of those that are still to come
        self.port = free_udp_port()
        self.ending = threading.Event()

    def __enter__(self):
        self.near, self.far = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self.near.bind(("127.0.0.1", self.port))
        self.far.bind(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.pass_on)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()
        self.near.close()
        self.far.close()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def again(self, datagram):
        """From the same port as the first time; answers to it are kept as others are."""
        self.far.sendto(datagram, self.to)

    def pass_on(self):
        peer = None
        with selectors.DefaultSelector() as selector:
            for one in (self.near, self.far):
                selector.register(one, selectors.EVENT_READ)
            while not self.ending.is_set():
                for key, _ in selector.select(0.05):
                    datagram, sender = key.fileobj.recvfrom(65_535)
                    if key.fileobj is self.near:
                        peer = sender
                        self.sent.append(datagram)
                        self.far.sendto(datagram, self.to)
                        continue
                    self.answers.append(datagram)
                    if self.lose_answers > 0:
                        self.lose_answers -= 1
                    elif peer:
                        self.near.sendto(datagram, peer)


@contextlib.contextmanager
def udp(bind="127.0.0.1", timeout=10.0):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind((bind, 0))
        one.settimeout(timeout)
        yield one

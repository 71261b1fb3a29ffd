"""The peers that deskd is measured against, each a fresh process on fresh data. Use by `with`."""

import contextlib
import getpass
import http.client
import os
import pathlib
import shutil
import signal
import subprocess

import machine
from desk import free_port, request, wait_until
from desk_under_load import TEAM

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")


class PeerMissing(Exception):
    """It is not installed, or does not start; says why."""


def program(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if not found:
        raise PeerMissing(f"{name} is not installed")
    return found


class Peer:
    """One process with its log. Those who derive say how it is started and when it is ready."""

    name = "?"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.processes = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def launch(self, *arguments, **more):
        with open(self.folder / "peer.log", "ab") as log:
            self.processes.append(subprocess.Popen(
                [str(argument) for argument in arguments], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, cwd=self.folder, **more))

    def wait_for(self, ready, seconds=60):
        try:
            wait_until(f"{self.name} is ready", lambda: self.is_up() and ready(), seconds)
        except AssertionError as error:
            log = (self.folder / "peer.log").read_text(errors="replace")[-1500:]
            raise PeerMissing(f"{error}\n{log}") from None

    def is_up(self):
        assert all(process.poll() is None for process in self.processes), "it ended at its start"
        return True

    def answers(self, path):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return request(self.port, "GET", path, timeout=5).status < 400
        return False

    def cpu_seconds(self):
        return machine.cpu_seconds(*(process.pid for process in self.processes))

    def rss_bytes(self):
        return machine.rss_bytes(self.processes[0].pid)


class Alertmanager(Peer):
    """Debian's, alone, with so many routes of one matcher each; every alert matches the last. Its
    receiver tells nobody. It keeps alerts in memory: its 200 promises nothing."""

    path = "/api/v2/alerts"
    shape = "api"

    def __init__(self, folder, routes=10):
        super().__init__(folder)
        self.name = f"Alertmanager, {routes:,} routes"
        self.port = free_port()
        teams = [f"team-{n:05}" for n in range(1, routes)] + [TEAM]
        lines = ["route:", "  receiver: nobody", "  group_wait: 30s", "  routes:"]
        lines += [f"    - {{matchers: ['team=\"{team}\"'], receiver: nobody}}" for team in teams]
        lines += ["receivers:", "  - name: nobody", ""]
        (self.folder / "alertmanager.yml").write_text("\n".join(lines))

    def start(self):
        self.launch(program("prometheus-alertmanager"), "--config.file=alertmanager.yml",
                    "--storage.path=data", f"--web.listen-address=127.0.0.1:{self.port}",
                    "--cluster.listen-address=", "--log.level=error")
        self.wait_for(lambda: self.answers("/-/ready"))


class Snmptrapd(Peer):
    """Debian's, writing a line for each trap into a file, which it does not sync."""

    name = "snmptrapd, log file"

    def __init__(self, folder, port):
        super().__init__(folder)
        self.port = port
        self.log_file = self.folder / "traps.log"
        (self.folder / "snmptrapd.conf").write_text("authCommunity log public\n")
        self._read = self._seen = 0

    def start(self):
        surroundings = os.environ | {"SNMPCONFPATH": str(self.folder), "MIBS": "",
                                     "SNMP_PERSISTENT_DIR": str(self.folder)}
        self.launch(program("snmptrapd"), "-f", "-n", "-Lf", self.log_file, "-c",
                    "snmptrapd.conf", "-C", f"udp:127.0.0.1:{self.port}", env=surroundings)
        self.wait_for(self.listens)

    def listens(self):
        port = f":{self.port:04X} "
        return any(port in line.split(" rem", 1)[0][:40]
                   for line in pathlib.Path("/proc/net/udp").read_text().splitlines()[1:])

    def taken(self):
        """Traps logged so far. Each has "[UDP: [SENDER]…" in its first line."""
        with open(self.log_file, "rb") as log:
            log.seek(self._read)
            new = log.read()
        whole = new[:new.rfind(b"\n") + 1]
        self._read += len(whole)
        self._seen += whole.count(b"[UDP: [")
        return self._seen


class PostgreSql(Peer):
    """A cluster of its own, by Debian's programs, with its durability as it comes."""

    name = "PostgreSQL"

    def __init__(self, folder, slowness):
        super().__init__(folder)
        if not (POSTGRES / "initdb").exists():
            raise PeerMissing(f"{POSTGRES}/initdb is not installed (postgresql-15)")
        self.port = free_port()
        self.slowness = slowness
        # It refuses to be root's; Debian has a user for it.
        self.user = "postgres" if os.getuid() == 0 else getpass.getuser()
        self.as_user = {"user": "postgres"} if os.getuid() == 0 else {}
        if self.as_user:
            shutil.chown(self.folder, "postgres")

    def start(self):
        data = self.folder / "data"
        done = subprocess.run([POSTGRES / "initdb", "-D", data, "-A", "trust", "-E", "UTF8",
                               "--no-instructions"], capture_output=True, text=True,
                              cwd=self.folder, **self.as_user)
        if done.returncode != 0:
            raise PeerMissing(f"initdb: {done.stderr.strip()}")
        self.launch(POSTGRES / "postgres", "-D", data, "-p", self.port, "-h", "127.0.0.1", "-k",
                    self.folder, env=os.environ | self.slowness, **self.as_user)
        self.wait_for(lambda: subprocess.run(
            [POSTGRES / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode == 0)
        subprocess.run([POSTGRES / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U",
                        self.user, "alerta"], check=True, cwd=self.folder)

    @property
    def url(self):
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/alerta"


class Alerta(Peer):
    """From PyPI, under gunicorn with 3 workers of 4 threads, without plugins, on PostgreSQL: what
    it has answered is in the database."""

    name = "Alerta on PostgreSQL"
    path = "/webhooks/prometheus"
    shape = "webhook"

    def __init__(self, folder, environment, slowness):
        """`environment`: of Python, with Alerta in it."""
        super().__init__(folder)
        self.folder.chmod(0o755)
        self.gunicorn = pathlib.Path(environment) / "bin" / "gunicorn"
        if not self.gunicorn.exists():
            raise PeerMissing(f"Alerta could not be installed from PyPI: see {environment}.log")
        self.database = PostgreSql(self.folder / "postgres", slowness)
        self.port = free_port()

    def start(self):
        self.database.start()
        settings = self.folder / "alertad.conf"
        settings.write_text(f"DATABASE_URL = {self.database.url!r}\nSECRET_KEY = 'of a benchmark'\n"
                            "PLUGINS = []\nAUTH_REQUIRED = False\nAUDIT_TRAIL = []\n")
        self.launch(self.gunicorn, "--workers=3", "--threads=4", "--worker-class=gthread",
                    "--keep-alive=60", "--log-level=warning", f"--bind=127.0.0.1:{self.port}",
                    "--preload", "alerta:create_app()",
                    env=os.environ | {"ALERTA_SVR_CONF_FILE": str(settings)})
        self.wait_for(lambda: self.answers("/management/gtg"))

    def __exit__(self, *_):
        super().__exit__()
        self.database.__exit__()

    def cpu_seconds(self):
        return super().cpu_seconds() + self.database.cpu_seconds()

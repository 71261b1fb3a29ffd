"""Who may what: tokens, roles, TLS, and the rule for listeners that other machines reach."""

import http.client
import re
import ssl
import subprocess

import pytest

from desk import DESKD, Desk, deskctl, link_down, request

BAD_CONFIGURATION = 78
TOKENS = {"anna": "0123456789abcdef-of-anna", "ben": "0123456789abcdef-of-ben",
          "carl": "0123456789abcdef-of-carl"}
ROLES = {"anna": "operator", "ben": "viewer", "carl": "admin"}
RANK = ["viewer", "operator", "admin"]


def http_section(tls=False, more_tokens=""):
    """What stands in `http` besides the address; each of TOKENS in a file of its own."""
    tokens = ", ".join(f"{{actor: {actor}, role: {role}, token_file: {actor}.token}}"
                       for actor, role in ROLES.items())
    files = ", tls: {certificate_file: server.pem, key_file: server.key}" if tls else ""
    return f"{files}, tokens: [{tokens}{more_tokens}]"


class GuardedDesk(Desk):
    """A deskd whose people have tokens, in files beside its configuration."""

    def __init__(self, folder, **section):
        super().__init__(folder, http=http_section(**section))
        for actor, token in TOKENS.items():
            self.write_token(actor, token)

    def write_token(self, actor, token):
        path = self.folder / f"{actor}.token"
        path.write_text(token + "\n")
        path.chmod(0o600)

    def ask(self, method, path, token=None, body=None, **headers):
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return request(self.port, method, path, body, headers)

    def reload(self, token=TOKENS["carl"]):
        answer = self.ask("POST", "/api/v1/reload", token)
        assert answer.status == 200, answer
        return answer.json


@pytest.fixture
def guarded(folder):
    with GuardedDesk(folder) as running:
        yield running


# Roles.

ROUTES = [
    ("GET", "/", None), ("GET", "/healthz", None), ("GET", "/readyz", None),
    ("GET", "/-/healthy", None), ("GET", "/-/ready", None),
    ("POST", "/in/hooks", None), ("POST", "/api/v2/alerts", None),
    ("GET", "/metrics", "viewer"), ("GET", "/api/v1/incidents", "viewer"),
    ("GET", "/api/v1/incidents/0-1", "viewer"), ("GET", "/api/v1/alarms", "viewer"),
    ("GET", "/api/v1/alerts", "viewer"), ("GET", "/api/v1/queues", "viewer"),
    ("GET", "/api/v1/sources", "viewer"), ("GET", "/api/v1/rules", "viewer"),
    ("GET", "/api/v2/alerts", "viewer"), ("GET", "/api/v2/status", "viewer"),
    ("POST", "/api/v1/incidents/0-1/ack", "operator"),
    ("POST", "/api/v1/alarms/0-1/clear", "operator"),
    ("GET", "/api/v1/dead-letters", "viewer"), ("DELETE", "/api/v1/dead-letters/0-1", "operator"),
    ("POST", "/api/v1/dead-letters/0-1/retry", "operator"),
    ("POST", "/api/v1/dead-letters/drop", "operator"),
    ("POST", "/api/v1/reload", "admin"),
]


def test_each_route_takes_the_role_it_needs(guarded):
    guarded.send(link_down(1))
    refused = {401: 0, 403: 0}
    for method, path, needed in ROUTES:
        for actor in (None, *TOKENS):
            answer = guarded.ask(method, path, TOKENS.get(actor), b"[]" if "2/al" in path else None)
            if needed is None or actor and RANK.index(ROLES[actor]) >= RANK.index(needed):
                assert answer.status not in (401, 403), (actor, method, path, answer)
                continue
            expected = 403 if actor else 401
            assert answer.status == expected, (actor, method, path, answer)
            assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="deskd"')
            assert actor is None or f"the role {needed}" in answer.json["detail"]
            refused[expected] += 1
    metrics = guarded.ask("GET", "/metrics", TOKENS["ben"]).body.decode()
    assert f'desk_api_refused_total{{reason="unauthorized"}} {refused[401]}\n' in metrics
    assert f'desk_api_refused_total{{reason="forbidden"}} {refused[403]}\n' in metrics


def test_the_timeline_names_who_has_the_token_and_no_claim(guarded):
    guarded.send(link_down(1))
    answer = guarded.ask("POST", "/api/v1/incidents/0-1/ack", TOKENS["anna"],
                         **{"X-Desk-Actor": "carl"})
    assert answer.status == 200, answer
    assert answer.json["acknowledged_by"] == "anna"
    assert answer.json["timeline"][-1]["actor"] == "anna"
    assert b"claimed" not in answer.body and b"carl" not in answer.body


# What is kept from others.

def test_tokens_appear_in_no_log_and_in_no_answer(guarded):
    presented = "a-token-that-is-nobody-s"
    for token in (*TOKENS.values(), presented):
        guarded.ask("POST", "/api/v1/reload", token)
        guarded.ask("GET", "/nowhere", token)
        guarded.ask("GET", "/api/v1/incidents?sort=nonsense", token)
    pages = [guarded.ask("GET", path, TOKENS["carl"]).body.decode()
             for path in ("/metrics", "/api/v1/sources", "/api/v1/rules", "/api/v1/incidents")]
    pages.append(guarded.log_path.read_text())
    for page in pages:
        for token in (*TOKENS.values(), presented):
            assert token not in page


def test_a_flood_of_wrong_tokens_is_one_line_in_the_log(guarded):
    for n in range(200):
        assert guarded.ask("GET", "/api/v1/incidents", f"wrong-token-number-{n}").status == 401
    assert guarded.log_path.read_text().count("requests are turned away") == 1


def test_a_mistake_does_not_show_the_token_in_its_line(folder):
    desk = Desk(folder)
    secret = "0123456789abcdef-in-the-open"
    desk.config.write_text(desk.config.read_text().replace(
        "http: {", f"http: {{tokens: [{{actor: anna, role: chief, token: {secret}}}], "))
    done = subprocess.run([DESKD, "--config", desk.config, "--check"], capture_output=True,
                          text=True, timeout=20)
    assert done.returncode == BAD_CONFIGURATION
    assert "'chief' is not a role" in done.stderr
    assert secret not in done.stderr + done.stdout


# Changing tokens.

def test_a_token_is_replaced_by_reload(guarded):
    def status(token):
        return guarded.ask("GET", "/api/v1/queues", token).status

    new = "fedcba9876543210-of-anna"
    guarded.write_token("anna", new)
    assert (status(TOKENS["anna"]), status(new)) == (200, 401)
    pid = guarded.process.pid
    guarded.reload()
    assert (status(TOKENS["anna"]), status(new)) == (401, 200)
    assert guarded.process.pid == pid and guarded.process.poll() is None

    guarded.write_token("anna", "short")
    answer = guarded.ask("POST", "/api/v1/reload", TOKENS["carl"])
    assert answer.status == 422 and "openssl rand -hex 32" in answer.json["text"]
    assert status(new) == 200, "a reload that was refused changes nothing"


def test_two_tokens_of_one_actor_overlap_while_one_replaces_the_other(folder):
    more = ", {actor: ben, role: viewer, token: second-token-of-ben}"
    with GuardedDesk(folder, more_tokens=more) as desk:
        for token in (TOKENS["ben"], "second-token-of-ben"):
            assert desk.ask("GET", "/api/v1/queues", token).status == 200


def test_tokens_come_from_the_environment_too(folder, monkeypatch):
    monkeypatch.setenv("DESKD_TEST_TOKEN", "token-of-the-environment")
    more = ", {actor: ben, role: viewer, token_env: DESKD_TEST_TOKEN}"
    with GuardedDesk(folder, more_tokens=more) as desk:
        assert desk.ask("GET", "/api/v1/queues", "token-of-the-environment").status == 200
        assert desk.ask("GET", "/api/v1/queues", "DESKD_TEST_TOKEN").status == 401


# deskctl.

def test_deskctl_sends_the_token_of_a_file_and_never_shows_it(guarded):
    file = guarded.folder / "anna.token"
    for how in ({"arguments": ["--token-file", file]}, {"env": {"DESKCTL_TOKEN_FILE": str(file)}}):
        done = deskctl("queues", *how.get("arguments", ()), url=guarded.url, env=how.get("env"))
        assert done.returncode == 0, done.stderr
        assert "noc-network" in done.stdout
    without = deskctl("queues", url=guarded.url)
    assert without.returncode == 4 and "token" in without.stderr
    forbidden = deskctl("reload", "--token-file", file, url=guarded.url)
    assert forbidden.returncode == 4 and "needs the role admin" in forbidden.stderr
    unreachable = deskctl("queues", "--token-file", file, url="http://127.0.0.1:1")
    assert unreachable.returncode == 5
    file.write_text(TOKENS["anna"] + "\tand more")
    unreadable = deskctl("queues", "--token-file", file, url=guarded.url)
    assert unreadable.returncode == 2
    for done in (without, forbidden, unreachable, unreadable):
        assert TOKENS["anna"] not in done.stdout + done.stderr


# TLS.

class Authority:
    """A CA of the test's own, made by the openssl command."""

    def __init__(self, folder):
        self.folder = folder
        self.certificate = folder / "ca.pem"
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                     "-nodes", "-days", "30", "-subj", "/CN=Test CA", "-keyout",
                     folder / "ca.key", "-out", self.certificate)

    def openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def issue(self, name, days=30):
        """Puts a certificate for 127.0.0.1 into server.pem and server.key."""
        key, wish, issued = (self.folder / n for n in ("new.key", "new.csr", "new.pem"))
        (self.folder / "san").write_text("subjectAltName=IP:127.0.0.1\n")
        self.openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                     "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", wish)
        self.openssl("x509", "-req", "-in", wish, "-CA", self.certificate, "-CAkey",
                     self.folder / "ca.key", "-CAcreateserial", "-days", days, "-extfile",
                     self.folder / "san", "-out", issued)
        key.chmod(0o600)
        key.replace(self.folder / "server.key")
        issued.replace(self.folder / "server.pem")


class SecuredDesk(GuardedDesk):
    """A guarded deskd that speaks TLS, asked by curl."""

    def __init__(self, folder, authority):
        self.authority = authority
        super().__init__(folder, tls=True)

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def curl(self, path, *options, token=TOKENS["carl"]):
        return subprocess.run(
            ["curl", "-sS", "--noproxy", "*", "--cacert", self.authority.certificate, "-H",
             f"Authorization: Bearer {token}", *options, self.url + path],
            capture_output=True, text=True, timeout=30)

    def is_ready(self):
        assert self.process.poll() is None, f"deskd ended with {self.process.returncode}"
        return self.curl("/readyz").stdout == "ready\n"

    def shown_name(self):
        """The name in the certificate that a new connection gets."""
        pem = ssl.get_server_certificate(("127.0.0.1", self.port))
        done = subprocess.run(["openssl", "x509", "-noout", "-subject"], input=pem,
                              capture_output=True, text=True, check=True)
        return re.search(r"CN ?= ?(.*)", done.stdout)[1]


@pytest.fixture
def authority(folder):
    made = Authority(folder)
    made.issue("first")
    return made


def test_curl_and_deskctl_speak_tls(folder, authority):
    with SecuredDesk(folder, authority) as desk:
        assert "noc-network" in desk.curl("/api/v1/queues").stdout
        distrusting = subprocess.run(["curl", "-sS", "--noproxy", "*", desk.url + "/healthz"],
                                     capture_output=True, text=True, timeout=30)
        assert distrusting.returncode == 60, "a CA that nobody trusts"
        token = ["--token-file", folder / "anna.token"]
        for arguments, env in ((["--ca-file", authority.certificate], {}),
                               ([], {"DESKCTL_CA_FILE": str(authority.certificate)})):
            done = deskctl("queues", *token, *arguments, url=desk.url, env=env)
            assert done.returncode == 0, done.stderr
            assert "noc-network" in done.stdout
        distrusting = deskctl("queues", *token, url=desk.url)
        assert distrusting.returncode == 5
        missing = deskctl("queues", *token, "--ca-file", folder / "no.pem", url=desk.url)
        assert missing.returncode == 2 and "no.pem" in missing.stderr
        plain = request(desk.port, "GET", "/healthz")
        assert plain.status == 400 and "https://" in plain.json["detail"]
        assert f"https://127.0.0.1:{desk.port}" in desk.log_path.read_text()
        metrics = desk.curl("/metrics").stdout
        assert re.search(r"^desk_tls_certificate_end_timestamp_seconds \d", metrics, re.M)


def test_a_certificate_is_replaced_by_reload(folder, authority):
    with SecuredDesk(folder, authority) as desk:
        context = ssl.create_default_context(cafile=authority.certificate)
        held = http.client.HTTPSConnection("127.0.0.1", desk.port, context=context, timeout=30)
        held.request("GET", "/healthz")
        assert held.getresponse().read() == b"alive\n"
        held_socket = held.sock

        authority.issue("second")
        assert desk.shown_name() == "first"
        assert desk.curl("/api/v1/reload", "-X", "POST", "-f").returncode == 0
        assert desk.shown_name() == "second"
        held.request("GET", "/healthz")
        assert held.getresponse().read() == b"alive\n"
        assert held.sock is held_socket, "an established connection stays"
        held.close()

        (folder / "server.key").write_bytes((folder / "ca.key").read_bytes())
        refused = desk.curl("/api/v1/reload", "-X", "POST")
        assert "server.key is not the key of that certificate" in refused.stdout
        assert desk.shown_name() == "second", "the old one stays"


def test_tls_is_switched_on_by_reload(folder, authority):
    with GuardedDesk(folder) as desk:
        desk.http = http_section(tls=True)
        desk.write_config(folder / "data")
        desk.reload()
        secured = SecuredDesk.__new__(SecuredDesk)
        secured.authority, secured.port = authority, desk.port
        assert secured.curl("/healthz").stdout == "alive\n"
        assert desk.ask("GET", "/healthz").status == 400


def test_a_certificate_that_soon_ends_is_told_and_used(folder, authority):
    authority.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-days", "1", "-subj", "/CN=soon", "-keyout",
                      folder / "server.key", "-out", folder / "server.pem")
    desk = SecuredDesk(folder, authority)
    done = subprocess.run([DESKD, "--config", desk.config, "--check"], capture_output=True,
                          text=True, timeout=20)
    assert done.returncode == 0
    assert "warning: " in done.stderr and "server.pem runs out at 2" in done.stderr


# Beyond loopback.

def check(desk):
    return subprocess.run([DESKD, "--config", desk.config, "--check"], capture_output=True,
                          text=True, timeout=20, cwd=desk.folder)


def test_other_machines_are_let_in_only_to_prove_who_they_are(folder):
    desk = Desk(folder)
    text = desk.config.read_text().replace("127.0.0.1", "0.0.0.0")
    desk.config.write_text(text)
    for options in ([], ["--check"]):
        done = subprocess.run([DESKD, "--config", desk.config, *options], capture_output=True,
                              text=True, timeout=20)
        assert done.returncode == BAD_CONFIGURATION
        assert f"{desk.config}:1:16: error: listening on 0.0.0.0:{desk.port} lets other machines " \
               "in and so needs http.tokens" in done.stderr
        for line, source in ((6, "prometheus"), (7, "alertmanager"), (8, "hooks")):
            assert f"{desk.config}:{line}:5: error: source '{source}' needs 'auth'" in done.stderr

    tokens = "tokens: [{actor: anna, role: admin, token: 0123456789abcdef-of-anna}], "
    desk.config.write_text(text.replace("http: {", "http: {" + tokens))
    done = check(desk)
    assert done.returncode == BAD_CONFIGURATION
    assert "http.tokens" not in done.stderr and "needs 'auth'" in done.stderr

    proved = re.sub(r"(kind: \w+)", r"\1, auth: {token: 0123456789abcdef}", text)
    desk.config.write_text(proved.replace("http: {", "http: {" + tokens))
    done = check(desk)
    assert done.returncode == 0, done.stderr
    assert "warning: without http.tls tokens and passwords travel readable" in done.stderr


def test_a_reload_does_not_open_a_listener_that_others_reach(folder):
    desk = Desk(folder)
    loopback = desk.config.read_text()
    tokens = f"tokens: [{{actor: carl, role: admin, token: {TOKENS['carl']}}}], "
    text = re.sub(r"(kind: \w+)", r"\1, auth: {token: 0123456789abcdef}", loopback)
    desk.config.write_text(
        text.replace("http: {", "http: {" + tokens).replace("127.0.0.1", "0.0.0.0"))
    with desk:
        desk.config.write_text(loopback)
        answer = desk.post("/api/v1/reload", headers={"Authorization": "Bearer " + TOKENS["carl"]})
        assert answer.status == 422, answer
        assert "until it is restarted" in answer.json["text"]
        assert desk.get("/api/v1/incidents").status == 401

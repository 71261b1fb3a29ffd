"""An unmodified Alertmanager with deskd as its webhook receiver, and its own amtool with deskd as
its Alertmanager."""

import json
import subprocess

import pytest
from desk import free_port, request, wait_until

CONFIG = """\
route: {{receiver: deskd, group_by: [alertname], group_wait: 1s, group_interval: 1s}}
receivers:
  - name: deskd
    webhook_configs: [{{url: "{url}/in/alertmanager", send_resolved: true}}]
"""


@pytest.fixture
def alertmanager(program, desk, tmp_path):
    """The port of an Alertmanager."""
    port = free_port()
    (tmp_path / "alertmanager.yml").write_text(CONFIG.format(url=desk.url))
    with open(tmp_path / "alertmanager.log", "wb") as log:
        process = subprocess.Popen(
            [program("prometheus-alertmanager"), f"--config.file={tmp_path}/alertmanager.yml",
             f"--storage.path={tmp_path}/am", f"--web.listen-address=127.0.0.1:{port}",
             "--cluster.listen-address="], stdout=log, stderr=log)
    yield port
    process.kill()
    process.wait()


def post(port, alerts):
    """Whether Alertmanager took them; not before it listens."""
    try:
        return request(port, "POST", "/api/v2/alerts", alerts).status == 200
    except OSError:
        return False


def test_its_webhook_opens_and_resolves(desk, alertmanager):
    def alert(instance, **more):
        return {"labels": {"alertname": "DiskFull", "instance": instance, "severity": "warning",
                           "team": "sre"},
                "annotations": {"summary": f"Disk full on {instance}"}, **more}

    wait_until("Alertmanager takes alerts",
               lambda: post(alertmanager, [alert("db-1"), alert("db-2")]))
    incidents = wait_until("two incidents are open",
                           lambda: (found := desk.incidents()) if len(desk.incidents()) == 2 else None)
    incidents = desk.incidents()
    assert sorted(i["title"] for i in incidents) == ["Disk full on db-1", "Disk full on db-2"]
    assert {i["queue"] for i in incidents} == {"sre"}
    assert {i["severity"] for i in incidents} == {"warning"}

    assert post(alertmanager, [alert("db-1", endsAt="2026-01-01T00:00:00Z",
                                     startsAt="2025-12-31T00:00:00Z")])
    wait_until("the first one resolves by itself", lambda: desk.incidents(state="resolved"))
    [resolved] = desk.incidents(state="resolved")
    assert resolved["title"] == "Disk full on db-1"
    assert len(desk.incidents(state="new")) == 1
    desk.assert_books_balance()


@pytest.fixture
def amtool(program, desk):
    path = program("amtool")

    def run(*arguments):
        done = subprocess.run([path, f"--alertmanager.url={desk.url}", *arguments],
                              capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    return run


def test_amtool_adds_and_queries(desk, amtool):
    amtool("alert", "add", "alertname=LinkDown", "instance=edge-7", "severity=critical",
           "team=sre", "--annotation=summary=Link down on edge-7")
    amtool("alert", "add", "alertname=DiskFull", "instance=db-1", "severity=warning")
    queues = {i["title"]: i["queue"] for i in desk.incidents()}
    assert queues["Link down on edge-7"] == "sre"
    assert len(queues) == 2

    shown = amtool("alert", "query")
    assert "LinkDown" in shown and "DiskFull" in shown
    one = json.loads(amtool("-o", "json", "alert", "query", "alertname=LinkDown"))
    assert [a["labels"]["instance"] for a in one] == ["edge-7"]
    assert len(one[0]["fingerprint"]) == 16
    assert one[0]["status"]["state"] == "active"
    pattern = json.loads(amtool("-o", "json", "alert", "query", 'instance=~"db-.*"'))
    assert [a["labels"]["alertname"] for a in pattern] == ["DiskFull"]
    assert json.loads(amtool("-o", "json", "alert", "query", "alertname=Nothing")) == []


def test_amtool_ends_an_alert(desk, amtool):
    labels = ["alertname=LinkDown", "instance=edge-7", "severity=critical"]
    amtool("alert", "add", *labels)
    [incident] = desk.incidents()
    amtool("alert", "add", *labels, "--start=2025-12-31T00:00:00Z", "--end=2026-01-01T00:00:00Z")
    assert desk.incident(incident["id"])["state"] == "resolved"
    assert json.loads(amtool("-o", "json", "alert", "query")) == []


def test_amtool_shows_the_status(amtool):
    assert amtool("config", "show") != ""

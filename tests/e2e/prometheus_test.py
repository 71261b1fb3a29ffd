"""An unmodified Prometheus with deskd as its Alertmanager."""

import json
import signal
import subprocess
import urllib.request

import pytest
from desk import free_port, wait_until

CONFIG = """\
global: {{evaluation_interval: 1s, external_labels: {{replica: a}}}}
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""
FIRING = """\
groups:
  - name: test
    rules:
      - alert: LinkDown
        expr: vector(1) > {threshold}
        labels: {severity: critical, team: sre, instance: edge-7}
        annotations: {summary: Link down on edge-7}
"""


def rules(threshold):
    return FIRING.replace("{threshold}", str(threshold))


class Prometheus:
    def __init__(self, path, folder, alertmanager_port):
        self.port = free_port()
        self.folder = folder
        (folder / "prometheus.yml").write_text(CONFIG.format(port=alertmanager_port))
        self.write_rules(rules(0))
        self.log = open(folder / "prometheus.log", "wb")
        self.process = subprocess.Popen(
            [path, f"--config.file={folder}/prometheus.yml",
             f"--storage.tsdb.path={folder}/tsdb", f"--web.listen-address=127.0.0.1:{self.port}",
             "--rules.alert.resend-delay=1s"], stdout=self.log, stderr=self.log)

    def write_rules(self, text):
        (self.folder / "rules.yml").write_text(text)

    def reload(self, text):
        self.write_rules(text)
        self.process.send_signal(signal.SIGHUP)

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return json.load(answer)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


@pytest.fixture
def prometheus(program, desk, tmp_path):
    peer = Prometheus(program("prometheus"), tmp_path, desk.port)
    yield peer
    peer.stop()


def test_an_alert_fires_stays_one_alarm_and_resolves(desk, prometheus):
    [incident] = wait_until("an incident is open", desk.incidents, 60)
    assert incident["queue"] == "sre"
    assert incident["severity"] == "critical"
    assert incident["title"] == "Link down on edge-7"

    # It sends the alert again and again.
    wait_until("the alarm counts repeats",
               lambda: desk.incident(incident["id"])["alert_count"] >= 4, 60)
    [alarm] = desk.incident(incident["id"])["alarms"]
    assert (alarm["type"], alarm["resource"]) == ("LinkDown", "edge-7")
    assert len(alarm["origins"]) == 1
    assert alarm["origins"][0]["sender"].endswith(f":{prometheus.port}")
    active = prometheus.get("/api/v1/alertmanagers")["data"]["activeAlertmanagers"]
    assert [a["url"] for a in active] == [f"{desk.url}/api/v2/alerts"]

    prometheus.reload(rules(5))
    wait_until("the incident resolves by itself",
               lambda: desk.incident(incident["id"])["state"] == "resolved", 60)
    assert len(desk.incidents()) == 1
    assert len(desk.items("/api/v1/alarms")) == 1
    books = {s["name"]: s for s in desk.get("/api/v1/sources").json["items"]}["prometheus"]
    assert books["outcomes"]["malformed"] == 0
    assert books["outcomes"]["raised"] == 1
    desk.assert_books_balance()


def test_nothing_it_sent_was_refused(desk, prometheus):
    wait_until("an incident is open", desk.incidents, 60)
    wait_until("it sent something",
               lambda: "prometheus_notifications_sent_total" in scrape(prometheus), 60)
    lines = scrape(prometheus).splitlines()
    errors = [line for line in lines
              if line.startswith("prometheus_notifications_errors_total{")]
    assert errors and all(line.endswith(" 0") for line in errors), errors


def scrape(prometheus):
    url = f"http://127.0.0.1:{prometheus.port}/metrics"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()

"""Why: what would become of a payload, what became of what came in, and who decided it."""

import json
import subprocess

from desk import DESKCTL, Desk, deskctl, link_down, wait_until

OK, NOT_FOUND, REFUSED, UNREACHABLE, BAD_CONFIGURATION = 0, 3, 4, 5, 78


def shown(done, code=OK):
    assert done.returncode == code, (done.args, done.stdout, done.stderr)
    return done.stdout


def payload(folder, body):
    path = folder / "payload.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body))
    return path


def without(explained, *names):
    """`explained` without what depends on the moment or on a daemon."""
    alerts = [{**one, "alert": {k: v for k, v in one["alert"].items() if k not in names}}
              for one in explained["alerts"]]
    for one in alerts:
        one.pop("follows")
    return {**explained, "alerts": alerts}


def test_with_and_without_a_daemon_the_same_is_explained(desk, tmp_path):
    path = payload(tmp_path, [link_down(7, labels={"team": "sre"}), {"status": "odd"}])
    moment = ("received_at", "event_at")
    for more in ([], ["--rule", "services"], ["--rule", "links"]):
        asked = desk.ctl("rules", "explain", "--source", "hooks", *more, path, "--json")
        read = deskctl("rules", "explain", "--source", "hooks", *more, "--config", desk.config, path,
                       "--json", url="http://127.0.0.1:1")
        by_daemon, by_files = (json.loads(shown(done, REFUSED)) for done in (asked, read))
        assert by_daemon["alerts"][0]["follows"]["outcome"] == "raised"
        assert by_files["alerts"][0]["follows"] is None
        by_daemon, by_files = (without(one, *moment) for one in (by_daemon, by_files))
        files = json.dumps(by_files)
        assert json.loads(files.replace(f"{desk.folder}/", "")) == \
            json.loads(json.dumps(by_daemon).replace(f"{desk.folder}/", ""))
        assert by_daemon["malformed"][0]["pointer"] == "/1/status"

    answer = desk.post("/api/v1/explain?source=hooks", link_down(7, labels={"team": "sre"}))
    assert answer.status == 200
    assert answer.json["alerts"][0]["verdict"]["queue"]["rule"] == "links"
    assert desk.items("/api/v1/alarms") == []
    desk.assert_books_balance()


def test_a_page_for_people(desk, tmp_path):
    path = payload(tmp_path, link_down(7))
    page = shown(desk.ctl("rules", "explain", "--source", "hooks", path))
    for part in ("linkDown", "edge-7", "noc-network", "links", "10-test.yaml:2", "matched",
                 "1 rule did not match", "opens in queue noc-network"):
        assert part in page, (part, page)
    page = shown(desk.ctl("rules", "explain", "--source", "hooks", "--rule", "services", path))
    assert "when.labels.team" in page and "wanted sre, labels.team is missing" in page
    desk.send(link_down(7))
    assert "fires already" in shown(desk.ctl("rules", "explain", "--source", "hooks", path))

    offline = deskctl("rules", "explain", "--source", "hooks", "--config", desk.config, path, url="")
    assert "ask a running deskd" in shown(offline)


def test_a_payload_may_come_by_standard_input(desk):
    done = subprocess.run([str(DESKCTL), "--url", desk.url, "rules", "explain", "--source", "hooks"],
                          input=json.dumps(link_down(7)), capture_output=True, text=True, timeout=60)
    assert "noc-network" in shown(done)


def test_mistakes_have_exit_codes(desk, tmp_path):
    good, bad = payload(tmp_path, link_down(7)), tmp_path / "bad.json"
    bad.write_text('{"resource": ')
    source = ["rules", "explain", "--source", "hooks"]
    for config in ([], ["--config", desk.config]):
        broken = desk.ctl(*source, *config, bad)
        assert "Malformed" in shown(broken, REFUSED) and "not JSON at line 1" in broken.stdout
        wrong = desk.ctl("rules", "explain", "--source", "hook", *config, good)
        shown(wrong, NOT_FOUND)
        assert "nearest: 'hooks'" in wrong.stderr
        wrong = desk.ctl(*source, "--rule", "link", *config, good)
        shown(wrong, NOT_FOUND)
        assert "nearest: 'links'" in wrong.stderr
    shown(desk.ctl(*source, tmp_path / "nowhere"), 2)
    shown(deskctl(*source, good, url="http://127.0.0.1:1"), UNREACHABLE)
    desk.write_rules("rules: [{nam: x}]")
    shown(desk.ctl(*source, "--config", desk.config, good), BAD_CONFIGURATION)


def test_what_was_malformed_is_found_again(desk):
    desk.send(link_down(1))
    answer = desk.post("/in/hooks", [link_down(2), {"resource": "edge-3", "status": "odd"}])
    assert answer.status == 400
    desk.post("/in/hooks", b'{"resource": "\xff"}')

    items = desk.items("/api/v1/alerts")
    assert [item["outcome"] for item in items] == ["malformed", "malformed", "raised", "raised"] \
        or sorted(item["outcome"] for item in items) == ["malformed"] * 2 + ["raised"] * 2
    bad = desk.items("/api/v1/alerts", outcome="malformed")
    assert [one["turned_away"]["pointer"] for one in bad] == ["", "/1/status"]
    assert json.loads(bad[1]["raw"]) == {"resource": "edge-3", "status": "odd"}
    raised = desk.items("/api/v1/alerts", outcome="raised")
    assert [json.loads(one["raw"])["resource"] for one in raised] == ["edge-2", "edge-1"]

    page = shown(desk.ctl("alerts", "--outcome", "malformed"))
    assert "/1/status: " in page and '"edge-3"' in page and "127.0.0.1" in page
    assert "\ufffd" in page
    assert "/1/status: " in shown(desk.ctl("alerts"))
    assert '"Link down on edge-1"' in shown(desk.ctl("alerts", "--raw", "--outcome", "raised"))
    sources = shown(desk.ctl("sources"))
    assert "malformed" in sources and "/1/status" in sources


def test_a_message_that_is_refused_for_its_key_is_found_again(desk):
    desk.send(link_down(1), key="k")
    answer = desk.post("/in/hooks", link_down(2), {"Idempotency-Key": "k"})
    assert answer.status == 422
    [refused] = desk.items("/api/v1/alerts", outcome="refused")
    assert "Idempotency-Key" in refused["turned_away"]["detail"]
    assert json.loads(refused["raw"])["resource"] == "edge-2"
    desk.assert_books_balance()


def test_after_a_restart_alerts_are_there_and_their_messages_are_not(folder):
    desk = Desk(folder)
    with desk:
        desk.send(link_down(1))
        assert desk.items("/api/v1/alerts")[0]["raw"]
        desk.stop()
        desk.start()
        [alert] = desk.items("/api/v1/alerts")
        assert alert["resource"] == "edge-1" and alert["raw"] is None


def test_follow_mode_sees_both(desk, tmp_path):
    log = tmp_path / "followed"
    with open(log, "w") as out:
        process = subprocess.Popen([str(DESKCTL), "--url", desk.url, "alerts", "-f"], stdout=out)
    try:
        desk.send(link_down(1))
        wait_until("the alert is followed", lambda: "edge-1" in log.read_text())
        desk.post("/in/hooks", {"status": "odd"})
        wait_until("the malformed one too", lambda: "/status: " in log.read_text())
        assert log.read_text().count("edge-1\n") <= 1
    finally:
        process.kill()
        process.wait()
    lines = log.read_text().splitlines()
    assert len(lines) == 2 and "raised" in lines[0] and "malformed" in lines[1]


def test_every_rule_command_has_help_with_an_example():
    text = shown(deskctl("rules", "explain", "--help", url=""))
    assert "Example" in text and "deskctl rules explain" in text and "--config" in text

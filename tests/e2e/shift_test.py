"""A night shift: 40 incidents, two people, one desk. What a NOC does from eight to eight, by API
and by deskctl, with faults that flap, colleagues who reach for the same thing, and a machine that
loses power twice. At the end the books must agree with the lists."""

import collections
import concurrent.futures
import datetime
import time

import pytest
from desk import Desk, request, wait_until

RULES = """\
rules:
  - name: worst
    why: What is critical is urgent, whatever it is.
    owner: noc
    when: {severity: critical}
    then: {impact: high, urgency: high}
  - name: links
    why: A test needs a rule.
    owner: noc
    when: {type: linkDown}
    then: {queue: noc-network, class: network.link, impact: high, urgency: medium}
  - name: services
    why: Another one.
    owner: sre
    when: {labels.team: sre}
    then: {queue: sre, class: service, impact: medium, urgency: medium}
"""

LINKS, SERVICES, DISKS = range(1, 21), range(21, 33), range(33, 41)
OPEN = ("new", "assigned", "in_progress", "pending")


def fault(n, severity="major", status="firing"):
    """The alert of the shift's fault number `n`, by the sender that watches it."""
    alert = {"resource": f"host-{n}", "status": status, "severity": severity,
             "sender": f"probe-{n % 4}", "summary": f"Fault {n}"}
    if n in LINKS:
        return alert | {"type": "linkDown"}
    if n in SERVICES:
        return alert | {"type": "SlowAnswers", "labels": {"team": "sre"}}
    return alert | {"type": "DiskFull"}


class Person:
    """Somebody on shift with a token of their own."""

    def __init__(self, name, folder):
        self.name = name
        self.token = f"{name}-of-the-shift-0123456789abcdef"
        self.token_file = folder / f"{name}.token"
        self.token_file.touch(mode=0o600)
        self.token_file.write_text(self.token + "\n")
        self.desk = None

    def post(self, path, body=None, **headers):
        """`if_match="7"` is the header If-Match: 7."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return request(self.desk.port, "POST", path, body,
                       {"Authorization": f"Bearer {self.token}"} | named)

    def act(self, incident, action, **body):
        """The incident after it; it must be allowed."""
        answer = self.post(f"/api/v1/incidents/{incident}/{action}", body)
        assert answer.status == 200, (incident, action, answer)
        return answer.json

    def refused(self, incident, action, status, **body):
        """The words of the refusal."""
        answer = self.post(f"/api/v1/incidents/{incident}/{action}", body)
        assert answer.status == status, (incident, action, answer)
        return answer.json["detail"]

    def next(self, queue):
        """The id of what they were given, or None."""
        answer = self.post(f"/api/v1/queues/{queue}/next")
        if answer.status == 204:
            return None
        assert answer.status == 200 and answer.json["person"] == self.name, answer
        return answer.json["id"]

    def ctl(self, *arguments, code=0):
        """What deskctl says."""
        done = self.desk.ctl(*arguments, env={"DESKCTL_TOKEN_FILE": str(self.token_file)})
        assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr


@pytest.fixture
def shift(folder):
    """(desk, anna, ben): 40 faults fire already, from four senders, an incident each."""
    anna, ben = Person("anna", folder), Person("ben", folder)
    tokens = ", ".join(f"{{actor: {who.name}, role: operator, token_file: {who.token_file.name}}}"
                       for who in (anna, ben))
    with Desk(folder, rules=RULES, http=f", tokens: [{tokens}]", token=anna.token) as desk:
        anna.desk = ben.desk = desk
        desk.send(*[fault(n, "critical" if n in (3, 11) else "major") for n in range(1, 41)])
        sizes = [len(desk.incidents(queue=queue)) for queue in ("noc-network", "sre", "triage")]
        assert sizes == [20, 12, 8]
        yield desk, anna, ben


def id_of(desk, n):
    """The newest incident of fault `n`."""
    return desk.incidents(resource=f"host-{n}")[0]["id"]


def actions(desk, incident):
    """[(actor, action)] of its timeline."""
    return [(entry["actor"], entry["action"]) for entry in desk.incident(incident)["timeline"]]


def restart(desk):
    """The power goes and comes back."""
    desk.kill()
    desk.start()


def in_seconds(seconds):
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return then.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def together(calls):
    """The results of calls that begin at the same moment, each on a thread of its own."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


# The walk. Each part leaves the desk to the next one.


def sees_what_waits(desk, anna):
    queues = anna.ctl("queues")
    assert "noc-network" in queues and "P1 2" in queues and "P2 18" in queues, queues
    listed = anna.ctl("incidents", "--queue", "noc-network", "--sort", "priority")
    rows = [line.split()[0] for line in listed.splitlines() if line.startswith("0-")]
    assert rows == [id_of(desk, n) for n in (3, 11, *(n for n in LINKS if n not in (3, 11)))]
    by_api = {queue["name"]: queue for queue in desk.items("/api/v1/queues")}
    assert by_api["sre"]["backlog"]["P3"] == 12 and by_api["triage"]["unacknowledged"] == 8


def works_on_one(desk, anna, ben):
    first = id_of(desk, 1)
    anna.ctl("incident", first, "ack")
    anna.ctl("incident", first, "take")
    anna.ctl("incident", first, "start", "-m", "on the phone with the carrier")
    seen = desk.incident(first)
    assert (seen["state"], seen["person"]) == ("in_progress", "anna")
    assert seen["acknowledged_by"] == "anna"
    assert anna.act(first, "take")["version"] == seen["version"], "hers already: nothing changes"
    assert "anna" in ben.refused(first, "take", 409)
    assert "in_progress" in ben.refused(first, "close", 409)
    assert ben.act(first, "take", force=True, reason="anna has left")["person"] == "ben"
    assert ("anna", "start") in actions(desk, first) and ("ben", "take") in actions(desk, first)


def hands_over(desk, anna, ben):
    link, service = id_of(desk, 2), id_of(desk, 21)
    anna.ctl("incident", link, "take")
    anna.ctl("incident", link, "assign", "--person", "ben", "-m", "you know that site")
    assert (desk.incident(link)["state"], desk.incident(link)["person"]) == ("assigned", "ben")
    moved = anna.act(link, "assign", queue="sre", reason="it is their proxy")
    assert (moved["state"], moved["person"], moved["queue"]) == ("new", None, "sre")
    assert ben.next("sre") == link, "the most urgent there"
    assert ben.act(service, "assign", queue="triage")["queue"] == "triage"
    assert "sre" in ben.refused(service, "assign", 400, queue="sree"), "names the nearest"
    assert ben.act(link, "release")["state"] == "new"
    assert ben.next("sre") == link


def two_reach_for_one(desk, anna, ben):
    for n in range(33, 36):
        wanted = id_of(desk, n)
        version = str(desk.incident(wanted)["version"])
        answers = together([lambda who=who: who.post(f"/api/v1/incidents/{wanted}/take", {},
                                                     if_match=version) for who in (anna, ben)])
        assert sorted(answer.status for answer in answers) == [200, 412], answers
        loser = next(answer for answer in answers if answer.status == 412)
        winner = (anna, ben)[[answer.status for answer in answers].index(200)]
        assert f"not {version}; last: take by {winner.name}" in loser.json["detail"], loser
        assert desk.incident(wanted)["person"] == winner.name
    for n in range(36, 39):
        wanted = id_of(desk, n)
        answers = together([lambda who=who: who.post(f"/api/v1/incidents/{wanted}/take")
                            for who in (anna, ben)])
        assert sorted(answer.status for answer in answers) == [200, 409], answers
        winner = (anna, ben)[[answer.status for answer in answers].index(200)]
        loser = next(answer for answer in answers if answer.status == 409)
        assert winner.name in loser.json["detail"], loser


def empty_a_queue_together(desk, anna, ben):
    """Two people until it is empty, then 50 calls at one moment."""
    waiting = [incident["id"] for incident in
               desk.incidents(queue="noc-network", state="new", sort="priority")]
    turns = together([lambda who=who: list(iter(lambda: who.next("noc-network"), None))
                      for who in (anna, ben)])
    assert sorted(turns[0] + turns[1]) == sorted(waiting), "each once"
    for given in turns:
        assert given == [id for id in waiting if id in given], "the most urgent first"
    assert "noc-network" in anna.ctl("next", "noc-network", code=3)

    waiting = [incident["id"] for incident in desk.incidents(queue="sre", state="new")]
    assert len(waiting) == 11
    given = together([lambda who=who: who.next("sre") for who in (anna, ben) * 25])
    assert sorted(filter(None, given)) == sorted(waiting), "each once, and none to the others"
    assert given.count(None) == 50 - len(waiting)


def puts_off(desk, anna):
    """One wakes while deskd runs, one after a restart."""
    soon, later = id_of(desk, 4), id_of(desk, 5)
    for incident, until in ((soon, in_seconds(1.5)), (later, in_seconds(8))):
        anna.act(incident, "take", force=True)
        pending = anna.act(incident, "pend", until=until, reason="a technician drives there")
        assert (pending["state"], pending["pending_until"]) == ("pending", until)
    wait_until("it wakes", lambda: desk.incident(soon)["state"] == "in_progress", 10)
    restart(desk)
    assert desk.incident(later)["state"] == "pending", "still, after the restart"
    wait_until("it wakes too", lambda: desk.incident(later)["state"] == "in_progress", 20)
    for incident in (soon, later):
        timeline = desk.incident(incident)["timeline"]
        put_off = next(entry for entry in timeline if entry["action"] == "pend")
        woken = next(entry for entry in timeline if entry["action"] == "woken")
        until = put_off["text"].split()[1].rstrip(":")
        assert woken["at"] >= until, (put_off, woken)
        assert desk.incident(incident)["pending_until"] is None
        assert [entry["action"] for entry in timeline].count("woken") == 1


def resolves_while_it_fires(desk, anna):
    repeated, worse, flapping = (id_of(desk, n) for n in (6, 7, 8))
    for incident in (repeated, worse, flapping):
        anna.ctl("incident", incident, "resolve", "-m", "rebooted")
    desk.send(fault(6), fault(7), fault(8))
    assert {desk.incident(i)["state"] for i in (repeated, worse, flapping)} == {"resolved"}
    desk.send(fault(7, "critical"))
    assert desk.incident(worse)["state"] == "assigned", "worse than ever: back to who had it"
    desk.send(fault(8, status="resolved"), fault(8))
    assert desk.incident(flapping)["state"] == "assigned", "raised anew"
    assert ("anna", "resolve") in actions(desk, repeated)
    assert id_of(desk, 7) == worse and id_of(desk, 8) == flapping, "no second incident"


def flaps(desk, anna):
    worked_on, untouched = id_of(desk, 9), id_of(desk, 39)
    anna.act(worked_on, "start")
    assert desk.incident(untouched)["state"] == "new"
    desk.send(*[fault(n, status=status) for status in ("resolved", "firing", "resolved", "firing")
                for n in (9, 39)])
    assert desk.incident(worked_on)["state"] == "in_progress"
    assert id_of(desk, 9) == worked_on
    assert desk.incident(untouched)["state"] == "resolved", "by itself"
    assert len(desk.incidents(q="Fault 39")) == 3, "each raise after that opened one"


def closes_and_changes_its_mind(desk, anna):
    closed, cancelled = id_of(desk, 10), id_of(desk, 12)
    anna.act(closed, "resolve", text="done")
    assert "resolved" in anna.refused(closed, "resolve", 409)
    assert anna.act(closed, "close")["state"] == "closed"
    assert anna.act(closed, "reopen", reason="not done")["state"] == "assigned"
    assert anna.act(cancelled, "cancel", reason="works on the power")["state"] == "cancelled"
    desk.send(fault(12))
    assert id_of(desk, 12) == cancelled, "a repeat opens nothing"
    desk.send(fault(12, "critical"))
    assert id_of(desk, 12) != cancelled, "worse than it ever was"


def pins_a_priority(desk, anna):
    incident = id_of(desk, 13)
    anna.ctl("incident", incident, "set", "--priority", "P5", "-m", "nobody lives there")
    desk.send(fault(13, "critical"))
    seen = desk.incident(incident)
    assert (seen["priority"], seen["severity"], seen["pinned"]) == ("P5", "critical", ["priority"])
    assert "P1" in anna.refused(incident, "set", 400, priority="P0")


def acts_on_many(desk, anna):
    four = [id_of(desk, n) for n in (14, 15, 16)] + [id_of(desk, 12)]
    anna.act(four[0], "resolve")
    answer = anna.post("/api/v1/incidents/actions",
                       {"ids": four, "action": "resolve", "text": "storm"})
    assert answer.status == 200, answer
    results = {item["id"]: item for item in answer.json["items"]}
    assert [results[id]["status"] for id in four] == [409, 200, 200, 200], answer
    assert "resolved" in results[four[0]]["detail"]
    before = {incident["id"] for incident in desk.incidents(queue="sre", state="open")}
    said = anna.ctl("incidents", "--queue", "sre", "--state", "open", "--apply", "--yes", "note",
                    "-m", "the storm is over")
    assert all(id in said for id in before), said
    for incident in before:
        assert ("anna", "note") in actions(desk, incident)


def raises_and_clears_by_hand(desk, anna):
    raised = anna.ctl("raise", "Water under the floor", "--queue", "triage", "--impact", "high",
                      "--urgency", "high", "--resource", "room-2").split()[0]
    seen = desk.incident(raised)
    assert (seen["state"], seen["priority"], seen["resource"]) == ("new", "P1", "room-2")
    assert desk.incidents(resource="room-2")[0]["id"] == raised
    assert anna.next("triage") == raised, "the most urgent there"

    silent = id_of(desk, 40)
    [alarm] = desk.incident(silent)["alarms"]
    cleared = anna.post(f"/api/v1/alarms/{alarm['id']}/clear", {"text": "the sender is gone"})
    assert (cleared.status, cleared.json["status"]) == (200, "cleared")
    assert desk.incident(silent)["state"] == "resolved"
    desk.send(fault(40))
    assert id_of(desk, 40) != silent, "the next alert raises"


def repeats_over_a_power_cut(desk, anna):
    path, body = "/api/v1/incidents", {"title": "The door of room 2 is open", "queue": "sre"}
    wishes = [(path, body, "raise-1"), ("/api/v1/queues/triage/next", None, "next-1"),
              (f"{path}/{id_of(desk, 1)}/note", {"text": "still nothing"}, "note-1")]
    first = [anna.post(path, body, idempotency_key=key) for path, body, key in wishes]
    assert [answer.status for answer in first] == [201, 200, 200], first
    restart(desk)
    versions = {incident["id"]: incident["version"] for incident in desk.incidents()}
    again = [anna.post(path, body, idempotency_key=key) for path, body, key in wishes]
    assert [answer.body for answer in again] == [answer.body for answer in first]
    assert [answer.status for answer in again] == [answer.status for answer in first]
    assert again[0].headers["Location"] == first[0].headers["Location"]
    assert {answer.headers["Idempotency-Replayed"] for answer in again} == {"true"}
    assert {incident["id"]: incident["version"] for incident in desk.incidents()} == versions
    assert anna.post(path, {"title": "Another"}, idempotency_key="raise-1").status == 422


def assert_the_books_agree(desk):
    """Lists, queues and metrics say the same."""
    incidents = desk.incidents()
    opened = [incident for incident in incidents if incident["state"] in OPEN]
    assert desk.incidents(state="open") == opened
    time.sleep(0.1)  # what is scraped may be 20 ms old
    metrics = desk.metrics()

    def scraped(name):
        return {tuple(dict(labels)[key] for key in ("queue", "priority", "state")
                      if key in dict(labels)): n
                for (found, labels), n in metrics.items() if found == name and n}

    def counted(*keys, of=opened):
        return dict(collections.Counter(tuple(incident[key] for key in keys) for incident in of))

    assert scraped("desk_incidents_open") == counted("queue", "priority", "state")
    assert scraped("desk_incidents_unacked") == counted(
        "queue", "priority", of=[i for i in opened if i["acknowledged_at"] is None])
    for queue in desk.items("/api/v1/queues"):
        here = [incident for incident in opened if incident["queue"] == queue["name"]]
        assert {k: n for k, n in queue["backlog"].items() if n} == dict(
            collections.Counter(incident["priority"] for incident in here))
        assert {k: n for k, n in queue["states"].items() if n} == dict(
            collections.Counter(incident["state"] for incident in here))
        assert queue["oldest_at"] == min((i["opened_at"] for i in here), default=None)
    firing = desk.items("/api/v1/alarms", status="firing")
    assert sum(n for (name, _), n in metrics.items() if name == "desk_alarms_active") == len(firing)
    desk.assert_books_balance()


def test_a_shift_of_forty_incidents(shift):
    desk, anna, ben = shift
    began = time.monotonic()
    sees_what_waits(desk, anna)
    works_on_one(desk, anna, ben)
    hands_over(desk, anna, ben)
    two_reach_for_one(desk, anna, ben)
    empty_a_queue_together(desk, anna, ben)
    puts_off(desk, anna)
    resolves_while_it_fires(desk, anna)
    flaps(desk, anna)
    closes_and_changes_its_mind(desk, anna)
    pins_a_priority(desk, anna)
    acts_on_many(desk, anna)
    raises_and_clears_by_hand(desk, anna)
    assert_the_books_agree(desk)
    repeats_over_a_power_cut(desk, anna)
    assert_the_books_agree(desk)
    assert time.monotonic() - began < 120
    assert anna.token not in desk.log_path.read_text()

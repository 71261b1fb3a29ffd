"""deskctl sends once more what got no answer; deskd does it once."""

import json
import re

from desk import deskctl, link_down
from lost_answers import LostAnswers

OK, UNREACHABLE = 0, 5


def shown(done, code=OK):
    assert done.returncode == code, (done.args, done.stdout, done.stderr)
    return done.stdout


def raised(desk):
    """An incident, and what counts its notes."""
    desk.send(link_down(7))
    [incident] = desk.incidents()

    def notes():
        timeline = desk.incident(incident["id"])["timeline"]
        return [entry["text"] for entry in timeline if entry["action"] == "note"]

    return incident["id"], notes


def key_of(request):
    [key] = re.findall(rb"(?im)^idempotency-key: *(\S+)\r$", request)
    return key


def test_a_lost_answer_to_an_action(desk):
    incident, notes = raised(desk)
    with LostAnswers(desk.port) as proxy:
        shown(deskctl("incident", incident, "note", "-m", "once", url=proxy.url))
        first, second = proxy.requests
        assert key_of(first) == key_of(second) and len(key_of(first)) == 32
    assert notes() == ["once"]


def test_a_lost_answer_raises_and_claims_once(desk):
    with LostAnswers(desk.port) as proxy:
        id = shown(deskctl("raise", "Once", "--queue", "sre", url=proxy.url)).strip()
    assert [i["id"] for i in desk.incidents()] == [id]
    desk.send(link_down(1), link_down(2))
    with LostAnswers(desk.port) as proxy:
        claimed = json.loads(shown(deskctl("next", "noc-network", "--json", url=proxy.url)))
    assert [i["id"] for i in desk.incidents(state="assigned")] == [claimed["id"]]


def test_a_lost_answer_to_many_is_told_all_the_same(desk):
    desk.send(link_down(1), link_down(2))
    with LostAnswers(desk.port) as proxy:
        done = deskctl("incidents", "--state", "new", "--yes", "--apply", "take", url=proxy.url)
    assert len(shown(done).splitlines()) == 2
    for incident in desk.incidents():
        timeline = desk.incident(incident["id"])["timeline"]
        assert [e["action"] for e in timeline].count("take") == 1


def test_a_refusal_that_got_lost_is_told(desk):
    incident, _ = raised(desk)
    with LostAnswers(desk.port) as proxy:
        done = deskctl("incident", incident, "close", url=proxy.url)
    assert shown(done, 4) == "" and "new" in done.stderr


def test_two_lost_answers_are_no_answer(desk):
    incident, notes = raised(desk)
    with LostAnswers(desk.port, lose=2) as proxy:
        done = deskctl("incident", incident, "note", "-m", "once", url=proxy.url)
        assert len(proxy.requests) == 2
    assert shown(done, UNREACHABLE) == ""
    assert notes() == ["once"]


def test_two_commands_are_two_commands(desk):
    incident, notes = raised(desk)
    with LostAnswers(desk.port, lose=0) as proxy:
        for _ in range(2):
            shown(deskctl("incident", incident, "note", "-m", "again", url=proxy.url))
        first, second = map(key_of, proxy.requests)
        assert first != second
    assert notes() == ["again", "again"]


def test_a_question_is_asked_again(desk):
    incident, _ = raised(desk)
    with LostAnswers(desk.port) as proxy:
        assert incident in shown(deskctl("incidents", url=proxy.url))

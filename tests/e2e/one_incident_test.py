"""Guarantee 3: a group has one open incident, also under parallel duplicates."""

import http.client
import threading

from desk import link_down, request_on

SENDERS = 40
EACH = 250


def test_ten_thousand_parallel_duplicates_are_one_incident(desk):
    failures = []
    start = threading.Barrier(SENDERS)

    def send():
        connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=60)
        start.wait()
        for _ in range(EACH):
            answer = request_on(connection, "POST", "/in/hooks", link_down(7))
            if answer.status != 202:
                failures.append(answer)

    threads = [threading.Thread(target=send) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures, failures[:3]
    incidents = desk.incidents()
    assert len(incidents) == 1
    assert incidents[0]["queue"] == "noc-network"
    assert incidents[0]["alarm_count"] == 1
    assert incidents[0]["firing"] == 1
    assert incidents[0]["alert_count"] == SENDERS * EACH
    samples = desk.metrics()

    def outcome(name):
        return samples[("desk_alerts_total", (("outcome", name), ("source", "hooks")))]

    assert outcome("raised") == 1
    assert outcome("merged") == SENDERS * EACH - 1
    desk.assert_books_balance()


def test_the_end_and_the_next_start_open_a_second_incident(desk):
    desk.send(link_down(7), link_down(7), link_down(7, "resolved"))
    [first] = desk.incidents()
    assert first["state"] == "resolved"
    desk.send(link_down(7, "resolved"))
    desk.send(link_down(7))
    assert [i["state"] for i in desk.incidents(sort="id")] == ["resolved", "new"]
    desk.assert_books_balance()

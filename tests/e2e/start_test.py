"""daemon/start.sh: one command, safe to repeat."""

from overlay import run_in_overlay

BAD_CONFIGURATION = "sed -i 's/^http:/htpp:/' config/deskd.yaml; "


def test_it_starts_once_says_how_to_go_on_and_stops(tmp_path):
    first, second, status, answer, stop, again, gone = run_in_overlay([
        "daemon/start.sh",
        "daemon/start.sh",
        "daemon/start.sh --status",
        "build/deskctl send && build/deskctl incidents",
        "daemon/start.sh --stop",
        "daemon/start.sh --stop",
        "daemon/start.sh --status",
    ], tmp_path)
    assert first[0] == 0 and "http://127.0.0.1:9480" in first[1], first
    for hint in ("build/deskctl send", "build/deskctl incidents", "daemon/start.sh --stop"):
        assert hint in first[1], first
    assert second[0] == 0 and "runs already" in second[1] and "Building" not in second[1], second
    assert status[0] == 0 and "http://127.0.0.1:9480" in status[1], status
    assert answer[0] == 0 and "accepted: 1" in answer[1], answer
    assert stop[0] == 0 and "has stopped" in stop[1], stop
    assert again[0] == 0, again
    assert gone[0] == 3, gone


def test_what_was_accepted_is_there_at_the_next_start(tmp_path):
    steps = run_in_overlay([
        "daemon/start.sh && build/deskctl send --resource edge-7 && daemon/start.sh --stop",
        "daemon/start.sh && build/deskctl incidents --json",
    ], tmp_path)
    assert [code for code, _ in steps] == [0, 0], steps
    assert "edge-7" in steps[1][1]


def test_a_mistake_in_a_file_is_shown_and_nothing_stays_behind(tmp_path):
    failed, mended = run_in_overlay([
        BAD_CONFIGURATION + "daemon/start.sh",
        "sed -i 's/^htpp:/http:/' config/deskd.yaml; daemon/start.sh",
    ], tmp_path)
    assert failed[0] != 0, failed
    assert "config/deskd.yaml:" in failed[1] and "nearest: 'http'" in failed[1], failed
    assert mended[0] == 0, mended

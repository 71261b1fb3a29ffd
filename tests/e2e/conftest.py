import pathlib
import shutil
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from desk import DESKCTL, DESKD, Desk, link_down  # noqa: E402


@pytest.fixture
def desk(tmp_path):
    """A running deskd that is gone after the test; its log is shown when the test fails."""
    with Desk(tmp_path) as running:
        yield running


@pytest.fixture
def incident(desk):
    """The id of a new incident, the only one of `desk`."""
    desk.send(link_down(7, labels={"site": "fra"}))
    [incident] = desk.incidents()
    return incident["id"]


@pytest.fixture
def folder(tmp_path):
    """For a deskd that the test starts itself, by `with Desk(folder) as desk:`."""
    return tmp_path


@pytest.fixture(autouse=True, scope="session")
def programs_exist():
    for program in (DESKD, DESKCTL):
        assert program.exists(), f"{program} is not built (DESKD_BUILD says where)"


@pytest.fixture
def program():
    """Finds a peer's program, or skips the test: `program("prometheus")`."""

    def find(name):
        path = shutil.which(name)
        if path is None:
            pytest.skip(f"{name} is not installed; tests/run.sh does that")
        return path

    return find


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed:
        for log in sorted(item.funcargs.get("tmp_path", pathlib.Path("/nonexistent")).glob("*.log")):
            text = log.read_text(errors="replace")
            report.sections.append((log.name, text[-6000:]))

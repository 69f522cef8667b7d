"""What every source is held to, whatever its server does: a retry or a sentence, never a crash, and nothing lost."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.store.database import Database
from bot.store.schema import open_database
from bot.sync_report import SyncReport
from integrations import http
from integrations.http import Site
from integrations.items import Reading
from tests.contract.faults.every_source import (
    CASES,
    NOW,
    Answers,
    Fault,
    System,
    bodies,
    counting,
    refusing,
    truncated,
)
from tests.contract.faults.odd_items import unreadable

LATER = NOW + timedelta(hours=2)
ONCE = range(2, 3)
FOR_GOOD = range(2, 1_000)


class KilledError(BaseException):
    """The process ends here."""


@pytest.fixture(params=CASES)
def system(request: pytest.FixtureRequest, httpserver: HTTPServer) -> System:
    return System(request.param, httpserver)


@pytest.fixture
def new_database(tmp_path: Path, sqlite_template: Path) -> Iterator[Callable[[], Database]]:
    opened: list[Database] = []

    def make() -> Database:
        path = tmp_path / f"{len(opened)}.db"
        shutil.copy(sqlite_template, path)
        opened.append(open_database(f"sqlite:///{path}"))
        return opened[-1]

    yield make
    for database in opened:
        database.close()


@pytest.fixture(scope="session")
def read_before() -> dict[str, list[str]]:
    return {}


@pytest.fixture
def expected(system: System, new_database: Callable[[], Database], read_before: dict[str, list[str]]) -> list[str]:
    """What a sync stores that nothing disturbs."""
    if system.kind not in read_before:
        calm = new_database()
        assert not system.synced(calm).problems
        read_before[system.kind] = bodies(calm)
        assert read_before[system.kind]
    return read_before[system.kind]


@pytest.fixture
def database(new_database: Callable[[], Database]) -> Database:
    return new_database()


def test_killed_at_any_request_and_resumed_it_stores_the_same(
    system: System, new_database: Callable[[], Database], expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    system.asked = 0
    system.synced(new_database())
    for number in range(1, system.asked + 1):
        database = new_database()
        with monkeypatch.context() as patch:
            patch.setattr(Site, "send", killing(number, Site.send))
            with pytest.raises(KilledError):
                system.synced(database)
        assert not system.synced(database).problems
        assert bodies(database) == expected


def killing(number: int, send: Callable[..., object]) -> Callable[..., object]:
    asked = 0

    def counted(*args: object, **options: object) -> object:
        nonlocal asked
        asked += 1
        if asked == number:
            raise KilledError
        return send(*args, **options)

    return counted


def test_an_idle_sync_asks_each_stream_at_most_twice(system: System, database: Database) -> None:
    system.synced(database)
    system.synced(database, LATER)
    (report,) = system.synced(database, LATER + timedelta(hours=2)).sources
    assert {stream.stream: stream.requests for stream in report.streams if stream.requests > 2} == {}
    assert sum(stream.new + stream.updated + stream.retracted for stream in report.streams) == 0


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [(refusing(429, **{"Retry-After": "7"}), 7.0), (refusing(500), 1.0), (refusing(503), 1.0), (truncated, 1.0)],
    ids=["429", "500", "503", "truncated"],
)
def test_what_goes_wrong_once_is_tried_again(
    system: System, database: Database, expected: list[str], fault: Fault, seconds: float
) -> None:
    system.failing(fault, ONCE)
    assert not system.synced(database).problems
    assert bodies(database) == expected
    assert system.waited == [seconds]


def test_a_slow_answer_is_given_up_and_asked_for_again(
    system: System, database: Database, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_READ_SECONDS", 0.05)
    system.failing(slow, ONCE)
    assert not system.synced(database).problems
    assert system.waited
    assert bodies(database) == expected


def slow(request: Request, answers: Answers) -> Response:
    time.sleep(0.12)
    return answers(request)


@pytest.mark.parametrize("status", [401, 403, 404, 500])
@pytest.mark.parametrize("at", [ONCE, FOR_GOOD], ids=["once", "for-good"])
def test_a_refusal_is_a_sentence_and_a_later_sync_makes_up_for_it(
    system: System, database: Database, expected: list[str], status: int, at: range
) -> None:
    system.failing(refusing(status), at)
    report = system.synced(database)
    assert all(f"{status}" in problem for problem in report.problems)
    assert report.problems or at == ONCE
    assert report.bug is None
    parts_refused = not report.problems and noted(report)
    if status == 401:
        assert system.asked == 2
        assert "does not accept env:" in report.problems[0]
    keeps_secrets(system, database, report.problems)
    system.healthy()
    assert not system.synced(database, rebuild=parts_refused).problems
    assert bodies(database) == expected


def noted(report: SyncReport) -> bool:
    """A part of an item was refused, as where a server lacks a feature: the rest of it is stored, and that is said."""
    return any(stream.noted for source in report.sources for stream in source.streams)


def test_an_answer_that_stays_cut_off_is_a_sentence(system: System, database: Database) -> None:
    system.failing(truncated, FOR_GOOD)
    report = system.synced(database)
    assert report.problems
    assert report.bug is None
    assert all("JSON" in problem for problem in report.problems)


def test_what_changes_between_two_requests_is_told_apart_by_a_rebuild(
    system: System, new_database: Callable[[], Database]
) -> None:
    database = new_database()
    system.failing(lambda request, _answers: changed(system, request), ONCE)
    assert not system.synced(database).problems
    system.healthy()
    system.synced(database, LATER, rebuild=True)
    system.synced(fresh := new_database(), LATER)
    assert counting(database) == counting(fresh)


def changed(system: System, request: Request) -> Response:
    system.becomes(CASES[system.kind] + 3)
    return system.answers(request)


def keeps_secrets(system: System, database: Database, said: tuple[str, ...]) -> None:
    stored = Path(str(database.url.database)).read_bytes()
    for secret in system.secrets.values():
        assert not any(secret in sentence for sentence in said)
        assert secret.encode() not in stored


def test_what_can_not_be_read_any_more_stays_as_it_was(
    system: System, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the id that its event has, whatever people know the item by."""
    system.synced(database)
    before = set(counting(database))
    monkeypatch.setattr(Reading, "read", unreadable)
    report = system.synced(database, LATER, rebuild=True)
    assert set(counting(database)) >= before
    assert any(stream.set_aside for source in report.sources for stream in source.streams)
    monkeypatch.undo()
    report = system.synced(database, LATER, rebuild=True)
    assert set(counting(database)) >= before
    assert not any(stream.set_aside for source in report.sources for stream in source.streams)
